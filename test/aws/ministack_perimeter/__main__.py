"""ministack, in which a layer may be named by its ARN too.

https://docs.aws.amazon.com/lambda/latest/api/API_GetLayerVersionPolicy.html#lambda-GetLayerVersionPolicy-request-LayerName
"""

import re

from ministack.app import main
from ministack.services import lambda_svc

of_ministack = lambda_svc._find_layer_version


def find_layer_version(layer_name, *others, **named):
    return of_ministack(re.sub(r"^arn:[\w-]+:lambda:[^:]+:\d{12}:layer:", "", layer_name), *others, **named)


lambda_svc._find_layer_version = find_layer_version
main()
