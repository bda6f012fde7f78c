"""Lambda Core: network connectors. Signed as Lambda, and answered at its endpoint.

https://docs.aws.amazon.com/lambda/latest/lambda-core/API_CreateNetworkConnector.html and its siblings for get, list, update and delete.

moto does not know the service. Here a connector is active when it is next read, an update succeeds at once, and it is gone
as soon as its deletion is answered.
"""

from __future__ import annotations

from time import time_ns
from typing import Any
from urllib.parse import unquote

from moto.awslambda import urls
from moto.awslambda.responses import LambdaResponse

from . import awslambda_lists
from .awslambda_providers import Exists, NotThere, in_use, now, reply

PATH = r"{0}/2026-04-04/network-connectors"


class LambdaCoreResponse(LambdaResponse):
    """The operations are found by botocore's model of the service, the state lies with that of Lambda."""

    def __init__(self) -> None:
        super().__init__()
        self.service_name = "lambda-core"

    def create_network_connector(self) -> Any:
        request = self.json_body
        name = request["Name"]
        if any(known["Name"] == name for known in self._connectors.values()):
            raise Exists(f"network connector {name}")
        # Later ones come later in a list that is sorted by them.
        identifier = f"nc-{time_ns():017x}"
        arn = f"arn:{self.partition}:lambda:{self.region}:{self.current_account}:network-connector:{identifier}"
        in_use(self.backend, request["Configuration"]["VpcEgressConfiguration"])
        made = {"Arn": arn, "Id": identifier, "Name": name, "Configuration": request["Configuration"]}
        if "OperatorRole" in request:
            made["OperatorRole"] = request["OperatorRole"]
        self._connectors[identifier] = {**made, "State": "ACTIVE", "Version": 1, "LastModified": now()}
        return reply(202, {**made, "State": "PENDING"})

    def get_network_connector(self) -> Any:
        return reply(200, self._connector)

    def list_network_connectors(self) -> Any:
        shown = ("Arn", "Id", "Name", "State", "LastModified")
        items = [{**{name: known[name] for name in shown}, "Type": "VPC_EGRESS"} for known in self._connectors.values()]
        return awslambda_lists.page(self, "NetworkConnectors", items)

    def update_network_connector(self) -> Any:
        """What is not mentioned stays; a configuration replaces the whole one, as a new version."""
        known, request = self._connector, self.json_body
        for name in ("Configuration", "OperatorRole"):
            if name in request:
                known[name] = request[name]
        in_use(self.backend, known["Configuration"]["VpcEgressConfiguration"])
        known.update({"Version": known["Version"] + 1, "LastUpdateStatus": "Successful", "LastModified": now()})
        return reply(202, {**{name: one for name, one in known.items() if name != "Version"}, "LastUpdateStatus": "InProgress"})

    def delete_network_connector(self) -> Any:
        gone = self._connectors.pop(self._connector["Id"])
        kept = ("Arn", "Id", "Name", "Configuration", "OperatorRole")
        return reply(202, {**{name: gone[name] for name in kept if name in gone}, "State": "DELETING"})

    @property
    def _connectors(self) -> dict[str, dict[str, Any]]:
        """By id."""
        return self.backend.__dict__.setdefault("network_connectors", {})

    @property
    def _connector(self) -> dict[str, Any]:
        """By its id, its name or its ARN, which may name a version."""
        text = unquote(self.path.rsplit("/", 1)[-1])
        named = text.split(":")[6] if text.startswith("arn:") else text
        for known in self._connectors.values():
            if named in (known["Id"], known["Name"]):
                return known
        raise NotThere(f"network connector {named}")


def patch() -> None:
    urls.url_paths[PATH + r"/?$"] = LambdaCoreResponse.dispatch
    urls.url_paths[PATH + r"/(?P<identifier>[^/]+)$"] = LambdaCoreResponse.dispatch
