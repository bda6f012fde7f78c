"""Where moto 5.2.5 differs from AWS's documentation, or lacks what the tests of Perimeter need: one module for each service.

Each module changes moto in place when its `patch` is called, and names AWS's page behind each change.
"""

from importlib import import_module

from . import accounts, awslambda, ecr, lambda_core, lambda_web, organizations, scheduler, securityhub, sns, sqs


def patch(*more: str) -> None:
    """`more`: modules that are costly to load, `cloudformation`, which brings all services along."""
    for module in (accounts, awslambda, ecr, lambda_core, lambda_web, organizations, scheduler, securityhub, sns, sqs):
        module.patch()
    for name in more:
        import_module(f".{name}", __name__).patch()
