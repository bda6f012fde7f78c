"""CloudFormation: templates are read as what they are, and nothing in them is passed over.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html. moto warns of a resource type that it does
not know and goes on, takes every Region for one of the partition `aws`, and keeps some properties of functions for itself.
"""

from __future__ import annotations

import base64
import io
import json
import zipfile
from typing import Any

from moto.awslambda.models import LambdaBackend, LambdaFunction, Permission, lambda_backends
from moto.cloudformation import models, parsing, responses
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.parsing import ResourceMap
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, EmptyResult
from moto.moto_api._internal import mock_random
from moto.utilities.utils import get_partition

from . import cloudformation_stacksets, cloudformation_types  # noqa: F401  moto finds the types by their base class
from .awslambda import existing_arn
from .awslambda_policy import Policies, policies_of, stored_statement
from .cloudformation_stacksets import template_at


def patch() -> None:
    responses.CloudFormationResponse._get_stack_from_s3_url = lambda self, url: template_at(url, self.current_account, self.region)
    _templates()
    _change_sets()
    _partitions()
    _conditions()
    _order()
    _unknown_types()
    _permissions()
    _functions()
    cloudformation_stacksets.patch()


def _templates() -> None:
    """JSON is read as JSON: for a template of half a megabyte moto's way, by YAML, takes many seconds."""

    def json_or(of_moto: Any) -> Any:
        def parse(template: str) -> dict[str, Any]:
            return json.loads(template) if template.lstrip().startswith("{") else of_moto(template)

        return parse

    models.Stack.parse_template = staticmethod(json_or(models.Stack.parse_template))
    of_moto = models.ChangeSet._parse_template

    def parse_change_set(self: models.ChangeSet) -> None:
        if self.template.lstrip().startswith("{"):
            self.template_dict = json.loads(self.template)
        else:
            of_moto(self)

    models.ChangeSet._parse_template = parse_change_set


class NoChangeSet(ServiceException):
    code = "ChangeSetNotFound"


def _change_sets() -> None:
    """The name of a change set belongs to its stack: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html

    moto takes the last of that name, whosesoever it is.
    """

    def found(backend: models.CloudFormationBackend, name: str, stack: str) -> str:
        """Its ARN."""
        for arn, change_set in backend.change_sets.items():
            if arn == name or (change_set.change_set_name == name and stack in (change_set.stack_name, change_set.stack_id)):
                return arn
        raise NoChangeSet(f"ChangeSet [{name}] does not exist")

    def describe(self: responses.CloudFormationResponse) -> ActionResult:
        backend = self.cloudformation_backend
        return ActionResult(backend.describe_change_set(found(backend, self._get_param("ChangeSetName"), self._get_param("StackName"))))

    def delete(self: responses.CloudFormationResponse) -> EmptyResult:
        backend = self.cloudformation_backend
        try:
            backend.delete_change_set(found(backend, self._get_param("ChangeSetName"), self._get_param("StackName")))
        except NoChangeSet:
            pass  # one that is not there is deleted: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteChangeSet.html
        return EmptyResult()

    def execute(self: responses.CloudFormationResponse) -> EmptyResult:
        backend = self.cloudformation_backend
        backend.execute_change_set(found(backend, self._get_param("ChangeSetName"), self._get_param("StackName")))
        return EmptyResult()

    responses.CloudFormationResponse.describe_change_set = describe
    responses.CloudFormationResponse.delete_change_set = delete
    responses.CloudFormationResponse.execute_change_set = execute


def _partitions() -> None:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html"""
    load = ResourceMap.load_mapping

    def load_mapping(self: ResourceMap) -> None:
        partition = get_partition(self._region_name)
        suffix = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
        self._parsed_resources.update({"AWS::Partition": partition, "AWS::URLSuffix": suffix})
        load(self)

    ResourceMap.load_mapping = load_mapping


def _conditions() -> None:
    """What a condition leaves out is not in the stack: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html"""

    def stack_resources(self: models.Stack) -> list[Any]:
        return [resource for resource in self.resource_map.values() if resource is not None]

    models.Stack.stack_resources = property(stack_resources)


def _order() -> None:
    """What refers to a resource is removed before it; moto removes in any order.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html
    """

    def youngest_first(self: ResourceMap, names: Any) -> list[str]:
        return [name for name in reversed(list(self._parsed_resources)) if name in names]

    def delete(self: ResourceMap) -> None:
        going = [name for name, resource in self._resource_json_map.items() if resource.get("DeletionPolicy") != "Retain"]
        for name in youngest_first(self, going):
            self._delete_resource(self._parsed_resources.pop(name), self._resource_json_map[name])

    difference = ResourceMap.build_resource_diff

    def build_resource_diff(self: ResourceMap, other_template: Any, parameters: Any = None) -> dict[str, Any]:
        names = difference(self, other_template, parameters)
        return {**names, "Remove": youngest_first(self, names["Remove"])}

    ResourceMap.delete = delete
    ResourceMap.build_resource_diff = build_resource_diff


def _unknown_types() -> None:
    """https://repost.aws/knowledge-center/cloudformation-resource-type-unrecognized"""
    of_moto = parsing.resource_class_from_type

    def resource_class_from_type(resource_type: str) -> Any:
        resource_class = of_moto(resource_type)
        if resource_class is None and resource_type not in parsing.NULL_MODELS:
            raise ValidationError(message=f"Template format error: Unrecognized resource types: [{resource_type}]")
        return resource_class

    parsing.resource_class_from_type = resource_class_from_type


def _permissions() -> None:
    """A permission is a statement of the function's policy, and goes with its resource.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-permission.html
    """

    def policies(name: str, account_id: str, region_name: str) -> Policies:
        backend = lambda_backends[account_id][region_name]
        return Policies(policies_of(backend), existing_arn(backend, name, None), None)

    def create(cls: Any, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any) -> Permission:
        properties = cloudformation_json["Properties"]
        sid = f"{kwargs['StackId'].split('/')[1]}-{kwargs['LogicalId']}-{mock_random.get_random_string(12)}"
        function = policies(properties["FunctionName"], account_id, region_name)
        function.add(stored_statement(function.arn, {**properties, "StatementId": sid}))
        made = Permission(region=region_name)
        made.function_name, made.physical_resource_id = properties["FunctionName"], sid
        return made

    def delete(self: Permission, account_id: str, region_name: str) -> None:
        policies(self.function_name, account_id, region_name).remove(self.physical_resource_id)

    Permission.create_from_cloudformation_json = classmethod(create)
    Permission.delete = delete


def _functions() -> None:
    """Inline code of Node.js is `index.js`, the first time and every other; what a template says about logs and failed events is kept.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html#cfn-lambda-function-code-zipfile
    """
    create = LambdaFunction.create_from_cloudformation_json.__func__

    def zipped(code: str) -> bytes:
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as files:
            files.writestr(zipfile.ZipInfo("index.js"), code)
        return archive.getvalue()

    LambdaFunction._create_zipfile_from_plaintext_code = staticmethod(zipped)

    kept = ("Architectures", "DeadLetterConfig", "LoggingConfig")

    def create_from_json(cls: Any, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any) -> Any:
        function = create(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs)
        function.of_the_template = {name: cloudformation_json["Properties"][name] for name in kept if name in cloudformation_json["Properties"]}
        return function

    def update_from_json(cls: Any, original_resource: Any, new_resource_name: str, cloudformation_json: Any, account_id: str, region_name: str) -> Any:
        properties = cloudformation_json["Properties"]
        backend: LambdaBackend = lambda_backends[account_id][region_name]
        code = base64.b64encode(zipped(properties["Code"]["ZipFile"]))
        backend.update_function_code(original_resource.function_name, None, {"ZipFile": code})
        others = {name: value for name, value in properties.items() if name not in ("Code", "FunctionName", *kept)}
        backend.update_function_configuration(original_resource.function_name, None, others)
        original_resource.of_the_template = {name: properties[name] for name in kept if name in properties}
        return original_resource

    LambdaFunction.create_from_cloudformation_json = classmethod(create_from_json)
    LambdaFunction.update_from_cloudformation_json = classmethod(update_from_json)
    configuration = LambdaFunction.get_configuration

    def get_configuration(self: LambdaFunction, on_create: bool = False) -> dict[str, Any]:
        return {**configuration(self, on_create), **self.__dict__.get("of_the_template", {})}

    LambdaFunction.get_configuration = get_configuration
