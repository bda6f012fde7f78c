"""microburst, which knows the calls of Lambda Core and Lambda Web too.

Both are signed as Lambda, so that it looks for them in Lambda's model alone:
https://docs.aws.amazon.com/lambda/latest/lambda-core/API_GetNetworkConnector.html. Of Lambda Web botocore has no model:
https://docs.aws.amazon.com/lambda/latest/lambda-web/API_GetWebFunctionRevision.html
"""

import sys

from microburst.cli import main
from microburst.detection.rest import rest_operations, uri_to_regex

known = rest_operations("lambda")
known.extend(rest_operations("lambda-core"))
(get_connector,) = (entry for entry in known if entry["op"] == "GetNetworkConnector")
path = "/2025-03-07/web-functions/{functionName}/revisions/{revisionId}"
known.append({**get_connector, "op": "GetWebFunctionRevision", "regex": uri_to_regex(path)})
sys.exit(main())
