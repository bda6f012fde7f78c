"""Lambda: lists in pages of 50, by name or ARN, and the lists of what runs in a network of its own.

https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html and its siblings for versions, aliases, layers, layer
versions, function URLs and capacity providers; https://docs.aws.amazon.com/lambda/latest/lambda-core/API_ListNetworkConnectors.html.

moto answers everything at once, looks for an ARN as if it were a name, and knows neither providers nor connectors: there are none.
"""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import unquote

from moto.awslambda import urls
from moto.awslambda.exceptions import InvalidParameterValueException
from moto.awslambda.responses import LambdaResponse

from . import awslambda_url

A_PAGE = 50


def patch() -> None:
    urls.url_paths[r"{0}/(?P<api_version>[^/]+)/capacity-providers/?$"] = LambdaResponse.dispatch
    urls.url_paths[r"{0}/2026-04-04/network-connectors/?$"] = LambdaResponse.dispatch
    for operation in (
        list_functions,
        list_versions_by_function,
        list_aliases,
        list_layers,
        list_layer_versions,
        list_function_url_configs,
        list_capacity_providers,
        list_network_connectors,
    ):
        setattr(LambdaResponse, operation.__name__, operation)

    of_moto = LambdaResponse._get_action

    def get_action(self: LambdaResponse) -> str:
        """The model of this service is not in botocore's of Lambda, where moto looks."""
        return "ListNetworkConnectors" if self.path.rstrip("/") == "/2026-04-04/network-connectors" else of_moto(self)

    LambdaResponse._get_action = get_action


def _page(response: LambdaResponse, name: str, items: list[Any]) -> tuple[int, dict[str, Any], str]:
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
    return _page(self, "Functions", [function.get_configuration() for function in self.backend.list_functions(version)])


def list_versions_by_function(self: LambdaResponse) -> Any:
    versions = self.backend.list_versions_by_function(_function_name(self))
    return _page(self, "Versions", [version.get_configuration() for version in versions])


def list_aliases(self: LambdaResponse) -> Any:
    return _page(self, "Aliases", [alias.to_json() for alias in self.backend.list_aliases(_function_name(self))])


def list_layers(self: LambdaResponse) -> Any:
    return _page(self, "Layers", list(self.backend.list_layers()))


def list_layer_versions(self: LambdaResponse) -> Any:
    name = unquote(self.uri_match["LayerName"]).rsplit(":", 1)[-1]
    versions = sorted(self.backend.list_layer_versions(name), key=lambda version: version.version, reverse=True)
    return _page(self, "LayerVersions", [version.get_layer_version() for version in versions])


def list_function_url_configs(self: LambdaResponse) -> Any:
    arn = awslambda_url._arn(self)
    urls_now = awslambda_url.urls_of(self.backend)
    return _page(self, "FunctionUrlConfigs", [url for known, url in urls_now.items() if known == arn or known.startswith(f"{arn}:")])


def list_capacity_providers(self: LambdaResponse) -> Any:
    return _page(self, "CapacityProviders", [])


def list_network_connectors(self: LambdaResponse) -> Any:
    return _page(self, "NetworkConnectors", [])
