"""Lambda: resource-based policies, one for each function, version, alias and layer version.

https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html and, for what each call stores and refuses,
https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html, API_RemovePermission, API_GetPolicy, API_PutResourcePolicy,
API_GetResourcePolicy, API_DeleteResourcePolicy, API_AddLayerVersionPermission, API_RemoveLayerVersionPermission.

moto keeps one policy for a function and all its versions and aliases, loses some conditions, takes a statement id twice, and
compares a `RevisionId` with a list.
"""

from __future__ import annotations

import json
import re
from typing import Any

from moto.awslambda import urls
from moto.awslambda.exceptions import (
    InvalidParameterValueException,
    LambdaClientError,
    PreconditionFailedException,
    UnknownPolicyException,
)
from moto.awslambda.models import LambdaBackend
from moto.awslambda.responses import LambdaResponse
from moto.moto_api._internal import mock_random
from moto.utilities.utils import get_partition

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 20 KB
MOST_CHARACTERS = 20_480

# What AddPermission turns into a condition: operator and key.
CONDITIONS = {
    "SourceArn": ("ArnLike", "AWS:SourceArn"),
    "SourceAccount": ("StringEquals", "AWS:SourceAccount"),
    "PrincipalOrgID": ("StringEquals", "aws:PrincipalOrgID"),
    "OrganizationId": ("StringEquals", "aws:PrincipalOrgID"),
    "FunctionUrlAuthType": ("StringEquals", "lambda:FunctionUrlAuthType"),
    "EventSourceToken": ("StringEquals", "lambda:EventSourceToken"),
    "InvokedViaFunctionUrl": ("Bool", "lambda:InvokedViaFunctionUrl"),
}


class StatementExists(LambdaClientError):
    code = 409

    def __init__(self, sid: str):
        super().__init__(
            "ResourceConflictException",
            f"The statement id ({sid}) provided already exists. Please provide a new statement id, or remove the existing statement.",
        )


class NoStatement(LambdaClientError):
    code = 404

    def __init__(self, sid: str):
        super().__init__("ResourceNotFoundException", f"Statement {sid} is not found in resource policy.")


class PolicyTooLong(LambdaClientError):
    def __init__(self, size: int):
        super().__init__("PolicyLengthExceededException", f"The final policy size ({size}) is bigger than the limit ({MOST_CHARACTERS}).")


class ResourcePolicy:
    """The policy of one resource. Its revision changes with it; without a statement there is no policy."""

    def __init__(self, document: dict[str, Any]):
        size = len(json.dumps(document, separators=(",", ":")))
        if size > MOST_CHARACTERS:
            raise PolicyTooLong(size)
        self.document = document
        self.revision = str(mock_random.uuid4())

    @property
    def statements(self) -> list[dict[str, Any]]:
        return self.document["Statement"]

    def answer(self) -> dict[str, str]:
        return {"Policy": json.dumps(self.document, separators=(",", ":")), "RevisionId": self.revision}


class Policies:
    """The policies of the resources of one account and Region, by the ARN of the resource."""

    def __init__(self, store: dict[str, ResourcePolicy], arn: str, revision: str | None):
        self.store = store
        self.arn = arn
        policy = store.get(arn)
        if revision and revision != (policy and policy.revision):
            raise PreconditionFailedException(
                "The RevisionId provided does not match the latest RevisionId for the Lambda function or alias."
                " Call the GetPolicy API to retrieve the latest RevisionId for your resource."
            )

    def get(self) -> ResourcePolicy:
        if self.arn not in self.store:
            raise UnknownPolicyException()
        return self.store[self.arn]

    def put(self, document: dict[str, Any]) -> ResourcePolicy:
        self.store[self.arn] = ResourcePolicy(document)
        return self.store[self.arn]

    def add(self, statement: dict[str, Any]) -> ResourcePolicy:
        policy = self.store.get(self.arn)
        if policy is None:
            return self.put({"Version": "2012-10-17", "Id": "default", "Statement": [statement]})
        if any(other.get("Sid") == statement["Sid"] for other in policy.statements):
            raise StatementExists(statement["Sid"])
        return self.put({**policy.document, "Statement": [*policy.statements, statement]})

    def remove(self, sid: str) -> None:
        policy = self.get()
        remaining = [statement for statement in policy.statements if statement.get("Sid") != sid]
        if len(remaining) == len(policy.statements):
            raise NoStatement(sid)
        if remaining:
            self.put({**policy.document, "Statement": remaining})
        else:
            self.delete()

    def delete(self) -> None:
        self.get()
        del self.store[self.arn]


def policies_of(backend: LambdaBackend) -> dict[str, ResourcePolicy]:
    return backend.__dict__.setdefault("resource_policies", {})


def stored_principal(partition: str, principal: str) -> str | dict[str, str]:
    if principal == "*":
        return "*"
    if re.fullmatch(r"\d{12}", principal):
        return {"AWS": f"arn:{partition}:iam::{principal}:root"}
    if re.fullmatch(r"arn:[\w-]+:(iam|sts)::\d{12}:.+", principal):
        return {"AWS": principal}
    if re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", principal):
        return {"Service": principal}
    raise InvalidParameterValueException("The provided principal was invalid. Please check the principal and try again.")


def stored_statement(arn: str, request: dict[str, Any]) -> dict[str, Any]:
    """What AddPermission and AddLayerVersionPermission keep of a request."""
    action = request["Action"]
    if not re.fullmatch(r"lambda:\*|lambda:[A-Za-z]+|\*", action):
        raise InvalidParameterValueException(f"The provided action was invalid: {action}")
    if request.get("OrganizationId") and request["Principal"] != "*":
        raise InvalidParameterValueException("OrganizationId is only supported with Principal *")
    statement = {
        "Sid": request["StatementId"],
        "Effect": "Allow",
        "Principal": stored_principal(arn.split(":")[1], request["Principal"]),
        "Action": action,
        "Resource": arn,
    }
    conditions: dict[str, dict[str, str]] = {}
    for name, (operator, key) in CONDITIONS.items():
        if request.get(name) is not None:
            value = request[name]
            conditions.setdefault(operator, {})[key] = str(value).lower() if isinstance(value, bool) else value
    return {**statement, "Condition": conditions} if conditions else statement


def stored_document(partition: str, text: str) -> dict[str, Any]:
    """What PutResourcePolicy keeps: the document, with accounts as IAM writes them."""
    try:
        document = json.loads(text)
    except ValueError:
        raise InvalidParameterValueException("The provided policy is not valid JSON.")
    statements = document.get("Statement") if isinstance(document, dict) else None
    if isinstance(statements, dict):
        statements = [statements]
    if not isinstance(statements, list) or not statements or not all(_is_statement(statement) for statement in statements):
        raise InvalidParameterValueException("The provided policy document is invalid.")
    sids = [statement["Sid"] for statement in statements if "Sid" in statement]
    if len(sids) != len(set(sids)):
        raise InvalidParameterValueException("Statement IDs (SID) in a single policy must be unique.")
    return {**document, "Statement": [_with_roots(partition, statement) for statement in statements]}


def _is_statement(statement: Any) -> bool:
    return (
        isinstance(statement, dict)
        and statement.get("Effect") in ("Allow", "Deny")
        and ("Principal" in statement) != ("NotPrincipal" in statement)
        and ("Action" in statement) != ("NotAction" in statement)
    )


def _with_roots(partition: str, statement: dict[str, Any]) -> dict[str, Any]:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts"""

    def root(principal: str) -> str:
        return f"arn:{partition}:iam::{principal}:root" if re.fullmatch(r"\d{12}", principal) else principal

    result = {**statement}
    for element in ("Principal", "NotPrincipal"):
        principals = statement.get(element)
        if isinstance(principals, dict) and "AWS" in principals:
            aws = principals["AWS"]
            result[element] = {**principals, "AWS": [root(one) for one in aws] if isinstance(aws, list) else root(aws)}
    return result


def patch() -> None:
    urls.url_paths[r"{0}/2026-07-09/resource-policy/(?P<resource_arn>.+)$"] = LambdaResponse.dispatch
    for operation in (
        add_permission,
        remove_permission,
        get_policy,
        put_resource_policy,
        get_resource_policy,
        delete_resource_policy,
        add_layer_version_permission,
        remove_layer_version_permission,
        get_layer_version_policy,
    ):
        setattr(LambdaResponse, operation.__name__, operation)


def _reply(status: int, body: Any = None) -> tuple[int, dict[str, Any], str]:
    return status, {"status": status}, "" if body is None else json.dumps(body)


def _function_policies(response: LambdaResponse, text: str, revision: str | None) -> Policies:
    from .awslambda import existing_arn

    qualifier = response.normalized_request.args.get("Qualifier")
    arn = existing_arn(response.backend, text, qualifier)
    if arn.endswith(":$LATEST"):
        raise InvalidParameterValueException("We currently do not support adding policies for $LATEST.")
    return Policies(policies_of(response.backend), arn, revision)


def _layer_policies(response: LambdaResponse) -> Policies:
    version = response.backend.get_layer_version(response.uri_match["LayerName"], str(response.uri_match["VersionNumber"]))
    # The revision is in the query of both calls: https://docs.aws.amazon.com/lambda/latest/api/API_AddLayerVersionPermission.html
    return Policies(policies_of(response.backend), version.arn, response.normalized_request.args.get("RevisionId"))


def add_permission(self: LambdaResponse) -> Any:
    request = self.json_body
    policies = _function_policies(self, self.uri_match["FunctionName"], request.get("RevisionId"))
    statement = stored_statement(policies.arn, request)
    policies.add(statement)
    return _reply(201, {"Statement": json.dumps(statement, separators=(",", ":"))})


def remove_permission(self: LambdaResponse) -> Any:
    revision = self.normalized_request.args.get("RevisionId")
    _function_policies(self, self.uri_match["FunctionName"], revision).remove(self.uri_match["StatementId"])
    return _reply(204)


def get_policy(self: LambdaResponse) -> Any:
    return _reply(200, _function_policies(self, self.uri_match["FunctionName"], None).get().answer())


def put_resource_policy(self: LambdaResponse) -> Any:
    request = self.json_body
    policies = _function_policies(self, self.uri_match["ResourceArn"], request.get("RevisionId"))
    return _reply(200, policies.put(stored_document(get_partition(self.region), request["Policy"])).answer())


def get_resource_policy(self: LambdaResponse) -> Any:
    return _reply(200, _function_policies(self, self.uri_match["ResourceArn"], None).get().answer())


def delete_resource_policy(self: LambdaResponse) -> Any:
    _function_policies(self, self.uri_match["ResourceArn"], self.normalized_request.args.get("RevisionId")).delete()
    return _reply(204)


def add_layer_version_permission(self: LambdaResponse) -> Any:
    policies = _layer_policies(self)
    statement = stored_statement(policies.arn, self.json_body)
    policy = policies.add(statement)
    return _reply(201, {"Statement": json.dumps(statement, separators=(",", ":")), "RevisionId": policy.revision})


def remove_layer_version_permission(self: LambdaResponse) -> Any:
    _layer_policies(self).remove(self.uri_match["StatementId"])
    return _reply(204)


def get_layer_version_policy(self: LambdaResponse) -> Any:
    return _reply(200, _layer_policies(self).get().answer())
