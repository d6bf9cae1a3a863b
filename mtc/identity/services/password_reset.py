"""A forgotten password of staff: asked for by an address, chosen anew by a mailed link that counts once."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete

from mtc.core import clock, security_log
from mtc.core.crypto import sign, unsign
from mtc.core.db import commit_batch, session
from mtc.core.email_addresses import address_key
from mtc.core.errors import GoneError
from mtc.core.i18n import _l
from mtc.core.row_locking import claim
from mtc.identity import queries
from mtc.identity.models import PasswordRequest, User
from mtc.identity.queries.factors import locked_user
from mtc.identity.services.account import set_new_password
from mtc.identity.services.security_notifications import BATCH
from mtc.infra import ports
from mtc.infra.mail import Message, automatic_headers

log = logging.getLogger(__name__)
PURPOSE, SECONDS = "staff.password", 3600
MOST, AGAIN = 8, timedelta(minutes=2)
_USED = _l("This link was used before, or there is a newer password. Ask for a new link.")


def ask_for_password(email: str, place: str) -> None:
    """Note that somebody forgot the password of this address. Needs a platform scope.

    Nobody is looked up before a worker does, so the answer and its time tell nothing about the address.
    """
    row = PasswordRequest(email_lc=address_key(email)[:254], place=place[:200], next_at=clock.now())
    session.add(row)
    session.flush()


def send_links(sender: str, public_url: str) -> int:
    """Mail a link to those who were asked for and may log in; returns how many. Platform scope.

    No transaction is open while a mail goes. Twice is possible, never only when the mail fails eight times.
    """
    now = clock.now()
    taken = claim(
        PasswordRequest,
        PasswordRequest.next_at <= now,
        order_by=[PasswordRequest.next_at],
        limit=BATCH,
        values={"attempts": PasswordRequest.attempts + 1, "next_at": now + AGAIN},
        returning=[
            PasswordRequest.id, PasswordRequest.email_lc, PasswordRequest.place, PasswordRequest.attempts,
            PasswordRequest.created_at,
        ],
    )  # fmt: skip
    if not taken:
        return 0
    people = queries.active_users({row.email_lc for row in taken})
    messages = [(row, _message(row, people.get(row.email_lc), sender, public_url)) for row in taken]
    commit_batch()
    sent = 0
    for row, message in messages:
        if message is not None:
            try:
                ports.mail.send(message)
            except Exception:
                log.exception("a link to a new password could not be mailed")
                if row.attempts < MOST:
                    continue
            else:
                sent += 1
        session.execute(delete(PasswordRequest).where(PasswordRequest.id == row.id))
        commit_batch()
    return sent


def _message(row: Row[Any], user: User | None, sender: str, public_url: str) -> Message | None:
    if user is None:
        return None
    link = f"{public_url}/login/new-password/{link_token(user)}"
    where = f"Asked for from: {row.place}\n" if row.place else ""
    text = (
        f"Hello {user.name or 'there'},\n\n"
        "somebody, we hope you, asked for a new password for your log-in at MTC.\n"
        f"The link works once and for {SECONDS // 60} minutes:\n\n{link}\n\n"
        f"{where}When: {row.created_at:%d %B %Y, %H:%M} UTC\n\n"
        "If it was not you, do nothing. Your password stays as it is.\n"
    )
    headers = automatic_headers(sender, row.id)
    subject = "Choose a new password for MTC"
    return Message(to=user.email, subject=subject, text=text, from_=sender, headers=headers)


def link_token(user: User) -> str:
    """The secret part of the link; any later change of the password makes it worthless."""
    return sign({"u": str(user.id), "e": user.auth_epoch}, PURPOSE, SECONDS)


def read_link(token: str, *, use: bool = False) -> User:
    """Whose link it is. Raises ValidationError (forged) and GoneError (run out, used). Platform scope.

    To `use` it holds the user still, so that of two who use it at once one finds it used.
    """
    said = unsign(token, PURPOSE)
    user = (locked_user if use else queries.user)(UUID(said["u"]))
    if user is None or user.auth_epoch != said["e"] or user.status != "active":
        raise GoneError(_USED)
    return user


def choose_password(token: str, password: str) -> User:
    """Set the password by a mailed link; every session of the user ends. Platform scope.

    Second factors stay. Raises ValidationError (details under `password`) and GoneError.
    """
    user = set_new_password(read_link(token, use=True), password)
    security_log.note("password.reset", kind="staff", account=str(user.id))
    return user
