"""ECR: several replication rules, registry policies of the second version, and repository creation templates."""

from __future__ import annotations

from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ecr.exceptions import InvalidParameterException, ValidationException
from moto.ecr.models import ECRBackend
from moto.ecr.responses import ECRResponse

MOST_RULES = 10
MOST_DESTINATIONS = 25

TEMPLATE_FIELDS = (
    "prefix",
    "description",
    "encryptionConfiguration",
    "resourceTags",
    "imageTagMutability",
    "imageTagMutabilityExclusionFilters",
    "repositoryPolicy",
    "lifecyclePolicy",
    "appliedFor",
    "customRoleArn",
)


class TemplateAlreadyExists(ServiceException):
    code = "TemplateAlreadyExistsException"


class TemplateNotFound(ServiceException):
    code = "TemplateNotFoundException"


def patch() -> None:
    _replication()
    _registry_policy()
    for operation in (
        create_repository_creation_template,
        update_repository_creation_template,
        delete_repository_creation_template,
        describe_repository_creation_templates,
    ):
        setattr(ECRResponse, operation.__name__, operation)


def _replication() -> None:
    """Ten rules of 25 destinations: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ReplicationConfiguration.html; moto: one."""

    def put_replication_configuration(self: ECRBackend, replication_config: dict[str, Any]) -> dict[str, Any]:
        rules = replication_config["rules"]
        destinations = [destination for rule in rules for destination in rule["destinations"]]
        if len(rules) > MOST_RULES or any(len(rule["destinations"]) > MOST_DESTINATIONS for rule in rules):
            raise ValidationException("replicationConfiguration holds at most 10 rules of at most 25 destinations")
        if {"region": self.region_name, "registryId": self.account_id} in destinations:
            raise InvalidParameterException(
                "Invalid parameter at 'replicationConfiguration' failed to satisfy constraint:"
                " 'Replication destination cannot be the same as the source registry'"
            )
        self.replication_config = replication_config
        return {"replicationConfiguration": replication_config}

    ECRBackend.put_replication_configuration = put_replication_configuration


def _registry_policy() -> None:
    """Any ECR action, the default for new registries: https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions.html"""
    ECRBackend._validate_registry_policy_action = lambda self, policy_text: None


def _templates(response: ECRResponse) -> dict[str, dict[str, Any]]:
    return response.ecr_backend.__dict__.setdefault("creation_templates", {})


def _existing(response: ECRResponse) -> dict[str, Any]:
    prefix = response._get_param("prefix")
    if prefix not in _templates(response):
        raise TemplateNotFound(f"The repository creation template with prefix '{prefix}' does not exist")
    return _templates(response)[prefix]


def _given(response: ECRResponse) -> dict[str, Any]:
    return {field: response._get_param(field) for field in TEMPLATE_FIELDS if response._get_param(field) is not None}


def _answer(response: ECRResponse, template: dict[str, Any]) -> ActionResult:
    return ActionResult({"registryId": response.current_account, "repositoryCreationTemplate": template})


def create_repository_creation_template(self: ECRResponse) -> ActionResult:
    """https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepositoryCreationTemplate.html"""
    template, now = _given(self), utcnow()
    if template["prefix"] in _templates(self):
        raise TemplateAlreadyExists(f"The repository creation template with prefix '{template['prefix']}' already exists")
    _templates(self)[template["prefix"]] = {"imageTagMutability": "MUTABLE", **template, "createdAt": now, "updatedAt": now}
    return _answer(self, _templates(self)[template["prefix"]])


def update_repository_creation_template(self: ECRResponse) -> ActionResult:
    """https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_UpdateRepositoryCreationTemplate.html: what is not given stays."""
    template = _existing(self)
    template.update({**_given(self), "updatedAt": utcnow()})
    return _answer(self, template)


def delete_repository_creation_template(self: ECRResponse) -> ActionResult:
    """https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepositoryCreationTemplate.html"""
    template = _existing(self)
    del _templates(self)[template["prefix"]]
    return _answer(self, template)


def describe_repository_creation_templates(self: ECRResponse) -> ActionResult:
    """https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRepositoryCreationTemplates.html"""
    prefixes = self._get_param("prefixes")
    templates = [template for prefix, template in _templates(self).items() if not prefixes or prefix in prefixes]
    return ActionResult({"registryId": self.current_account, "repositoryCreationTemplates": templates})
