"""One way out: only named files open connections or start programs; everything else asks `mtc.infra`.

The client of mtc.infra.http refuses addresses that are not public. A second client would not, so whatever
can reach the network is refused everywhere else, in plugins too.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, name_of, python_files

# What can reach another machine, or start a program that can; the packages below them count too.
DOORS = {
    "socket", "ssl", "_socket", "_ssl", "selectors", "asyncio", "socketserver", "select",
    "http.client", "http.server", "urllib.request", "urllib.robotparser", "xmlrpc", "wsgiref",
    "smtplib", "ftplib", "poplib", "imaplib", "nntplib", "telnetlib", "webbrowser", "subprocess", "pty",
    "urllib3", "requests", "httpx", "httpcore", "aiohttp", "pycurl", "curl_cffi", "niquests", "treq",
    "twisted", "gevent", "eventlet", "trio", "anyio", "websockets", "websocket", "grpc", "paramiko",
    "dns", "boto3", "botocore", "redis", "rq", "psycopg", "aiosmtplib", "ldap3", "pymongo", "granian",
    "stripe", "paypalrestsdk", "requests_toolbelt", "urllib3_secure_extra", "http2", "h2", "h11", "wsproto",
}  # fmt: skip
CALLS = {("os", "system"), ("os", "popen"), ("os", "execv"), ("os", "execve"), ("os", "posix_spawn")}

# Who may, with what, and why.
ALLOWED: dict[str, tuple[set[str], str]] = {
    "mtc/infra/http/client.py": ({"http.client", "ssl"}, "the one client"),
    "mtc/infra/http/transport.py": ({"http.client", "socket"}, "its sockets"),
    "mtc/infra/dns/resolver.py": ({"dns"}, "asks the name servers of this machine for TXT records"),
    "mtc/infra/mail/smtp.py": ({"smtplib", "ssl"}, "to the one server that MTC_MAIL_URL names"),
    "mtc/infra/storage/s3.py": ({"boto3", "botocore"}, "to the one server that MTC_STORAGE_URL names"),
    "mtc/infra/redis_connection.py": ({"redis"}, "to the one server that MTC_REDIS_URL names"),
    "mtc/infra/queue/rq.py": ({"redis", "rq"}, "to the one server that MTC_REDIS_URL names"),
    "mtc/infra/queue/rq_worker.py": ({"rq"}, "to the one server that MTC_REDIS_URL names"),
    "mtc/server/parent.py": ({"socket", "granian"}, "listens; it calls nobody"),
    "mtc/server/worker.py": ({"socket", "asyncio"}, "asks its own port whether it answers"),
    "mtc/server/connections.py": ({"asyncio", "granian"}, "takes connections; it calls nobody"),
    "mtc/server/gateway.py": ({"asyncio"}, "reads requests and sends answers; it calls nobody"),
    "mtc/server/body_reader.py": ({"asyncio"}, "reads requests; it calls nobody"),
    "mtc/server/transfer_limits.py": ({"asyncio"}, "ends transfers; it calls nobody"),
    "mtc/server/responses.py": ({"asyncio"}, "sends answers; it calls nobody"),
    "mtc/lifecycle.py": ({"subprocess"}, "starts the server's own processes"),
    "mtc/infra/pictures/pillow.py": ({"subprocess"}, "decodes pictures in a process without keys"),
    "mtc/bench/load.py": ({"socket", "select"}, "measures servers that it has started itself"),
    "mtc/bench/run.py": ({"subprocess"}, "starts what is measured"),
    "mtc/bench/servers.py": ({"http.client", "subprocess"}, "starts what is measured"),
    "mtc/processes/ports.py": ({"socket"}, "looks for a port to listen on; it calls nobody"),
}


def doors(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """(door, line) of each way out that a file takes."""
    for node in ast.walk(tree):
        for name in _named(node):
            parts = name.split(".")
            found = [".".join(parts[:n]) for n in range(1, len(parts) + 1) if ".".join(parts[:n]) in DOORS]
            if found:
                yield found[0], node.lineno  # type: ignore[attr-defined]
        if isinstance(node, ast.Attribute) and (getattr(node.value, "id", ""), node.attr) in CALLS:
            yield f"os.{node.attr}", node.lineno


def _named(node: ast.AST) -> list[str]:
    """The modules that a node brings in, also by import_module("…"), __import__("…") and urllib.request."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [f"{node.module}.{alias.name}" for alias in node.names]
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        name = f"{node.value.id}.{node.attr}"
        return [name] if name in DOORS else []
    if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        text = node.args[0].value
        return [text] if called in {"import_module", "__import__"} and isinstance(text, str) else []
    return []


def taken(*folders: Path) -> dict[str, set[str]]:
    """File to the doors that it takes."""
    found: dict[str, set[str]] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            if "__pycache__" in path.parts or "tests" in path.relative_to(folder).parts:
                continue
            names = {name for name, _ in doors(ast.parse(path.read_text(encoding="utf-8")))}
            if names:
                found[path.relative_to(folder.parent).as_posix()] = names
    return found


def test_only_named_files_reach_the_network() -> None:
    found = taken(ROOT / "mtc", ROOT / "plugins")
    allowed = {name: ways for name, (ways, _) in ALLOWED.items()}
    surplus = {name: ways - allowed.get(name, set()) for name, ways in found.items()}
    stale = {name: ways - found.get(name, set()) for name, ways in allowed.items()}
    assert {name: ways for name, ways in surplus.items() if ways} == {}, (
        "use mtc.infra.ports.http, or name the file above with what it reaches"
    )
    assert {name: ways for name, ways in stale.items() if ways} == {}, "take them out of ALLOWED"


def test_the_one_client_is_made_in_one_place() -> None:
    makers = {
        name_of(path)
        for path in python_files("mtc", "plugins")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "HttpClient"
    }
    assert makers == {"mtc/infra/ports.py"}


PLANTED = [
    "import socket",
    "import ssl as s",
    "import urllib.request",
    "from urllib import request",
    "from urllib.request import urlopen as u",
    "import urllib\nurllib.request.urlopen('https://x')",
    "from http import client",
    "import http.client as c",
    "import requests",
    "from requests import get",
    "import httpx",
    "import aiohttp",
    "import smtplib",
    "def f():\n    import socket",
    "if TYPE_CHECKING:\n    import ssl",
    "from importlib import import_module\nimport_module('http.client')",
    "import importlib\nimportlib.import_module('requests.sessions')",
    "__import__('socket')",
    "import asyncio",
    "import subprocess",
    "import os\nos.system('curl x')",
    "from boto3.session import Session",
    "import stripe",
]
HARMLESS = [
    "from urllib.parse import urlsplit",
    "from http import HTTPStatus",
    "import http",
    "from mtc.infra import ports",
    "from importlib import import_module\nimport_module('mtc.lifecycle')",
    "socket = 1",
    "import redistribute",
]


@pytest.mark.parametrize("where", ["mtc", "plugins"])
def test_a_second_way_out_is_found(tmp_path: Path, where: str) -> None:
    folder = tmp_path / where / "chat"
    folder.mkdir(parents=True)
    for number, text in enumerate(PLANTED):
        (folder / f"planted{number}.py").write_text(text + "\n")
    for number, text in enumerate(HARMLESS):
        (folder / f"harmless{number}.py").write_text(text + "\n")
    found = taken(tmp_path / where)
    assert set(found) == {f"{where}/chat/planted{number}.py" for number in range(len(PLANTED))}
