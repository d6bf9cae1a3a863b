"""Formats of text settings: each reads one, in its one spelling, or raises with what to write."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"(?=.{{1,253}}$)(?:{_LABEL}\.)*{_LABEL}")
_NUMBER = re.compile(r"(?:\d+|0x[0-9a-f]*)")
_SERVICE = re.compile(r"[A-Za-z0-9._-]{1,253}")
_POSTGRES = re.compile(
    r"postgresql(?:\+psycopg)?://(?:[^:/@]*(?::[^@]*)?@)?(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]*)(?::(\d{1,5}))?"
    r"/[^?/]+(?:\?.*)?"
)
_PROVIDER = re.compile(r"[a-z][a-z0-9_]{2,39}\.[a-z0-9_]{1,40}:\S{1,2000}")
_MAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@(?P<domain>[^\s@]+)")
_TLS = ("yes", "start", "none")


class Refusal(ValueError):
    """A text cannot be used, for the reason that the message names."""


@dataclass(frozen=True)
class Format:
    """`says` ends the sentence "write …"; `read` returns the text in its one spelling or raises ValueError.

    A Refusal says itself what is wrong.
    """

    says: str
    read: Callable[[str], str]


def host_name(text: str) -> str:
    """The host name or IP address in its one spelling; raises ValueError for anything else."""
    try:
        return str(ip_address(text))
    except ValueError:
        name = text.encode("idna").decode("ascii").lower()
        # Browsers take 127.1 and 0x7f.1 for addresses.
        if not _NAME.fullmatch(name) or _NUMBER.fullmatch(name.rpartition(".")[2]):
            raise ValueError from None
        return name


def _port(port: int | None) -> int | None:
    if port == 0:
        raise ValueError
    return port


def _public_url(text: str) -> str:
    parts = urlsplit(text)
    plain = f"{parts.scheme}://{parts.netloc}".lower()
    if parts.scheme not in ("http", "https") or "@" in text or text.lower().rstrip("/") != plain:
        raise ValueError
    host, port = host_name(parts.hostname or ""), _port(parts.port)
    if parts.netloc.endswith(":"):
        raise ValueError
    shown = f"[{host}]" if ":" in host else host
    usual = port in (None, {"http": 80, "https": 443}[parts.scheme])
    return f"{parts.scheme}://{shown}" if usual else f"{parts.scheme}://{shown}:{port}"


def _folder(text: str) -> str:
    if Path(text).exists() and not Path(text).is_dir():
        raise ValueError
    return text


def _postgres(text: str) -> str:
    match = _POSTGRES.fullmatch(text)
    if match is None or not 0 < int(match[2] or 5432) < 65536:
        raise ValueError
    return "postgresql+psycopg://" + text.partition("://")[2]


def _database(text: str) -> str:
    if text.startswith("sqlite:///"):
        if text[10:].partition("?")[0] in ("", ":memory:"):
            raise ValueError
        return text
    return _postgres(text)


def _service(netloc: str | None) -> None:
    if not netloc or not (_SERVICE.fullmatch(netloc) or ip_address(netloc)):
        raise ValueError


def _redis(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme == "unix":
        if parts.netloc or not parts.path.strip("/"):
            raise ValueError
        return text
    if parts.scheme not in ("redis", "rediss") or not re.fullmatch(r"(?:/\d{0,3})?", parts.path):
        raise ValueError
    _service(parts.hostname)
    _port(parts.port)
    return text


def _is_of_plugin(text: str) -> bool:
    """Return whether a plugin's provider reads the rest of the address."""
    return _PROVIDER.fullmatch(text) is not None


def _storage(text: str) -> str:
    if _is_of_plugin(text):
        return text
    parts = urlsplit(text)
    if parts.scheme == "file":
        if parts.netloc or not parts.path.strip("/") or parts.query:
            raise ValueError
        _folder(unquote(parts.path))
        return text
    query = parse_qs(parts.query, strict_parsing=bool(parts.query))
    if parts.scheme != "s3" or set(query) - {"endpoint", "region"} or any(len(v) > 1 for v in query.values()):
        raise ValueError
    _service(parts.hostname)
    for address in query.get("endpoint", []):
        endpoint = urlsplit(address)
        if endpoint.scheme not in ("http", "https"):
            raise ValueError
        _service(endpoint.hostname)
        _port(endpoint.port)
    return text


def _mail(text: str) -> str:
    if _is_of_plugin(text):
        return text
    scheme, _, rest = text.partition(":")
    if scheme == "outbox" and rest.strip("/"):
        _folder("/" + rest.lstrip("/") if rest.startswith("/") else rest)
        return text
    parts = urlsplit(text)
    query = parse_qs(parts.query, strict_parsing=bool(parts.query))
    if scheme not in ("smtp", "smtps") or set(query) - {"tls", "smtputf8"} or parts.path not in ("", "/"):
        raise ValueError
    if query.get("tls", ["start"])[0] not in _TLS or query.get("smtputf8", ["no"])[0] not in ("yes", "no"):
        raise ValueError
    _service(parts.hostname)
    _port(parts.port)
    return text


def _address(text: str) -> str:
    spec = text[:-1].rpartition("<")[2] if text.endswith(">") and "<" in text else text
    match = _MAIL.fullmatch(spec)
    if match is None:
        raise ValueError
    host_name(match["domain"])
    return text


def _spf(text: str) -> str:
    terms = []
    for term in text.split():
        name, _, value = term.partition(":")
        if name in ("ip4", "ip6"):
            if ip_network(value).version != int(name[2]):
                raise ValueError
        elif name not in ("include", "a", "mx") or "." not in host_name(value):
            raise ValueError
        terms.append(term)
    if len(terms) > 5:
        raise ValueError
    return " ".join(terms)


def _secret(text: str) -> str:
    if len(text) < 32:
        raise ValueError
    return text


def _keys(text: str) -> str:
    keys = [key.strip() for key in text.split(",")]
    if any(len(base64.b64decode(key, validate=True)) != 32 for key in keys):
        raise ValueError
    return ",".join(keys)


def _ring(text: str) -> str:
    names = []
    for part in filter(None, (entry.strip() for entry in text.split(","))):
        name, _, value = part.partition(":")
        try:
            size = len(base64.b64decode(value, validate=True))
        except binascii.Error:
            size = 0
        if size != 32 or not name.isalnum():
            raise ValueError
        names.append(name)
    if not names or len(set(names)) != len(names):
        raise ValueError
    return text


def _hashes(text: str) -> str:
    """A file that is none would refuse nothing."""
    try:
        with Path(text).open("rb") as file:
            first = file.readline(200)
    except OSError as error:
        raise Refusal(f"{error.strerror}.") from error
    if not re.match(rb"[0-9A-Fa-f]{40}(:\d+)?\r?\n", first):
        raise ValueError
    return text


FOLDER = Format("the name of a folder", _folder)
PUBLIC_URL = Format("http:// or https://, a host name and perhaps a port, and nothing else", _public_url)
HOST = Format("a host name or an IP address, without port", host_name)
DATABASE = Format("sqlite:///… or postgresql://user:password@host/database", _database)
POSTGRES = Format("postgresql://user:password@host/database", _postgres)
REDIS = Format("redis://host:6379/0, rediss://… or unix:///path", _redis)
STORAGE = Format(
    "file:///folder or s3://bucket?endpoint=https://…&region=…, or plugin.name:… for what a plugin brings",
    _storage,
)
MAIL = Format(
    "outbox:/folder or smtp://user:password@host:587?tls=start (yes, start, none), with &smtputf8=yes"
    " where the server has that, or plugin.name:… for what a plugin brings",
    _mail,
)
ADDRESS = Format("one e-mail address, such as shop@example.org", _address)
SPF = Format("one to five of include:host, a:host, mx:host, ip4:address, ip6:address", _spf)
SECRET = Format("at least 32 characters", _secret)
RING = Format("id:key,…, each key 32 bytes in base64 (`mtc keys new` makes one)", _ring)
PUBLIC_KEYS = Format("key,…, each a public key in base64 (`mtc plugin key` makes one)", _keys)
HASHES = Format("lines of SHA-1:count, sorted", _hashes)
