"""Lambda Web: web functions and their revisions. Signed as Lambda, and answered at its endpoint.

https://docs.aws.amazon.com/lambda/latest/lambda-web/API_CreateWebFunction.html and its siblings for revisions.

Neither moto nor botocore knows the service. Here a revision is active as soon as it is made; there are no endpoints.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from moto.awslambda import urls
from moto.awslambda.exceptions import ConflictException
from moto.awslambda.responses import LambdaResponse
from moto.moto_api._internal import mock_random

from .awslambda_providers import NotThere, now, reply

PATH = r"{0}/2025-03-07/web-functions"
# Both by their names or by their ARNs, whose slashes the server has decoded.
WHICH = re.compile(r"/web-functions/(?:arn:[^/]+/)?(?P<function>[\w-]+)/revisions(?:/(?:arn:.+/revision/)?(?P<revision>[\w-]+))?")


class LambdaWebResponse(LambdaResponse):
    """The state lies with that of Lambda."""

    def _get_action(self) -> str:
        if self.method == "GET" and self.path.endswith("/revisions"):
            return "ListWebFunctionRevisions"
        verb = {"PUT": "Create", "POST": "Create", "GET": "Get", "DELETE": "Delete"}[self.method]
        return f"{verb}WebFunction{'Revision' if '/revisions' in self.path else ''}"

    def create_web_function(self) -> Any:
        request = self.json_body
        name = request["functionName"]
        if name in self._functions:
            raise ConflictException(f"web function {name} exists")
        self._functions[name] = {}
        revision = self._add_revision(name, request["revisionConfig"])
        function = {"functionName": name, "functionArn": self._arn(name), "state": "Active", "stateReason": "", "createdAt": now()}
        return reply(201, {**function, "updatedAt": function["createdAt"], "revisionArn": revision["revisionArn"], "revisionId": revision["revisionId"]})

    def create_web_function_revision(self) -> Any:
        return reply(201, self._add_revision(self._name, self.json_body))

    def get_web_function_revision(self) -> Any:
        return reply(200, self._revisions[self._revision_id])

    def list_web_function_revisions(self) -> Any:
        shown = ("createdAt", "revisionArn", "revisionId", "state", "stateReason", "description")
        return reply(200, {"revisions": [{name: one[name] for name in shown if name in one} for one in self._revisions.values()]})

    def delete_web_function_revision(self) -> Any:
        del self._revisions[self._revision_id]
        return reply(204)

    def _add_revision(self, name: str, config: dict[str, Any]) -> dict[str, Any]:
        identifier = mock_random.uuid4().hex
        own = {key: config[key] for key in ("buildConfig", "description", "kmsKeyArn", "serviceConfig") if key in config}
        revision = {
            "functionArn": self._arn(name),
            "revisionArn": f"{self._arn(name)}/revision/{identifier}",
            "revisionId": identifier,
            "state": "Active",
            "stateReason": "",
            "createdAt": now(),
            **own,
        }
        self._functions[name][identifier] = revision
        return revision

    def _arn(self, name: str) -> str:
        return f"arn:{self.partition}:lambda:{self.region}:{self.current_account}:web-function/{name}"

    @property
    def _functions(self) -> dict[str, dict[str, dict[str, Any]]]:
        """The revisions of each, by id."""
        return self.backend.__dict__.setdefault("web_functions", {})

    @property
    def _name(self) -> str:
        name = WHICH.search(unquote(self.path))["function"]
        if name not in self._functions:
            raise NotThere(f"web function {name}")
        return name

    @property
    def _revisions(self) -> dict[str, dict[str, Any]]:
        return self._functions[self._name]

    @property
    def _revision_id(self) -> str:
        identifier = WHICH.search(unquote(self.path))["revision"]
        if identifier not in self._revisions:
            raise NotThere(f"revision {identifier}")
        return identifier


def patch() -> None:
    for path in (r"/?$", r"/(?P<function_name>.+)/revisions$", r"/(?P<function_name>.+)/revisions/(?P<revision_id>.+)$"):
        urls.url_paths[PATH + path] = LambdaWebResponse.dispatch
