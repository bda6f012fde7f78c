"""Which inputs and answers of AWS calls are not valid by AWS's own models: required and unknown fields, types, lengths, patterns, enumerations.

Reads a JSON list of `["service:Operation", value, "input" or "output"]`, writes a JSON list of problems in words.
"""

from __future__ import annotations

import json
import re
import sys
from functools import cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape
from botocore.validate import ParamValidator


@cache
def _model(service: str) -> ServiceModel:
    return ServiceModel(Loader().load_service_model(service, "service-2"))


def problems_of(action: str, given: Any, side: str) -> list[str]:
    service, operation = action.split(":")
    model = _model(service)
    if operation not in model.operation_names:
        return [f"{action} is not in the model"]
    operation_model = model.operation_model(operation)
    shape = operation_model.input_shape if side == "input" else operation_model.output_shape
    report = ParamValidator().validate(given, shape)
    if report.has_errors():
        return [f"{action}: {report.generate_report()}"]
    return [f"{action}{problem}" for problem in _problems(shape, given, "")]


def _problems(shape: Shape, value: Any, path: str) -> list[str]:
    if shape.type_name == "structure":
        unknown = [f"{path}.{name}: unknown" for name in value if name not in shape.members]
        known = [(shape.members[name], one, f"{path}.{name}") for name, one in value.items() if name in shape.members]
        return unknown + [problem for each in known for problem in _problems(*each)]
    if shape.type_name == "list":
        return _range(shape, len(value), path) + [problem for one in value for problem in _problems(shape.member, one, f"{path}[]")]
    if shape.type_name == "map":
        return [problem for key, one in value.items() for problem in _problems(shape.key, key, path) + _problems(shape.value, one, f"{path}.{key}")]
    if shape.type_name == "string":
        return _range(shape, len(value), path) + _text(shape, value, path)
    return _range(shape, value, path) if isinstance(value, (int, float)) and not isinstance(value, bool) else []


def _range(shape: Shape, size: float, path: str) -> list[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    return [f"{path}: {size} is not in {least}..{most}"] if (least is not None and size < least) or (most is not None and size > most) else []


def _text(shape: Shape, value: str, path: str) -> list[str]:
    allowed = getattr(shape, "enum", None)
    if allowed and value not in allowed:
        return [f"{path}: {value} is none of {', '.join(allowed)}"]
    pattern = shape.metadata.get("pattern")
    return [f"{path}: {value[:80]} does not match {pattern}"] if pattern and not _matches(pattern, value) else []


def _matches(pattern: str, value: str) -> bool:
    # Models are written for Java, whose classes of POSIX Python does not know.
    return re.fullmatch(re.sub(r"\\p\{\w+\}", r"\\w", pattern), value) is not None


json.dump([problem for each in json.load(sys.stdin) for problem in problems_of(*each)], sys.stdout)
