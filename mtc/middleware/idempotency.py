"""Writes that count once: the header Idempotency-Key, for every route that declares it.

An answer of 400 and above is not kept, because nothing was written: the key is free again.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Response, request

from mtc.core.context import current
from mtc.core.db import unit_of_work
from mtc.core.errors import ValidationError
from mtc.core.tenancy import tenant_scope
from mtc.idempotency.queries import idempotency_key_by_id
from mtc.idempotency.services import Answer, begin_once, keep_answer
from mtc.middleware.security_headers import csp_nonce
from mtc.web.access import Access
from mtc.web.cookies import cart_token

HEADER, REPLAYED = "Idempotency-Key", "Idempotent-Replayed"
_NOTED, _KEPT = "mtc.once", "mtc.once.kept"
LONGEST_ANSWER = 1024 * 1024
_KEY = re.compile(r'"?([\x21\x23-\x7e]{1,255})"?')


def read_key(access: Access) -> None:
    """Note the key of a request that counts once, and its body before anything else reads it."""
    header = request.headers.get(HEADER) if access.idempotent else None
    if header is None:
        return
    key = _KEY.fullmatch(header.strip())
    if key is None:
        sentence = "Send an Idempotency-Key of 1 to 255 letters, digits and signs, such as a random UUID."
        raise ValidationError(sentence)
    request.environ[_NOTED] = (key[1], request.get_data(cache=True))


def once(view: Callable[[], Response]) -> Response:
    """Run the view, or give the answer that the same request had before."""
    who = _who() if _NOTED in request.environ else ""
    if not who:
        return view()
    key, body = request.environ[_NOTED]
    sent = b"\0".join([request.mimetype.encode(), request.query_string, body])
    begun = begin_once([who, request.method, request.path], key, sent)
    if isinstance(begun, Answer):
        return _replayed(begun)
    response = view()
    if (answer := _answer(response)) is not None:
        keep_answer(begun, answer)
        request.environ[_KEPT] = (begun.tenant_id, begun.id)
    return response


def keep_again(response: Response) -> None:
    """Keep the answer of a request as it has become after its transaction; opens a scope of its own."""
    noted, answer = request.environ.pop(_KEPT, None), _answer(response)
    if noted is None or answer is None:
        return
    tenant_id, row_id = noted
    with tenant_scope(tenant_id), unit_of_work():
        row = idempotency_key_by_id(row_id)
        if row is not None:
            keep_answer(row, answer)


def _answer(response: Response) -> Answer | None:
    """Return the part of a response that is kept; None where nothing is."""
    if response.status_code >= 400 or response.is_streamed or response.direct_passthrough:
        return None
    content = response.get_data()
    if len(content) > LONGEST_ANSWER:
        return None
    headers = [(name, value) for name, value in response.headers if name != "Content-Length"]
    return Answer(response.status_code, headers, content, csp_nonce())


def replayed(response: Response) -> bool:
    """Return whether the answer was given before."""
    return REPLAYED in response.headers


def _who() -> str:
    """Whose request this is. Empty for a visitor who holds nothing yet: a cart, or a link that is secret.

    Then there is nothing to tell apart from others by, and nothing to protect: such a visitor can but be
    given a new cart, and the one that was lost on its way is never seen.
    """
    actor, store = current().actor, current().store
    if actor.id is not None:
        return f"{actor.kind}:{actor.id}"
    held = cart_token() or request.args.get("t", "") or str((request.view_args or {}).get("token", ""))
    return f"visitor:{store.id}:{held}" if held and store is not None else ""


def _replayed(answer: Answer) -> Response:
    body = answer.body
    if answer.nonce:  # a page drops what carries the nonce of another answer
        body = body.replace(answer.nonce.encode(), csp_nonce().encode())
    response = Response(body, answer.status)
    response.headers.clear()
    for name, value in answer.headers:
        response.headers.add(name, value)
    response.headers[REPLAYED] = "true"
    return response
