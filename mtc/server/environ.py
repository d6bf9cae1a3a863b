"""The WSGI environ of an ASGI scope (PEP 3333; ASGI HTTP connection scope)."""

from __future__ import annotations

import sys
from typing import Any
from urllib.parse import unquote_to_bytes

_FIXED: dict[str, Any] = {
    "SCRIPT_NAME": "",
    "GATEWAY_INTERFACE": "CGI/1.1",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": True,
    "wsgi.multiprocess": False,
    "wsgi.run_once": False,
    "wsgi.input_terminated": False,
}
_NO_SERVER = "localhost", "80"
_PLAIN = {"HTTP_CONTENT_TYPE": "CONTENT_TYPE", "HTTP_CONTENT_LENGTH": "CONTENT_LENGTH"}
_names: dict[bytes, str] = {}
_MOST_NAMES = 512


def build_environ(scope: dict[str, Any]) -> dict[str, Any]:
    """The environ, without wsgi.input.

    Header names with an underscore are left out: in an environ they could not be told from those with a
    hyphen, and X_Forwarded_For would pass for what a proxy has written.
    """
    server, client = scope["server"], scope["client"]
    environ = _FIXED.copy()
    environ["REQUEST_METHOD"] = scope["method"]
    environ["PATH_INFO"] = path_of(scope)
    environ["QUERY_STRING"] = scope["query_string"].decode("latin-1")
    environ["SERVER_PROTOCOL"] = "HTTP/" + scope["http_version"]
    environ["SERVER_NAME"], environ["SERVER_PORT"] = (server[0], str(server[1])) if server else _NO_SERVER
    environ["REMOTE_ADDR"] = client[0] if client else ""
    environ["wsgi.url_scheme"] = scope["scheme"]
    for raw_name, raw_value in scope["headers"]:
        name = _names.get(raw_name) or _name(raw_name)
        value = raw_value.decode("latin-1")
        if name in environ:
            value = environ[name] + ("; " if name == "HTTP_COOKIE" else ",") + value
        environ[name] = value
    environ.pop("", None)
    return environ


def path_of(scope: dict[str, Any]) -> str:
    """The path of a scope as PEP 3333 wants it: without percent signs, its bytes as latin-1."""
    raw: bytes = scope["raw_path"]
    return (unquote_to_bytes(raw) if b"%" in raw else raw).decode("latin-1")


def _name(raw: bytes) -> str:
    if b"_" in raw:
        return ""
    name = "HTTP_" + raw.decode("latin-1").upper().replace("-", "_")
    name = _PLAIN.get(name, name)
    if len(_names) < _MOST_NAMES:  # clients may send any name: only so many are remembered
        _names[raw] = name
    return name
