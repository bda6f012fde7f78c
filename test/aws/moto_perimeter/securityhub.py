"""Security Hub: who may import a finding, what an update changes, what a filter finds, and what the customer may set.

https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchimportfindings.html,
https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchupdatefindings.html,
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_GetFindings.html.

moto takes every finding from anyone, overwrites it whole, ignores filters and has no BatchUpdateFindings. AWS applies a
BatchUpdateFindings within minutes; here it is applied at once.
"""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

from moto.securityhub import urls
from moto.securityhub.exceptions import InvalidInputException, SecurityHubClientError
from moto.securityhub.models import Finding, SecurityHubBackend
from moto.securityhub.responses import SecurityHubResponse
from moto.utilities.paginator import paginate
from moto.utilities.utils import get_partition

from . import securityhub_filters
from .securityhub_format import problem_of

MOST_FINDINGS = 100

# https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchimportfindings.html#batchimportfindings-restricted-fields
CUSTOMER_FIELDS = ("Note", "UserDefinedFields", "VerificationState", "Workflow")
SHARED_FIELDS = ("Confidence", "Criticality", "RelatedFindings", "Severity", "Types")

WORKFLOW = ("NEW", "NOTIFIED", "RESOLVED", "SUPPRESSED")

# https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_Severity.html
NORMALIZED = {"INFORMATIONAL": 0, "LOW": 1, "MEDIUM": 40, "HIGH": 70, "CRITICAL": 90}


def patch() -> None:
    urls.url_paths["{0}/findings/batchupdate$"] = SecurityHubResponse.dispatch
    SecurityHubBackend.batch_import_findings = batch_import_findings
    SecurityHubBackend.get_findings = get_findings
    SecurityHubResponse.get_findings = answer_get_findings
    SecurityHubResponse.batch_update_findings = answer_batch_update_findings


def _require_enabled(backend: SecurityHubBackend) -> None:
    if not backend.enabled:
        raise SecurityHubClientError("InvalidAccessException", f"Account {backend.account_id} is not subscribed to AWS Security Hub")


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _find(backend: SecurityHubBackend, identifier: dict[str, Any]) -> Finding | None:
    same = (one for one in backend.findings if (one.id, one.data["ProductArn"]) == (identifier["Id"], identifier["ProductArn"]))
    return next(same, None)


def batch_import_findings(self: SecurityHubBackend, findings: list[dict[str, Any]]) -> tuple[int, int, list[dict[str, Any]]]:
    if not 1 <= len(findings) <= MOST_FINDINGS:
        raise InvalidInputException(op="BatchImportFindings", msg="Findings holds 1 to 100 findings")
    failed: list[dict[str, Any]] = []
    seen: set[Any] = set()
    for finding in findings:
        error = _refusal(self, finding)
        if error:
            failed.append({"Id": finding.get("Id") or "unknown", "ErrorCode": error[0], "ErrorMessage": error[1]})
        elif (key := (finding["Id"], finding["ProductArn"])) not in seen:
            # Of findings with the same id in one batch only the first is processed.
            seen.add(key)
            _import(self, finding)
    return len(failed), len(findings) - len(failed), failed


def _refusal(backend: SecurityHubBackend, finding: dict[str, Any]) -> tuple[str, str] | None:
    problem = problem_of(finding)
    if problem:
        return "InvalidInput", problem
    account, region = backend.account_id, backend.region_name
    product = f"arn:{get_partition(region)}:securityhub:{region}:{account}:product/{account}/default"
    if not backend.enabled:
        return "InvalidAccess", f"Account {account} is not subscribed to AWS Security Hub"
    if finding["AwsAccountId"] != account:
        return "InvalidAccess", f"AwsAccountId {finding['AwsAccountId']} is not the account of the caller, {account}"
    if finding["ProductArn"] != product:
        return "InvalidAccess", f"ProductArn {finding['ProductArn']} is not {product}"
    return None


def _import(backend: SecurityHubBackend, finding: dict[str, Any]) -> None:
    known = _find(backend, finding)
    if known is None:
        backend.findings.append(Finding(finding["Id"], _created(backend, finding)))
    elif _time(finding["UpdatedAt"]) > _time(known.data["UpdatedAt"]):
        _updated(known, finding)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _created(backend: SecurityHubBackend, finding: dict[str, Any]) -> dict[str, Any]:
    provided = {**{name: finding[name] for name in SHARED_FIELDS if name in finding}, **finding.get("FindingProviderFields", {})}
    return {
        "ProductName": "Default",
        "CompanyName": "Personal",
        "RecordState": "ACTIVE",
        "Workflow": {"Status": "NEW"},
        "WorkflowState": "NEW",
        **finding,
        **_normalized(provided),
        "FindingProviderFields": provided,
        "Region": backend.region_name,
        "ProductFields": {
            **finding.get("ProductFields", {}),
            "aws/securityhub/FindingId": f"{finding['ProductArn']}/{finding['Id']}",
            "aws/securityhub/ProductName": finding.get("ProductName", "Default"),
            "aws/securityhub/CompanyName": finding.get("CompanyName", "Personal"),
        },
        "ProcessedAt": _now(),
    }


def _normalized(fields: dict[str, Any]) -> dict[str, Any]:
    severity = fields.get("Severity")
    if not severity or severity.get("Label") not in NORMALIZED:
        return fields
    return {**fields, "Severity": {"Normalized": NORMALIZED[severity["Label"]], **severity}}


def _updated(known: Finding, finding: dict[str, Any]) -> None:
    before, by_customer = known.data, known.__dict__.get("by_customer", set())
    for_provider = {name: finding[name] for name in SHARED_FIELDS if name in finding} | finding.get("FindingProviderFields", {})
    at_top = finding.get("FindingProviderFields", {}) | {name: finding[name] for name in SHARED_FIELDS if name in finding}
    ignored = (*CUSTOMER_FIELDS, *SHARED_FIELDS, "FindingProviderFields", "ProductFields", "Region")
    known.data = {
        **before,
        **{name: value for name, value in finding.items() if name not in ignored},
        **_normalized({name: value for name, value in at_top.items() if name not in by_customer}),
        "FindingProviderFields": {**before["FindingProviderFields"], **for_provider},
        "ProductFields": {**before["ProductFields"], **finding.get("ProductFields", {})},
        "ProcessedAt": _now(),
    }
    if _reopens(before, known.data) and before["Workflow"]["Status"] in ("NOTIFIED", "RESOLVED"):
        known.data |= {"Workflow": {"Status": "NEW"}, "WorkflowState": "NEW"}


def _reopens(before: dict[str, Any], after: dict[str, Any]) -> bool:
    """https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_Workflow.html"""
    status = [one.get("Compliance", {}).get("Status") for one in (before, after)]
    return (before["RecordState"], after["RecordState"]) == ("ARCHIVED", "ACTIVE") or (
        status[0] == "PASSED" and status[1] in ("WARNING", "FAILED", "NOT_AVAILABLE")
    )


@paginate(pagination_model=SecurityHubBackend.PAGINATION_MODEL)
def get_findings(
    self: SecurityHubBackend,
    filters: dict[str, Any] | None = None,
    sort_criteria: list[dict[str, str]] | None = None,
    max_results: int | None = None,
) -> list[dict[str, Any]]:
    _require_enabled(self)
    if max_results is not None and not 1 <= int(max_results) <= 100:
        raise InvalidInputException(op="GetFindings", msg="MaxResults must be a number between 1 and 100")
    try:
        found = [one.as_dict() for one in self.findings if securityhub_filters.matches(one.as_dict(), filters or {})]
        return securityhub_filters.ordered(found, sort_criteria or [])
    except securityhub_filters.UnknownFilter as unknown:
        raise InvalidInputException(op="GetFindings", msg=str(unknown))


def answer_get_findings(self: SecurityHubResponse) -> str:
    request = json.loads(self.body or "{}")
    findings, token = self.securityhub_backend.get_findings(
        filters=request.get("Filters"),
        sort_criteria=request.get("SortCriteria"),
        max_results=request.get("MaxResults"),
        next_token=request.get("NextToken"),
    )
    return json.dumps({"Findings": findings, **({"NextToken": token} if token else {})})


def answer_batch_update_findings(self: SecurityHubResponse) -> str:
    """https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchUpdateFindings.html"""
    backend, request = self.securityhub_backend, json.loads(self.body)
    _require_enabled(backend)
    identifiers = request.pop("FindingIdentifiers")
    _check_update(identifiers, request)
    processed: list[dict[str, str]] = []
    unprocessed: list[dict[str, Any]] = []
    for identifier in identifiers:
        known = _find(backend, identifier)
        if identifier in processed:
            unprocessed.append(_unprocessed(identifier, "DuplicatedFindingIdentifier", "Finding Identifier is duplicated"))
        elif known is None:
            unprocessed.append(_unprocessed(identifier, "FindingNotFound", "Finding Not Found"))
        else:
            processed.append(identifier)
            _set_by_customer(known, request)
    return json.dumps({"ProcessedFindings": processed, "UnprocessedFindings": unprocessed})


def _unprocessed(identifier: dict[str, str], code: str, message: str) -> dict[str, Any]:
    return {"FindingIdentifier": identifier, "ErrorCode": code, "ErrorMessage": message}


def _check_update(identifiers: list[Any], request: dict[str, Any]) -> None:
    note, status = request.get("Note"), request.get("Workflow", {}).get("Status")
    if not 1 <= len(identifiers) <= MOST_FINDINGS:
        raise InvalidInputException(op="BatchUpdateFindings", msg="FindingIdentifiers holds 1 to 100 identifiers")
    if status is not None and status not in WORKFLOW:
        raise InvalidInputException(op="BatchUpdateFindings", msg=f"Workflow.Status is one of {', '.join(WORKFLOW)}")
    # https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_NoteUpdate.html
    if note is not None and not (1 <= len(note.get("Text", "")) <= 512 and note.get("UpdatedBy")):
        raise InvalidInputException(op="BatchUpdateFindings", msg="Note has a Text of 1 to 512 characters and UpdatedBy")


def _set_by_customer(known: Finding, request: dict[str, Any]) -> None:
    """Leaves `UpdatedAt` as it is."""
    changes = {name: request[name] for name in (*CUSTOMER_FIELDS, *SHARED_FIELDS) if name in request}
    if "Note" in changes:
        changes["Note"] = {**changes["Note"], "UpdatedAt": _now()}
    if "Workflow" in changes:
        changes["WorkflowState"] = changes["Workflow"]["Status"]
    known.data = {**known.data, **_normalized(changes), "ProcessedAt": _now()}
    known.__dict__.setdefault("by_customer", set()).update(changes)
