"""Security Hub: is a finding valid? The types and required fields by AWS's own model, the limits by its documentation.

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html,
https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape
from botocore.validate import ParamValidator

MOST_BYTES = 240_000
LONGEST = {"Id": 512, "GeneratorId": 512, "Title": 256, "Description": 1024, "ProductName": 128, "CompanyName": 128, "ProductArn": 2048}
TIMESTAMPS = ("CreatedAt", "UpdatedAt", "FirstObservedAt", "LastObservedAt")
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)")
TYPE = re.compile(r"(Software and Configuration Checks|TTPs|Effects|Unusual Behaviors|Sensitive Data Identifications)(/[^/]+){0,2}")


@cache
def _model() -> ServiceModel:
    return ServiceModel(Loader().load_service_model("securityhub", "service-2"))


def problem_of(finding: Any) -> str | None:
    """What is wrong with it first, in words; None for a valid finding."""
    if not isinstance(finding, dict):
        return "a finding is an object"
    report = ParamValidator().validate(finding, _model().shape_for("AwsSecurityFinding"))
    if report.has_errors():
        return report.generate_report()
    return next(filter(None, (check(finding) for check in CHECKS)), None)


def _size(finding: dict[str, Any]) -> str | None:
    size = len(json.dumps(finding, separators=(",", ":")).encode())
    return f"the finding holds {size} bytes, more than {MOST_BYTES}" if size > MOST_BYTES else None


def _names(finding: dict[str, Any]) -> str | None:
    """A key that AWS does not know is ignored by nobody: it is a spelling mistake of ours."""
    return _unknown_name(_model().shape_for("AwsSecurityFinding"), finding, "")


def _unknown_name(shape: Shape, value: Any, path: str) -> str | None:
    if shape.type_name == "structure":
        unknown = next((name for name in value if name not in shape.members), None)
        if unknown:
            return f"{path}{unknown} is not a field of the format"
        inner = [(shape.members[name], one, f"{path}{name}.") for name, one in value.items()]
    elif shape.type_name == "list":
        inner = [(shape.member, one, path) for one in value]
    else:
        return None
    return next(filter(None, (_unknown_name(*one) for one in inner)), None)


def _lengths(finding: dict[str, Any]) -> str | None:
    for name, most in LONGEST.items():
        if len(finding.get(name, "")) > most:
            return f"{name} holds {len(finding[name])} characters, more than {most}"
    if len(finding.get("Note", {}).get("Text", "")) > 512:
        return "Note.Text holds more than 512 characters"
    recommendation = finding.get("Remediation", {}).get("Recommendation", {})
    return "Remediation.Recommendation.Text holds more than 512 characters" if len(recommendation.get("Text", "")) > 512 else None


def _maps(finding: dict[str, Any]) -> str | None:
    for name, longest in (("ProductFields", 2048), ("UserDefinedFields", 1024)):
        fields = finding.get(name, {})
        if len(fields) > 50:
            return f"{name} holds more than 50 pairs"
        long = next((key for key, value in fields.items() if len(key) > 128 or len(value) > longest), None)
        if long is not None:
            return f"{name}.{long[:128]} is longer than 128 or its value than {longest} characters"
    return None


def _lists(finding: dict[str, Any]) -> str | None:
    types = [*finding.get("Types", []), *finding.get("FindingProviderFields", {}).get("Types", [])]
    wrong = next((one for one in types if not TYPE.fullmatch(one)), None)
    if wrong is not None:
        return f"the type {wrong} does not begin with one of AWS's namespaces"
    if not 1 <= len(finding["Resources"]) <= 32:
        return "Resources holds 1 to 32 resources"
    if any(len(one["Id"]) > 512 for one in finding["Resources"]):
        return "Resources.Id holds more than 512 characters"
    return "Types holds more than 50 types" if len(types) > 50 else None


def _values(finding: dict[str, Any]) -> str | None:
    wrong = next((name for name in TIMESTAMPS if name in finding and not TIMESTAMP.fullmatch(finding[name])), None)
    if wrong:
        return f"{wrong} is no timestamp: {finding[wrong]}"
    if finding["SchemaVersion"] != "2018-10-08":
        return "SchemaVersion is 2018-10-08"
    return _enumerated(_model().shape_for("AwsSecurityFinding"), finding, "")


def _enumerated(shape: Shape, value: Any, path: str) -> str | None:
    if shape.type_name == "structure":
        inner = [(shape.members[name], one, f"{path}.{name}") for name, one in value.items()]
    elif shape.type_name == "list":
        inner = [(shape.member, one, path) for one in value]
    else:
        allowed = getattr(shape, "enum", None)
        return f"{path[1:]} is one of {', '.join(allowed)}" if allowed and value not in allowed else None
    return next(filter(None, (_enumerated(*one) for one in inner)), None)


CHECKS = (_names, _size, _lengths, _maps, _lists, _values)
