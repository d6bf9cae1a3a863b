"""Whom an email comes from: the platform, whose mail server may send for its own address only.

A store's address is typed by its merchant. Sent as From, it would fail SPF and DMARC at whoever owns its
domain, and anybody could write as anybody: so the store gives its name, and gets the answers. Its own From
address is used while its domain is verified (mtc/senders).
"""

from __future__ import annotations

from typing import Any

from mtc.core.normalization import strip_invisible
from mtc.emails.registry import StoreSender, store_senders
from mtc.infra.mail.base import address, automatic_headers

_LONGEST = 254
_LONGEST_NAME = 78


def sender_name_and_address(name: str, email: str) -> str:
    """Whom an email speaks for, `Name <address>`, on one line of at most 254 characters.

    A name is no address: what looks like one in it would be taken for the sender by some readers.
    """
    plain = strip_invisible(name, multiline=False).replace("@", " at ").replace("<", "(").replace(">", ")")
    room = max(0, min(_LONGEST_NAME, _LONGEST - len(email) - 3))
    shown = " ".join(plain.replace('"', "”").split())[:room].strip()
    return f"{shown} <{email}>" if shown and email else email


def own_sender(sender: str) -> StoreSender | None:
    """The own From address of the store of the running tenant that an email speaks for, or None."""
    if not sender:
        return None
    candidates = (find_sender(_parts(sender)[1]) for find_sender in store_senders)
    return next((candidate for candidate in candidates if candidate is not None), None)


def headers_of(
    sender: str, own: str, mail_id: str, store: StoreSender | None = None, *, aligned: bool = False
) -> dict[str, Any]:
    """The parts of a Message that say who sends it: From, Reply-To, the headers, signature and envelope.

    `own` is the platform's address, `store` the store's own one, which is then From. `aligned` says that the
    store's domain names our servers (SPF), so that what cannot be delivered comes back to the store.
    Raises ValidationError.
    """
    platform = address(own, "from")
    shown, reply_to = _parts(sender)
    shown = shown or platform.display_name
    spec = store.address if store is not None else platform.addr_spec
    return {
        "from_": f"{shown} <{spec}>" if shown else spec,
        "reply_to": reply_to if reply_to and reply_to != spec else None,
        "headers": automatic_headers(own, mail_id),
        "dkim": store.key if store is not None else None,
        "envelope": platform.addr_spec if store is not None and not aligned else "",
    }


def _parts(sender: str) -> tuple[str, str]:
    """Name and address of what speaker() has written."""
    name, _, email = sender[:-1].rpartition("<") if sender.endswith(">") else ("", "", sender)
    return name.strip(), email
