"""moto's server with the changes of this package, on a free port of 127.0.0.1. Prints the port when it listens.

    python -m moto_perimeter [cloudformation]
"""

import json
import logging
import os
import sys
from functools import cache
from threading import Lock
from traceback import format_exc
from xml.sax.saxutils import escape

from moto import backends
from moto.core import responses
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from . import patch, sns


class OneAtATime:
    """Serves one request after the other.

    moto keeps its state in plain dictionaries. AWS compares a `RevisionId` and writes in one step; so does this.
    """

    def __init__(self, app):
        self.app = app
        self.lock = Lock()

    def __call__(self, environ, start_response):
        with self.lock:
            answer = self.app(environ, start_response)
            try:
                return list(answer)
            finally:
                if hasattr(answer, "close"):
                    answer.close()


class Honest:
    """Answers what moto lacks with 501 and a fault of moto or of this package with 500, so that a test says what is the matter."""

    def __init__(self, app):
        self.app = app

    def __call__(self, environ, start_response):
        try:
            return self.app(environ, start_response)
        except NotImplementedError as missing:
            return self.failure(environ, 501, "NotEmulated", str(missing))(environ, start_response)
        except Exception:
            return self.failure(environ, 500, "EmulatorFault", format_exc())(environ, start_response)

    @staticmethod
    def failure(environ, status: int, code: str, message: str) -> Response:
        if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
            error = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
            return Response(f"<ErrorResponse>{error}</ErrorResponse>", status, content_type="text/xml")
        return Response(json.dumps({"message": message}), status, {"x-amzn-errortype": code}, content_type="application/json")


class Mailbox:
    """`GET /perimeter/sns/sent`: what SNS has sent to endpoints outside AWS, for tests that play the endpoint."""

    def __init__(self, app):
        self.app = app

    def __call__(self, environ, start_response):
        if Request(environ).path == "/perimeter/sns/sent":
            return Response(json.dumps(sns.sent()), content_type="application/json")(environ, start_response)
        return self.app(environ, start_response)


def hurry() -> None:
    """What moto looks up anew with every request, the names of its modules on the disk first of all, does not change: half of its time."""
    modules = frozenset(backends.list_of_moto_modules())
    backends.list_of_moto_modules = lambda: modules
    responses.method_names_from_class = cache(responses.method_names_from_class)


def main() -> None:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    MotoRequestHandler.protocol_version = "HTTP/1.1"
    patch(*sys.argv[1:])
    hurry()
    app = OneAtATime(Honest(Mailbox(DomainDispatcherApplication(create_backend_app))))
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=MotoRequestHandler)
    os.environ["MOTO_PORT"] = str(server.server_port)
    print(server.server_port, flush=True)
    server.serve_forever()


main()
