"""A store answers at one address: every other host that leads to it is redirected to its primary domain."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from werkzeug.wrappers import Response

from mtc.config import Config
from mtc.middleware.security_headers import bare_headers
from mtc.tenants.services import StoreInfo, store_url

_PATH = "/:@!$&'()*+,;=~"  # what a path may hold besides letters (RFC 3986, section 3.4)
# Providers follow no redirects; what they report must be booked wherever it arrives.
_ANYWHERE = ("/webhooks/",)


def sibling(host: str) -> str:
    """The host with www. where it has none, and without it where it has one."""
    return host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"


def proper_host(store: StoreInfo, verified: str, config: Config) -> str:
    """The host that the store should be reached at: its primary domain, else the one that is verified."""
    primary = store.primary_host or ""
    # Names of the platform are no domains of stores: such a redirect would lead to another store.
    if not primary or primary == config.platform_host or primary.endswith(f".{config.platform_host}"):
        return verified
    return primary


def is_moved(environ: dict[str, Any], host: str, proper: str) -> bool:
    """Return whether this request has to go to the proper host."""
    return host != proper and not environ.get("PATH_INFO", "").startswith(_ANYWHERE)


def redirect_to(base: str, path: str, environ: dict[str, Any], config: Config, *, status: int) -> Response:
    """To the same path and query under `base`, kept by nobody: a merchant may change the domain back."""
    query = quote(environ.get("QUERY_STRING", "").encode("latin-1"), safe=_PATH + "?%")
    tail = quote(path.encode("latin-1"), safe=_PATH)
    target = f"{base}/{tail.removeprefix('/')}{'?' + query if query else ''}"
    headers = bare_headers(secure=config.secure)
    if environ.get("HTTP_HX_REQUEST"):
        # A script may not follow to another host; the browser itself goes there.
        safe = environ["REQUEST_METHOD"] in ("GET", "HEAD")
        return Response(status=200, headers=[*headers, ("HX-Redirect", target if safe else f"{base}/")])
    return Response(status=status, headers=[*headers, ("Location", target)])


def redirect_to_store(store: StoreInfo, host: str, environ: dict[str, Any], config: Config) -> Response:
    """To the store's proper host: 301 for what only reads, 308 so that a form is not lost."""
    scheme, _, rest = store_url(store, config.public_url).partition("://")
    port = rest.rpartition(":")[2] if rest.rpartition(":")[2].isdigit() else ""
    status = 301 if environ["REQUEST_METHOD"] in ("GET", "HEAD") else 308
    base = f"{scheme}://{host}{':' + port if port else ''}"
    return redirect_to(base, environ.get("PATH_INFO", ""), environ, config, status=status)
