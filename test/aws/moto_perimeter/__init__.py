"""Where moto 5.2.5 differs from AWS's documentation, or lacks what the tests of Perimeter need: one module for each service.

Each module changes moto in place when its `patch` is called, and names AWS's page behind each change.
"""

from . import accounts, awslambda, cloudformation, ecr, organizations, scheduler, securityhub, sns


def patch() -> None:
    for module in (accounts, awslambda, cloudformation, ecr, organizations, scheduler, securityhub, sns):
        module.patch()
