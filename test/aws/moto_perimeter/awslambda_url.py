"""Lambda: function URLs, one for the function and one for each alias.

https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html,
https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunctionUrlConfig.html and its siblings for update, get, and delete.

moto keeps one for a function whatever the alias, and overwrites the existing one.
"""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

from moto.awslambda import urls
from moto.awslambda.exceptions import (
    GenericResourcNotFound,
    InvalidParameterValueException,
    LambdaClientError,
)
from moto.awslambda.models import LambdaBackend
from moto.awslambda.responses import LambdaResponse
from moto.moto_api._internal import mock_random


class UrlExists(LambdaClientError):
    code = 409

    def __init__(self, arn: str):
        super().__init__(
            "ResourceConflictException",
            f"Failed to create function url config for [functionArn = {arn}]. Error message:  FunctionUrlConfig exists for this Lambda function",
        )


def urls_of(backend: LambdaBackend) -> dict[str, dict[str, Any]]:
    """By the ARN of the function or alias."""
    return backend.__dict__.setdefault("function_urls", {})


def patch() -> None:
    urls.url_paths[r"{0}/(?P<api_version>[^/]+)/functions/(?P<function_name>[\w_:%-]+)/urls/?$"] = LambdaResponse.dispatch
    for operation in (
        create_function_url_config,
        update_function_url_config,
        get_function_url_config,
        delete_function_url_config,
    ):
        setattr(LambdaResponse, operation.__name__, operation)


def _reply(status: int, body: Any = None) -> tuple[int, dict[str, Any], str]:
    return status, {"status": status}, "" if body is None else json.dumps(body)


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _arn(response: LambdaResponse) -> str:
    from .awslambda import existing_arn

    qualifier = response.normalized_request.args.get("Qualifier")
    if qualifier and (qualifier == "$LATEST" or qualifier.isdigit()):
        raise InvalidParameterValueException("Function URLs are only supported on an alias or the unpublished function")
    return existing_arn(response.backend, response.uri_match["FunctionName"], qualifier)


def _existing(response: LambdaResponse) -> dict[str, Any]:
    url = urls_of(response.backend).get(_arn(response))
    if url is None:
        raise GenericResourcNotFound()
    return url


def create_function_url_config(self: LambdaResponse) -> Any:
    arn, request, now = _arn(self), self.json_body, _now()
    if arn in urls_of(self.backend):
        raise UrlExists(arn)
    urls_of(self.backend)[arn] = {
        "FunctionUrl": f"https://{mock_random.uuid4().hex}.lambda-url.{self.region}.on.aws/",
        "FunctionArn": arn,
        "AuthType": request["AuthType"],
        **({"Cors": request["Cors"]} if "Cors" in request else {}),
        "CreationTime": now,
        "LastModifiedTime": now,
        "InvokeMode": request.get("InvokeMode", "BUFFERED"),
    }
    created = {**urls_of(self.backend)[arn]}
    del created["LastModifiedTime"]
    return _reply(201, created)


def update_function_url_config(self: LambdaResponse) -> Any:
    url = _existing(self)
    changes = {name: self.json_body[name] for name in ("AuthType", "Cors", "InvokeMode") if name in self.json_body}
    url.update({**changes, "LastModifiedTime": _now()})
    return _reply(200, url)


def get_function_url_config(self: LambdaResponse) -> Any:
    return _reply(200, _existing(self))


def delete_function_url_config(self: LambdaResponse) -> Any:
    del urls_of(self.backend)[_existing(self)["FunctionArn"]]
    return _reply(204)
