"""CloudFormation: service-managed StackSets as AWS Organizations has its accounts.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-associate-stackset-with-org.html. moto hides the
stacks that it makes, passes over units within units, takes the management account for a member, and does not follow what an
organization does later.
"""

from __future__ import annotations

import re
from typing import Any

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import CloudFormationBackend, StackInstance, StackInstances, StackSet, cloudformation_backends
from moto.cloudformation.responses import CloudFormationResponse
from moto.cloudformation.utils import get_stack_from_s3_url
from moto.core.common_models import CloudFormationModel
from moto.moto_api._internal import mock_random
from moto.organizations.models import OrganizationsBackend, organizations_backends
from moto.s3.models import s3_backends
from moto.utilities.utils import get_partition

from .cloudformation_types import Resource

TRUSTED_ACCESS = "member.org.stacksets.cloudformation.amazonaws.com"


def patch() -> None:
    StackInstances.create_instances = create_instances
    _visible_stacks()
    _auto_deployment()


def members_below(organization: OrganizationsBackend, targets: list[str]) -> list[str]:
    """All members in these units and the units within them; never the management account.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-associate-stackset-with-org.html#stacksets-orgs-considerations
    """
    parents = {unit.id: unit.parent_id for unit in organization.ou}

    def is_below(unit: str | None) -> bool:
        return unit is not None and (unit in targets or is_below(parents.get(unit)))

    return [account.id for account in organization.accounts if account.id != account.master_account_id and is_below(account.parent_id)]


def create_instances(
    self: StackInstances,
    accounts: list[str],
    regions: list[str],
    parameters: Any,
    deployment_targets: dict[str, Any],
    permission_model: str,
) -> list[dict[str, Any]]:
    targets = deployment_targets.get("OrganizationalUnitIds", [])
    self.__dict__.setdefault("targets", []).append((targets, regions))
    places = [(account, region) for account in [*accounts, *members_below(self.org_backend, targets)] for region in regions]
    made = [
        StackInstance(
            account_id=account,
            region_name=region,
            stackset_id=self.stackset_id,
            stack_name=self.stack_name,
            name=self.stackset_name,
            template=self.template,
            parameters=parameters,
            permission_model=permission_model,
        )
        for account, region in places
        if self.get_instance(account, region) is None
    ]
    self.stack_instances += made
    return [instance.to_dict() for instance in made]


def _visible_stacks() -> None:
    """A stack instance is a stack of its account, `StackSet-<name>-<id>`.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-concepts.html#stacksets-concepts-stackinstances
    """
    of_moto = StackInstance.__init__

    def init(self: StackInstance, account_id: str, region_name: str, permission_model: str, **given: Any) -> None:
        if permission_model != "SERVICE_MANAGED":
            of_moto(self, account_id=account_id, region_name=region_name, permission_model=permission_model, **given)
            return
        self.account_id, self.region_name, self.permission_model = account_id, region_name, permission_model
        self.stackset_id, self.name, self.template = given["stackset_id"], given["name"], given["template"]
        self.stack_name, self.parameters = f"StackSet-{self.name}-{mock_random.uuid4()}", given["parameters"] or []
        self.stack = cloudformation_backends[account_id][region_name].create_stack(name=self.stack_name, template=self.template, parameters={})

    def delete(self: StackInstance) -> None:
        cloudformation_backends[self.account_id][self.region_name].delete_stack(self.stack.name)

    StackInstance.__init__ = init
    StackInstance.delete = delete


def _auto_deployment() -> None:
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-manage-auto-deployment.html"""

    def followed(name: str) -> None:
        of_moto = getattr(OrganizationsBackend, name)

        def changed(self: OrganizationsBackend, **given: Any) -> Any:
            answer = of_moto(self, **given)
            for backend in cloudformation_backends[self.account_id].values():
                for stack_set in backend.stacksets.values():
                    _follow(self, stack_set)
            return answer

        setattr(OrganizationsBackend, name, changed)

    for name in ("create_account", "move_account", "remove_account_from_organization"):
        followed(name)
    create = CloudFormationResponse.create_stack_set

    def create_stack_set(self: CloudFormationResponse) -> Any:
        answer = create(self)
        self.cloudformation_backend.describe_stack_set(self._get_param("StackSetName")).auto_deployment = self._get_param("AutoDeployment")
        return answer

    CloudFormationResponse.create_stack_set = create_stack_set


def _follow(organization: OrganizationsBackend, stack_set: StackSet) -> None:
    automatic = stack_set.__dict__.get("auto_deployment") or {}
    if stack_set.status == "DELETED" or not automatic.get("Enabled"):
        return
    wanted = {
        (account, region)
        for targets, regions in stack_set.instances.__dict__.get("targets", [])
        for account in members_below(organization, targets)
        for region in regions
    }
    if not automatic.get("RetainStacksOnAccountRemoval"):
        for instance in list(stack_set.stack_instances):
            if (instance.account_id, instance.region_name) not in wanted:
                stack_set.instances.delete([instance.account_id], [instance.region_name])
    for targets, regions in list(stack_set.instances.__dict__.get("targets", [])):
        create_instances(stack_set.instances, [], regions, None, {"OrganizationalUnitIds": targets}, stack_set.permission_model)
        stack_set.instances.targets.pop()


def template_at(url: str, account: str, region: str) -> str:
    """A template is fetched from the Region that its URL names: the bucket has to be there.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingRouting.html#rest-api-redirect-error. A bucket may be in the path, as the
    SDK has it at an address without a name: https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html#path-style-access
    """
    partition = get_partition(region)
    url = re.sub(r"^https?://127\.0\.0\.1(:\d+)?/", f"https://s3.{region}.amazonaws.com/", url).replace(".amazonaws.com.cn/", ".amazonaws.com/")
    named = re.match(r"https://(?:([^/]+)\.)?s3\.([a-z-]+-\d)\.amazonaws\.com/([^/]+)", url)
    if named and s3_backends[account][partition].get_bucket(named[1] or named[3]).region_name != named[2]:
        raise ValidationError(
            message="S3 error: The bucket you are attempting to access must be addressed using the specified endpoint."
            " Please send all future requests to this endpoint."
        )
    return get_stack_from_s3_url(url, account, partition)


class StackSetResource(Resource, CloudFormationModel):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stackset.html"""

    TYPE = "AWS::CloudFormation::StackSet"
    NAME = "StackSetName"

    def make(self) -> None:
        backend = self.backend()
        self.stack_set = backend.create_stack_set(
            name=self.name,
            template=self.template(),
            parameters={},
            tags={},
            permission_model=self.properties["PermissionModel"],
            admin_role=None,
            exec_role=None,
            description=self.properties.get("Description"),
        )
        self.physical_resource_id = self.stack_set.id
        self.stack_set.auto_deployment = self.properties.get("AutoDeployment")
        self.deploy()

    def change(self) -> None:
        """An update of a StackSet updates all of its stacks: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStackSet.html"""
        template = self.template()
        self.stack_set.template = self.stack_set.instances.template = template
        self.stack_set.auto_deployment = self.properties.get("AutoDeployment")
        for instance in self.stack_set.stack_instances:
            instance.template = template
            instance.stack.update(template)
        self.deploy()

    def deploy(self) -> None:
        for group in self.properties.get("StackInstancesGroup", []):
            self.stack_set.create_stack_instances([], group["Regions"], group["DeploymentTargets"], [])

    def delete(self, account: str, region: str) -> None:
        for instance in list(self.stack_set.stack_instances):
            self.stack_set.instances.delete([instance.account_id], [instance.region_name])
        self.backend().delete_stack_set(self.stack_set.id)

    def template(self) -> str:
        return template_at(self.properties["TemplateURL"], self.account, self.region)

    def backend(self) -> CloudFormationBackend:
        """That of the management account, whoever calls.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-delegated-admin.html,
        https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-activate-trusted-access.html
        """
        manager, _ = organizations_backends.master_accounts.get(self.account, (self.account, self.partition))
        organization = organizations_backends[manager][self.partition]
        as_delegate = self.properties.get("CallAs") == "DELEGATED_ADMIN"
        delegates = [admin.account.id for admin in organization.admins if TRUSTED_ACCESS in admin.services]
        if self.account not in (delegates if as_delegate else [manager]):
            raise ValidationError(
                message="You must be the management account or delegated admin account of an organization before operating a SERVICE_MANAGED stack set"
            )
        if not any(service["ServicePrincipal"] == TRUSTED_ACCESS for service in organization.services):
            raise ValidationError(message="You must enable organizations access to operate a service managed stack set")
        return cloudformation_backends[manager][self.region]
