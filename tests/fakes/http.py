"""Outbound HTTP that reaches nobody."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mtc.core.outside_calls import check_outside_call
from mtc.infra.http import HttpError, Response, UnreachableError, parse_target
from mtc.infra.http.base import MAX_BYTES, TIMEOUT


@dataclass(frozen=True)
class Sent:
    """A request as the fake received it; `headers` has lower-case names."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None
    timeout: float


Answer = Response | HttpError | Callable[[Sent], Response]


class FakeHttp:
    """An `Http` that answers what `on` arranged and keeps every request in `requests`.

    Several answers to one address are given in turn, the last one for ever; others are unreachable.
    """

    def __init__(self) -> None:
        self.requests: list[Sent] = []
        self._answers: dict[tuple[str, str], list[Answer]] = {}

    def on(
        self, method: str, url: str, *answers: Answer, status: int = 200, body: bytes = b"", **headers: str
    ) -> None:
        """Arrange answers; without any, one of `status`, `body` and `headers` (underscores become dashes)."""
        named = {name.replace("_", "-").lower(): value for name, value in headers.items()}
        self._answers[method, url] = list(answers) or [Response(status, named, body)]

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = TIMEOUT,
        max_bytes: int = MAX_BYTES,
    ) -> Response:
        check_outside_call(parse_target(url, allow_http=True).host)
        sent = Sent(method, url, {k.lower(): v for k, v in (headers or {}).items()}, body, timeout)
        self.requests.append(sent)
        answers = self._answers.get((method, url))
        if answers is None:
            raise UnreachableError("The server's name is not known.")
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, HttpError):
            raise answer
        found = answer(sent) if callable(answer) else answer
        cut = found.body[:max_bytes]
        return Response(found.status, found.headers, cut, found.truncated or len(cut) < len(found.body))
