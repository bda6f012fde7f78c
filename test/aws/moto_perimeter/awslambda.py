"""Lambda: names, network and revision of functions. Policies and URLs have modules of their own."""

from __future__ import annotations

import re
from typing import Any

from moto.awslambda.exceptions import (
    InvalidParameterValueException,
    LambdaClientError,
    PreconditionFailedException,
)
from moto.awslambda.models import LambdaBackend, LambdaFunction, LambdaStorage
from moto.awslambda.utils import make_function_arn
from moto.moto_api._internal import mock_random

from . import awslambda_lists, awslambda_policy, awslambda_providers, awslambda_url

# https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html#API_AddPermission_RequestSyntax
FUNCTION_NAME = re.compile(
    r"(?:arn:aws[\w-]*:lambda:)?(?:[a-z]{2,}(?:-[a-z]+)+-\d:)?(?:(\d{12}):)?(?:function:)?([\w.-]+)(?::(\$LATEST|[\w-]+))?"
)


class ForeignFunction(LambdaClientError):
    code = 403

    def __init__(self, text: str):
        super().__init__(
            "AccessDeniedException",
            f"User is not authorized to perform this action on resource: {text} because no resource-based policy allows it",
        )


class NoSuchForm(LambdaClientError):
    def __init__(self, text: str):
        super().__init__("ValidationException", f"Value '{text}' at 'functionName' failed to satisfy constraint")


def name_and_qualifier(account: str, text: str, qualifier: str | None) -> tuple[str, str | None]:
    """A name, a partial ARN or an ARN, each with or without a version or alias; the qualifier may also come apart.

    https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html: moto takes a partial ARN for name and alias, and looks for
    another account's function in the caller's.
    """
    form = FUNCTION_NAME.fullmatch(text)
    if not form:
        raise NoSuchForm(text)
    owner, name, derived = form.groups()
    if owner and owner != account:
        raise ForeignFunction(text)
    if derived and qualifier and derived != qualifier:
        raise InvalidParameterValueException("The derived qualifier from the function name does not match the specified qualifier.")
    return name, derived or qualifier


def existing_arn(backend: LambdaBackend, text: str, qualifier: str | None) -> str:
    """The ARN of a function, version or alias that exists. Raises ResourceNotFoundException."""
    name, qualifier = name_and_qualifier(backend.account_id, text, qualifier)
    backend.get_function(name, qualifier)
    arn = make_function_arn(backend.region_name, backend.account_id, name)
    return f"{arn}:{qualifier}" if qualifier else arn


def patch() -> None:
    _names()
    _network()
    _revision()
    _concurrency()
    awslambda_policy.patch()
    awslambda_url.patch()
    awslambda_lists.patch()
    awslambda_providers.patch()


def _names() -> None:
    def with_qualifier(self: LambdaStorage, name_or_arn: str, qualifier: str | None = None) -> LambdaFunction:
        return self.get_function_by_name_with_qualifier(*name_and_qualifier(self.account_id, name_or_arn, qualifier))

    def without_qualifier(self: LambdaStorage, name_or_arn: str) -> LambdaFunction:
        name, qualifier = name_and_qualifier(self.account_id, name_or_arn, None)
        if qualifier:
            raise InvalidParameterValueException("Cannot provide qualifier")
        return self.get_function_by_name_forbid_qualifier(name)

    LambdaStorage.get_function_by_name_or_arn_with_qualifier = with_qualifier
    LambdaStorage.get_function_by_name_or_arn_forbid_qualifier = without_qualifier

    delete = LambdaBackend.delete_function

    def delete_function(self: LambdaBackend, function_name: str, qualifier: str | None = None) -> None:
        name, qualifier = name_and_qualifier(self.account_id, function_name, qualifier)
        delete(self, name, qualifier)
        arn = make_function_arn(self.region_name, self.account_id, name)
        _forget(self, arn, qualifier)

    LambdaBackend.delete_function = delete_function

    delete_the_alias = LambdaBackend.delete_alias

    def delete_alias(self: LambdaBackend, name: str, function_name: str) -> None:
        delete_the_alias(self, name, function_name)
        arn = make_function_arn(self.region_name, self.account_id, name_and_qualifier(self.account_id, function_name, None)[0])
        _forget(self, arn, name)

    LambdaBackend.delete_alias = delete_alias


def _forget(backend: LambdaBackend, arn: str, qualifier: str | None) -> None:
    """Policies and URLs go with the function, version or alias that they belong to."""
    for store in (awslambda_policy.policies_of(backend), awslambda_url.urls_of(backend)):
        for known in list(store):
            if known == f"{arn}:{qualifier}" if qualifier else known == arn or known.startswith(f"{arn}:"):
                del store[known]


def _network() -> None:
    """The VPC of a function is that of its subnets; an emptied configuration is told as empty.

    https://docs.aws.amazon.com/lambda/latest/api/API_VpcConfigResponse.html,
    https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html. moto makes one VPC id up for all.
    """

    def vpc_config(self: LambdaFunction) -> dict[str, Any] | None:
        config = self._vpc_config
        if not config:
            return None
        subnets = config.get("SubnetIds") or []
        return {
            "SubnetIds": subnets,
            "SecurityGroupIds": config.get("SecurityGroupIds") or [],
            "VpcId": _vpc_of(self.account_id, self.region, subnets[0]) if subnets else "",
            "Ipv6AllowedForDualStack": config.get("Ipv6AllowedForDualStack", False),
        }

    LambdaFunction.vpc_config = property(vpc_config)

    create = LambdaBackend.create_function

    def create_function(self: LambdaBackend, spec: dict[str, Any]) -> LambdaFunction:
        _check_network(self, spec.get("VpcConfig"))
        return create(self, spec)

    LambdaBackend.create_function = create_function

    update = LambdaBackend.update_function_configuration

    def update_function_configuration(self: LambdaBackend, function_name: str, qualifier: str | None, body: dict[str, Any]) -> Any:
        _check_network(self, body.get("VpcConfig"))
        return update(self, function_name, qualifier, body)

    LambdaBackend.update_function_configuration = update_function_configuration


def _check_network(backend: LambdaBackend, config: dict[str, Any] | None) -> None:
    subnets, groups = (config or {}).get("SubnetIds"), (config or {}).get("SecurityGroupIds")
    if bool(subnets) != bool(groups):
        raise InvalidParameterValueException("SubnetIds and SecurityGroupIds must coexist or be both empty list.")
    for subnet in subnets or []:
        _vpc_of(backend.account_id, backend.region_name, subnet)


def _vpc_of(account: str, region: str, subnet: str) -> str:
    from moto.ec2.exceptions import InvalidSubnetIdError
    from moto.ec2.models import ec2_backends

    try:
        return ec2_backends[account][region].get_subnet(subnet).vpc_id
    except InvalidSubnetIdError:
        raise InvalidParameterValueException(f"Error occurred while DescribeSubnets. The subnet ID '{subnet}' does not exist")


def _revision() -> None:
    """Every function has a `RevisionId`, which changes with its code and its configuration, and which an update may require.

    https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html#lambda-UpdateFunctionConfiguration-request-RevisionId
    """
    configuration = LambdaFunction.get_configuration

    def get_configuration(self: LambdaFunction, on_create: bool = False) -> dict[str, Any]:
        config = configuration(self, on_create)
        config["RevisionId"] = self.__dict__.setdefault("revision_id", str(mock_random.uuid4()))
        return config

    LambdaFunction.get_configuration = get_configuration

    for name in ("update_function_configuration", "update_function_code"):
        _guard(name)


def _guard(name: str) -> None:
    change = getattr(LambdaBackend, name)

    def guarded(self: LambdaBackend, function_name: str, qualifier: str | None, body: dict[str, Any]) -> Any:
        body = {**body}
        expected = body.pop("RevisionId", None)
        function = self.get_function(function_name, qualifier)
        if expected and expected != function.get_configuration()["RevisionId"]:
            raise PreconditionFailedException(
                "The RevisionId provided does not match the latest RevisionId for the Lambda function or alias."
                " Call the GetFunction or the GetAlias API to retrieve the latest RevisionId for your resource."
            )
        function.revision_id = str(mock_random.uuid4())
        return change(self, function_name, qualifier, body)

    setattr(LambdaBackend, name, guarded)


def _concurrency() -> None:
    """Zero is a concurrency too: https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html#lambda-GetFunction-response-Concurrency"""
    get = LambdaFunction.get_code

    def get_code(self: LambdaFunction) -> dict[str, Any]:
        code = get(self)
        if self.reserved_concurrency is not None:
            code["Concurrency"] = {"ReservedConcurrentExecutions": self.reserved_concurrency}
        return code

    LambdaFunction.get_code = get_code
