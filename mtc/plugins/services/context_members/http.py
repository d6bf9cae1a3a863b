"""`ctx.http`: calls to the hosts that plugin.json names, and to no others."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from flask import current_app

from mtc.infra.http import HttpError, RefusedUrlError, Response, UnreachableError
from mtc.infra.http.base import MAX_BYTES, TIMEOUT, Http
from mtc.infra.http.url import parse_target
from mtc.plugins.services.loader import loaded

MOST_RETRIES = 3
_FROM_SETTING = "settings:"
_SAFE = ("GET", "HEAD", "OPTIONS", "PUT", "DELETE")
_AGAIN = (502, 503, 504)


class UndeclaredHostError(RefusedUrlError):
    """The host is none of those that the plugin's plugin.json names under `hosts`."""


class HttpAnswerError(HttpError):
    """The server answered with an error, or not in JSON; `response` is what it said."""

    def __init__(self, message: str, response: Response) -> None:
        super().__init__(message)
        self.response = response


class DeclaredHttp:
    """The hardened client for the hosts of one plugin's manifest. It follows no redirects."""

    def __init__(self, plugin: str, settings: Mapping[str, Any], http: Http, longest: float) -> None:
        self._plugin, self._settings, self._http, self._longest = plugin, settings, http, longest

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = TIMEOUT,
        max_bytes: int = MAX_BYTES,
        retries: int = 0,
        idempotency_key: str = "",
    ) -> Response:
        """Ask `url` and return the answer of whatever status.

        `timeout` is for all attempts together. A call is repeated, `retries` times at most, where the server
        could not be reached or was overloaded (502, 503, 504); POST and PATCH only with an `idempotency_key`,
        which is sent as the header Idempotency-Key. Raises UndeclaredHostError, RefusedUrlError,
        UnreachableError, DeadlineError; ValueError for more than MOST_RETRIES.
        """
        if not 0 <= retries <= MOST_RETRIES:
            raise ValueError(f"retries are 0 to {MOST_RETRIES}")
        self._check_host(url)
        sent = {**(headers or {}), **({"Idempotency-Key": idempotency_key} if idempotency_key else {})}
        attempts = 1 + (retries if idempotency_key or method.upper() in _SAFE else 0)
        left = timeout = min(timeout, self._longest)
        end = time.monotonic() + timeout
        while True:
            attempts -= 1
            try:
                answer = self._http.request(
                    method, url, headers=sent or None, body=body, timeout=left, max_bytes=max_bytes
                )
            except UnreachableError:
                if not attempts or (left := end - time.monotonic()) <= 0:
                    raise
                continue
            if answer.status not in _AGAIN or not attempts or (left := end - time.monotonic()) <= 0:
                return answer

    def get(self, url: str, **options: Any) -> Response:
        """Ask with GET; the options are those of `request`."""
        return self.request("GET", url, **options)

    def post(self, url: str, body: bytes = b"", **options: Any) -> Response:
        """Send bytes with POST; the options are those of `request`."""
        return self.request("POST", url, body=body, **options)

    def json(self, method: str, url: str, data: Any = None, **options: Any) -> Any:
        """Send and read JSON: `data` is the body, what comes back is returned (None for an empty answer).

        Raises HttpAnswerError for a status of 300 and above, for what is no JSON and for what was cut off.
        """
        headers = {"Accept": "application/json", **(options.pop("headers", None) or {})}
        body = None
        if data is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(data, ensure_ascii=False, allow_nan=False).encode()
        answer = self.request(method, url, headers=headers, body=body, **options)
        host = parse_target(url, allow_http=True).host
        if answer.status >= 300:
            raise HttpAnswerError(f"{host} answered {answer.status}.", answer)
        if not answer.body.strip():
            return None
        try:
            if answer.truncated:
                raise ValueError
            return json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise HttpAnswerError(f"{host} did not answer in JSON.", answer) from error

    def _check_host(self, url: str) -> None:
        plugin = loaded(current_app).get(self._plugin)
        if plugin is None:  # the core's own hooks have no manifest
            return
        host = parse_target(url, allow_http=True).host
        if host not in {self._host_of(entry) for entry in plugin.manifest.get("hosts", ())}:
            raise UndeclaredHostError(
                f"{self._plugin} may not call {host}: plugin.json does not name it under `hosts`."
            )

    def _host_of(self, entry: str) -> str:
        if not entry.startswith(_FROM_SETTING):
            return entry
        address = self._settings.get(entry.removeprefix(_FROM_SETTING))
        try:
            return parse_target(str(address or ""), allow_http=True).host
        except RefusedUrlError:
            return ""
