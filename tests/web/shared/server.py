"""Serves the small site of `pages` on a port, with the real settings and static files, for the tests in a browser."""

from __future__ import annotations

import sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server


class Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the test reads the page."""


if __name__ == "__main__":
    from django.conf import settings

    settings.ROOT_URLCONF = "tests.web.shared.pages"
    from django.core.wsgi import get_wsgi_application

    make_server("127.0.0.1", int(sys.argv[1]), get_wsgi_application(), Threaded, Silent).serve_forever()
