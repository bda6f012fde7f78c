"""Security Hub: the filters and the order of GetFindings.

https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFindingFilters.html: attributes are joined by AND.
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_StringFilter.html: EQUALS, PREFIX and CONTAINS of one attribute are joined
by OR, the negated ones by AND. A filter that is not known here is refused, never ignored.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any


class UnknownFilter(Exception):
    pass


def _top(name: str) -> Any:
    return lambda finding: [finding.get(name)]


def _in(outer: str, inner: str) -> Any:
    return lambda finding: [(finding.get(outer) or {}).get(inner)]


def _each(outer: str, inner: str) -> Any:
    return lambda finding: [one.get(inner) for one in finding.get(outer) or []]


STRINGS = {
    **{name: _top(name) for name in ("Id", "GeneratorId", "ProductArn", "AwsAccountId", "RecordState", "Title", "Description", "Region")},
    **{name: _top(name) for name in ("ProductName", "CompanyName", "VerificationState")},
    "Type": lambda finding: finding.get("Types") or [],
    "ResourceId": _each("Resources", "Id"),
    "ResourceType": _each("Resources", "Type"),
    "ResourceRegion": _each("Resources", "Region"),
    "ResourcePartition": _each("Resources", "Partition"),
    "WorkflowStatus": _in("Workflow", "Status"),
    "ComplianceStatus": _in("Compliance", "Status"),
    "SeverityLabel": _in("Severity", "Label"),
    "NoteText": _in("Note", "Text"),
    "NoteUpdatedBy": _in("Note", "UpdatedBy"),
}
MAPS = ("ProductFields", "UserDefinedFields")
DATES = ("CreatedAt", "UpdatedAt", "FirstObservedAt", "LastObservedAt")

COMPARISONS = {
    "EQUALS": lambda text, value: text == value,
    "PREFIX": lambda text, value: text.startswith(value),
    "CONTAINS": lambda text, value: value in text,
}
NEGATED = {"NOT_EQUALS": "EQUALS", "PREFIX_NOT_EQUALS": "PREFIX", "NOT_CONTAINS": "CONTAINS"}


def matches(finding: dict[str, Any], filters: dict[str, Any]) -> bool:
    return all(_attribute_matches(finding, name, wanted) for name, wanted in filters.items())


def _attribute_matches(finding: dict[str, Any], name: str, wanted: list[dict[str, Any]]) -> bool:
    if name in STRINGS:
        return _any_of([(one, STRINGS[name](finding)) for one in wanted])
    if name in MAPS:
        return _any_of([(one, [(finding.get(name) or {}).get(one["Key"])]) for one in wanted])
    if name in DATES:
        return any(_date_matches(finding.get(name), one) for one in wanted)
    raise UnknownFilter(f"the filter {name} is not known to this emulation")


def _any_of(wanted: list[tuple[dict[str, Any], list[str | None]]]) -> bool:
    positive = [one for one in wanted if one[0]["Comparison"] not in NEGATED]
    negative = [one for one in wanted if one[0]["Comparison"] in NEGATED]
    return (not positive or any(_compare(*one) for one in positive)) and all(not _compare(*one) for one in negative)


def _compare(condition: dict[str, Any], texts: list[str | None]) -> bool:
    comparison = NEGATED.get(condition["Comparison"], condition["Comparison"])
    if comparison not in COMPARISONS:
        raise UnknownFilter(f"the comparison {comparison} is not known to this emulation")
    return any(text is not None and COMPARISONS[comparison](text, condition["Value"]) for text in texts)


def _date_matches(text: str | None, condition: dict[str, Any]) -> bool:
    if text is None:
        return False
    time = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if "DateRange" in condition:
        return time >= datetime.now(timezone.utc) - timedelta(days=condition["DateRange"]["Value"])
    start, end = (condition.get(name) for name in ("Start", "End"))
    after = start is None or time >= datetime.fromisoformat(start.replace("Z", "+00:00"))
    return after and (end is None or time <= datetime.fromisoformat(end.replace("Z", "+00:00")))


def ordered(findings: list[dict[str, Any]], criteria: list[dict[str, str]]) -> list[dict[str, Any]]:
    """https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_SortCriterion.html"""
    for criterion in reversed(criteria):
        field = criterion["Field"]
        if field not in STRINGS and field not in DATES:
            raise UnknownFilter(f"the sort field {field} is not known to this emulation")
        text_of = STRINGS.get(field, _top(field))
        descending = criterion.get("SortOrder") == "desc"
        findings = sorted(findings, key=lambda finding: (text_of(finding) or [""])[0] or "", reverse=descending)
    return findings
