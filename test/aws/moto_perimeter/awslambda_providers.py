"""Lambda: capacity providers.

https://docs.aws.amazon.com/lambda/latest/api/API_CreateCapacityProvider.html and its siblings for get, list and delete.

moto knows none of them. Here a provider is active when it is next read, and gone as soon as its deletion is answered.
"""

from __future__ import annotations

import json
import re
from datetime import datetime, timezone
from typing import Any
from urllib.parse import unquote

from moto.awslambda import urls
from moto.awslambda.exceptions import InvalidParameterValueException, LambdaClientError
from moto.awslambda.models import LambdaBackend
from moto.awslambda.responses import LambdaResponse

from . import awslambda_lists

# https://docs.aws.amazon.com/lambda/latest/api/API_GetCapacityProvider.html#API_GetCapacityProvider_RequestSyntax
NAME = re.compile(r"(?:arn:aws[\w-]*:lambda:[\w-]+:\d{12}:capacity-provider:)?([\w-]+)")


class NotThere(LambdaClientError):
    code = 404

    def __init__(self, what: str):
        super().__init__("ResourceNotFoundException", f"{what} does not exist")


class Exists(LambdaClientError):
    code = 409

    def __init__(self, what: str):
        super().__init__("ResourceConflictException", f"{what} exists")


def now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def reply(status: int, body: Any = None) -> tuple[int, dict[str, Any], str]:
    return status, {"status": status}, "" if body is None else json.dumps(body)


def in_use(backend: LambdaBackend, config: dict[str, Any]) -> dict[str, Any]:
    """What a new provider or connector runs in, once its subnets were found to be there."""
    from .awslambda import _vpc_of

    for subnet in config["SubnetIds"]:
        _vpc_of(backend.account_id, backend.region_name, subnet)
    return config


def patch() -> None:
    urls.url_paths[r"{0}/(?P<api_version>[^/]+)/capacity-providers/?$"] = LambdaResponse.dispatch
    urls.url_paths[r"{0}/(?P<api_version>[^/]+)/capacity-providers/(?P<provider>[^/]+)$"] = LambdaResponse.dispatch
    for operation in (create_capacity_provider, get_capacity_provider, list_capacity_providers, delete_capacity_provider):
        setattr(LambdaResponse, operation.__name__, operation)


def _providers(self: LambdaResponse) -> dict[str, dict[str, Any]]:
    """By name."""
    return self.backend.__dict__.setdefault("capacity_providers", {})


def _name(self: LambdaResponse) -> str:
    text = unquote(self.path.rsplit("/", 1)[-1])
    match = NAME.fullmatch(text)
    if not match:
        raise InvalidParameterValueException(f"{text} is no name of a capacity provider")
    if match[1] not in _providers(self):
        raise NotThere(f"capacity provider {match[1]}")
    return match[1]


def create_capacity_provider(self: LambdaResponse) -> Any:
    request = {**self.json_body}
    name = request.pop("CapacityProviderName")
    request.pop("Tags", None)
    if name in _providers(self):
        raise Exists(f"capacity provider {name}")
    arn = f"arn:{self.partition}:lambda:{self.region}:{self.current_account}:capacity-provider:{name}"
    made = {"CapacityProviderArn": arn, **request, "VpcConfig": in_use(self.backend, request["VpcConfig"]), "LastModified": now()}
    _providers(self)[name] = {**made, "State": "Active"}
    return reply(202, {"CapacityProvider": {**made, "State": "Pending"}})


def get_capacity_provider(self: LambdaResponse) -> Any:
    return reply(200, {"CapacityProvider": _providers(self)[_name(self)]})


def list_capacity_providers(self: LambdaResponse) -> Any:
    return awslambda_lists.page(self, "CapacityProviders", list(_providers(self).values()))


def delete_capacity_provider(self: LambdaResponse) -> Any:
    return reply(202, {"CapacityProvider": {**_providers(self).pop(_name(self)), "State": "Deleting"}})
