"""Organizations: what has to be switched on before, and who may be a delegated administrator."""

from moto.organizations.exceptions import PolicyTypeNotEnabledException
from moto.organizations.models import FakeDelegatedAdministrator, FakeRoot, OrganizationsBackend


def patch() -> None:
    _policy_types()
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-delegated-admin.html
    FakeDelegatedAdministrator.SUPPORTED_SERVICES.append("member.org.stacksets.cloudformation.amazonaws.com")


def _policy_types() -> None:
    """A policy is attached where its type is enabled: https://docs.aws.amazon.com/organizations/latest/APIReference/API_AttachPolicy.html#API_AttachPolicy_Errors"""
    of_moto = OrganizationsBackend.attach_policy

    def attach_policy(self: OrganizationsBackend, **given: str) -> None:
        policy = self.get_policy_by_id(given["PolicyId"])
        enabled = [each["Type"] for unit in self.ou if isinstance(unit, FakeRoot) for each in unit.policy_types]
        # Those that a new organization begins with: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_create.html
        if not policy.aws_managed and policy.type not in enabled:
            raise PolicyTypeNotEnabledException
        of_moto(self, **given)

    OrganizationsBackend.attach_policy = attach_policy
