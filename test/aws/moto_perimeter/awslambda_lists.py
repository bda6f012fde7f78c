"""Lambda: lists in pages of 50, by name or ARN.

https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html and its siblings for versions, aliases, layers, layer
versions and function URLs.

moto answers everything at once, and looks for an ARN as if it were a name.
"""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import unquote

from moto.awslambda.exceptions import InvalidParameterValueException
from moto.awslambda.responses import LambdaResponse

from . import awslambda_url

A_PAGE = 50


def patch() -> None:
    for operation in (
        list_functions,
        list_versions_by_function,
        list_aliases,
        list_layers,
        list_layer_versions,
        list_function_url_configs,
    ):
        setattr(LambdaResponse, operation.__name__, operation)


def page(response: LambdaResponse, name: str, items: list[Any]) -> tuple[int, dict[str, Any], str]:
    """`MaxItems` asks for less than a page, never for more."""
    marker = response.normalized_request.args.get("Marker")
    size = min(int(response.normalized_request.args.get("MaxItems", A_PAGE)), A_PAGE)
    try:
        start = int(base64.b64decode(marker, validate=True)) if marker else 0
    except ValueError:
        raise InvalidParameterValueException("Invalid Marker")
    body = {name: items[start : start + size]}
    if start + size < len(items):
        body["NextMarker"] = base64.b64encode(str(start + size).encode()).decode()
    return 200, {"status": 200}, json.dumps(body)


def _function_name(self: LambdaResponse) -> str:
    from .awslambda import name_and_qualifier

    name, _ = name_and_qualifier(self.backend.account_id, unquote(self.uri_match["FunctionName"]), None)
    self.backend.get_function(name)
    return name


def list_functions(self: LambdaResponse) -> Any:
    version = self.normalized_request.args.get("FunctionVersion")
    return page(self, "Functions", [function.get_configuration() for function in self.backend.list_functions(version)])


def list_versions_by_function(self: LambdaResponse) -> Any:
    versions = self.backend.list_versions_by_function(_function_name(self))
    return page(self, "Versions", [version.get_configuration() for version in versions])


def list_aliases(self: LambdaResponse) -> Any:
    return page(self, "Aliases", [alias.to_json() for alias in self.backend.list_aliases(_function_name(self))])


def list_layers(self: LambdaResponse) -> Any:
    return page(self, "Layers", list(self.backend.list_layers()))


def list_layer_versions(self: LambdaResponse) -> Any:
    name = unquote(self.uri_match["LayerName"]).rsplit(":", 1)[-1]
    versions = sorted(self.backend.list_layer_versions(name), key=lambda version: version.version, reverse=True)
    return page(self, "LayerVersions", [version.get_layer_version() for version in versions])


def list_function_url_configs(self: LambdaResponse) -> Any:
    arn = awslambda_url._arn(self)
    urls_now = awslambda_url.urls_of(self.backend)
    return page(self, "FunctionUrlConfigs", [url for known, url in urls_now.items() if known == arn or known.startswith(f"{arn}:")])
