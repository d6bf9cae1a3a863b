"""Codes of an authenticator app (RFC 6238): six digits, thirty seconds, each of them once."""

from __future__ import annotations

import base64
import io
import secrets
from urllib.parse import quote
from uuid import UUID

import segno
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy import delete, update

from mtc.core import clock
from mtc.core.crypto import open_sealed, same, seal
from mtc.core.db import session
from mtc.core.errors import ValidationError
from mtc.core.i18n import _l
from mtc.core.row_locking import matched_rows
from mtc.identity.models import TotpSecret
from mtc.identity.queries import factors as queries

DIGITS, SECONDS, DRIFT = 6, 30, 1
_TABLE, _COLUMN = "totp_secrets", "sealed_secret"
WRONG_CODE = _l("This is not the code that counts now. Wait for the next one and type that.")


def new_secret() -> str:
    """160 random bits (RFC 4226, section 4, R6) in base32, as apps take them."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def spaced(secret: str) -> str:
    """The secret in groups of four, for people who type it."""
    return " ".join(secret[n : n + 4] for n in range(0, len(secret), 4))


def code_at(secret: str, step: int) -> str:
    """The code of one time step."""
    key = base64.b32decode(secret)
    # SHA-1 is what every app does; the MAC does not suffer from its collisions (RFC 6238, section 1.2).
    return TOTP(key, DIGITS, SHA1(), SECONDS).generate(step * SECONDS).decode()  # noqa: S303


def this_step() -> int:
    """The time step of now, by the clock of this machine and never by the caller's."""
    return int(clock.now().timestamp()) // SECONDS


def matching_step(secret: str, code: str) -> int | None:
    """The step whose code this is, one before or after included; None when it is none of them."""
    typed = "".join(code.split())
    matching = None
    for step in range(this_step() - DRIFT, this_step() + DRIFT + 1):
        if same(code_at(secret, step), typed):
            matching = step
    return matching


def provisioning_uri(secret: str, email: str, issuer: str) -> str:
    """The otpauth address that apps read from the QR code."""
    label = quote(f"{issuer}:{email}", safe="@")
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer)}&digits={DIGITS}&period={SECONDS}"


def qr_svg(text: str) -> str:
    """The text as a QR code, inline SVG without any style."""
    out = io.BytesIO()
    segno.make_qr(text, error="m").save(
        out, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=4, svgclass="qr", lineclass=None,
        dark="#000", light="#fff", nl=False,
    )  # fmt: skip
    return out.getvalue().decode()


def set_totp(user_id: UUID, secret: str, *, last_step: int = 0) -> TotpSecret:
    """Keep the secret of a user's app, sealed for its row; one that was there is replaced."""
    session.execute(
        delete(TotpSecret).where(TotpSecret.user_id == user_id).execution_options(synchronize_session=False)
    )
    row = TotpSecret(user_id=user_id, sealed_secret="", last_step=last_step)
    row.sealed_secret = seal(secret, tenant_id=None, table=_TABLE, column=_COLUMN, row_id=row.id)
    session.add(row)
    session.flush()
    return row


def secret_of(row: TotpSecret) -> str:
    """The secret of an app."""
    return open_sealed(row.sealed_secret, tenant_id=None, table=_TABLE, column=_COLUMN, row_id=row.id)


def accept_code(user_id: UUID, code: str) -> bool:
    """Return whether the code is valid; with that it is used up, and so is every older one."""
    row = queries.totp_of(user_id)
    if row is None:
        return False
    step = matching_step(secret_of(row), code)
    return step is not None and use_step(row.id, step)


def use_step(row_id: UUID, step: int) -> bool:
    """Use the code of a step up; False when it, or a newer one, was used before."""
    taken = matched_rows(
        update(TotpSecret).where(TotpSecret.id == row_id, TotpSecret.last_step < step).values(last_step=step)
    )
    return taken == 1


def first_code(secret: str, code: str) -> int:
    """The step of the code that shows that an app was set up; raises ValidationError."""
    step = matching_step(secret, code)
    if step is None:
        raise ValidationError(_l("Type the code that the app shows now."), {"code": [WRONG_CODE]})
    return step


def unused_code(user_id: UUID, secret: str) -> str:
    """A code that counts now, for whoever knows the secret; empty when this is not the user's secret."""
    row = queries.totp_of(user_id)
    if row is None or not same(secret_of(row), secret):
        return ""
    return code_at(secret, min(max(this_step(), row.last_step + 1), this_step() + DRIFT))
