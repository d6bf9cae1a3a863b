"""One address for each page: whoever comes by another one is led there for good."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, request

_PATH = "/:@!$&'()*+,;=~"  # what a path may hold besides letters (RFC 3986, section 3.4)


def moved_to(path: str) -> Response:
    """301 to a path of this very host, with the query that was asked for.

    Browsers keep it no longer than the answer: a merchant may change the address back.
    """
    query = quote(request.query_string, safe=_PATH + "?%")
    tail = quote("/" + path.lstrip("/\\"), safe=_PATH)  # two slashes would name another host
    response = Response(status=301)
    response.headers["Location"] = f"{tail}?{query}" if query else tail
    return response
