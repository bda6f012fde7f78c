"""CloudFormation: resource types that moto lacks, though it has the service behind them."""

from __future__ import annotations

import json
from typing import Any

from moto.awslambda.models import lambda_backends
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import cloudformation_backends
from moto.core.common_models import CloudFormationModel
from moto.iam.models import iam_backends
from moto.organizations.models import organizations_backends
from moto.s3.models import s3_backends
from moto.scheduler.models import scheduler_backends
from moto.sqs.models import sqs_backends
from moto.utilities.utils import get_partition

from .awslambda import existing_arn

class Resource:
    """What a resource of a template has in common: `make` brings it about, `change` brings it up to its properties, `delete` ends it."""

    TYPE = ""
    NAME = ""

    def __init__(self, name: str, properties: dict[str, Any], account: str, region: str):
        self.name, self.properties, self.account, self.region = name, properties, account, region
        self.partition = get_partition(region)
        self.physical_resource_id = name
        self.make()

    def make(self) -> None:
        raise NotImplementedError(self.TYPE)

    def change(self) -> None:
        self.make()

    @classmethod
    def cloudformation_type(cls) -> str:
        return cls.TYPE

    @classmethod
    def cloudformation_name_type(cls) -> str:
        return cls.NAME

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
    ) -> Any:
        return cls(resource_name, cloudformation_json["Properties"], account_id, region_name)

    @classmethod
    def update_from_cloudformation_json(
        cls, original_resource: Any, new_resource_name: str, cloudformation_json: Any, account_id: str, region_name: str
    ) -> Any:
        original_resource.properties = cloudformation_json["Properties"]
        original_resource.change()
        return original_resource


class ScheduleGroup(Resource, CloudFormationModel):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-scheduler-schedulegroup.html"""

    TYPE = "AWS::Scheduler::ScheduleGroup"
    NAME = "Name"

    def make(self) -> None:
        scheduler_backends[self.account][self.region].create_schedule_group(self.name, self.properties.get("Tags", []))

    def delete(self, account: str, region: str) -> None:
        scheduler_backends[account][region].delete_schedule_group(self.name)


class Schedule(Resource, CloudFormationModel):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-scheduler-schedule.html"""

    TYPE = "AWS::Scheduler::Schedule"
    NAME = "Name"

    def make(self) -> None:
        self.put("create_schedule", action_after_completion=None)

    def change(self) -> None:
        self.put("update_schedule")

    def put(self, operation: str, **more: Any) -> None:
        given = self.properties.get
        getattr(scheduler_backends[self.account][self.region], operation)(
            name=self.name,
            group_name=given("GroupName"),
            description=given("Description"),
            schedule_expression=given("ScheduleExpression"),
            schedule_expression_timezone=given("ScheduleExpressionTimezone"),
            flexible_time_window=given("FlexibleTimeWindow"),
            target=given("Target"),
            state=given("State"),
            kms_key_arn=given("KmsKeyArn"),
            start_date=given("StartDate"),
            end_date=given("EndDate"),
            **more,
        )

    def delete(self, account: str, region: str) -> None:
        scheduler_backends[account][region].delete_schedule(self.properties.get("GroupName"), self.name)


class QueuePolicy(Resource, CloudFormationModel):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queuepolicy.html"""

    TYPE = "AWS::SQS::QueuePolicy"

    def make(self) -> None:
        self.put(json.dumps(self.properties["PolicyDocument"]))

    def put(self, policy: str) -> None:
        for url in self.properties["Queues"]:
            sqs_backends[self.account][self.region].set_queue_attributes(url.split("/")[-1], {"Policy": policy})

    def delete(self, account: str, region: str) -> None:
        self.put("")


class BucketPolicy(Resource, CloudFormationModel):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucketpolicy.html"""

    TYPE = "AWS::S3::BucketPolicy"

    def make(self) -> None:
        s3_backends[self.account][self.partition].put_bucket_policy(
            self.properties["Bucket"], json.dumps(self.properties["PolicyDocument"]).encode()
        )

    def delete(self, account: str, region: str) -> None:
        s3_backends[account][self.partition].delete_bucket_policy(self.properties["Bucket"])


class OrganizationsPolicy(Resource, CloudFormationModel):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-organizations-policy.html"""

    TYPE = "AWS::Organizations::Policy"

    def make(self) -> None:
        given = self.given()
        policy = self.organization.create_policy(**given, Type=self.properties["Type"])
        self.physical_resource_id = policy["Policy"]["PolicySummary"]["Id"]
        self.attach(self.properties.get("TargetIds", []))

    def change(self) -> None:
        self.organization.update_policy(PolicyId=self.physical_resource_id, **self.given())
        wanted = self.properties.get("TargetIds", [])
        for target in self.attached():
            if target not in wanted:
                self.organization.detach_policy(PolicyId=self.physical_resource_id, TargetId=target)
        self.attach(wanted)

    def delete(self, account: str, region: str) -> None:
        for target in self.attached():
            self.organization.detach_policy(PolicyId=self.physical_resource_id, TargetId=target)
        self.organization.delete_policy(PolicyId=self.physical_resource_id)

    @property
    def organization(self) -> Any:
        return organizations_backends[self.account][self.partition]

    def given(self) -> dict[str, str]:
        content = self.properties["Content"]
        return {
            "Name": self.properties["Name"],
            "Description": self.properties.get("Description", ""),
            "Content": content if isinstance(content, str) else json.dumps(content, separators=(",", ":")),
        }

    def attach(self, targets: list[str]) -> None:
        for target in targets:
            self.organization.attach_policy(PolicyId=self.physical_resource_id, TargetId=target)

    def attached(self) -> list[str]:
        return [target["TargetId"] for target in self.organization.list_targets_for_policy(PolicyId=self.physical_resource_id)["Targets"]]


class LambdaHook(Resource, CloudFormationModel):
    """A hook that is kept and never asks: moto has no hooks. What it refers to has to be there, and its alias is taken once.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-lambdahook.html
    """

    TYPE = "AWS::CloudFormation::LambdaHook"

    def make(self) -> None:
        hooks = cloudformation_backends[self.account][self.region].__dict__.setdefault("hooks", {})
        alias = self.properties["Alias"]
        if alias in hooks:
            raise ValidationError(message=f"The type alias {alias} is in use in this account and Region")
        self.change()
        hooks[alias] = self
        self.physical_resource_id = f"arn:{self.partition}:cloudformation:{self.region}:{self.account}:type/hook/{alias.replace('::', '-')}"

    def change(self) -> None:
        existing_arn(lambda_backends[self.account][self.region], self.properties["LambdaFunction"], None)
        iam_backends[self.account][self.partition].get_role_by_arn(self.properties["ExecutionRole"])

    def delete(self, account: str, region: str) -> None:
        del cloudformation_backends[account][region].hooks[self.properties["Alias"]]
