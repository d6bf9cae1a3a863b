"""Signing mail with the key of its sender's domain (DKIM, RFC 6376): rsa-sha256, relaxed/relaxed."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from email.message import EmailMessage

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from mtc.core import clock

KEY_BITS = 2048
# What a reader sees is named once more than it is there: nobody can add a second one (RFC 6376, 8.15).
_SEALED_ONCE = ("from", "reply-to", "to", "subject", "date")
_SIGNED = (*_SEALED_ONCE, "message-id", "auto-submitted", "mime-version", "content-type", "list-unsubscribe",
           "list-unsubscribe-post")  # fmt: skip
_BLANKS = re.compile(rb"[ \t]+")


@dataclass(frozen=True, slots=True)
class DkimKey:
    """A private key (PEM) whose public half stands in DNS at `<selector>._domainkey.<domain>`."""

    domain: str
    selector: str
    private_key: str = field(repr=False)


def new_key() -> tuple[str, str]:
    """A private key as PEM, and its public half in base64 as DNS wants it (`p=`)."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), base64.b64encode(public).decode()


def signed(email: EmailMessage, key: DkimKey) -> bytes:
    """The mail as bytes with a DKIM-Signature in front; raises ValueError for a key that is none."""
    content = email.as_bytes()
    head, _, body = content.partition(b"\r\n\r\n")
    headers = _headers(head)
    names = [name for name in _SIGNED for _ in headers.get(name, [])]
    names += _SEALED_ONCE
    value = "; ".join((
        "v=1", "a=rsa-sha256", "c=relaxed/relaxed", f"d={key.domain}", f"s={key.selector}",
        f"t={int(clock.now().timestamp())}", f"h={':'.join(names)}",
        f"bh={base64.b64encode(hashlib.sha256(_relaxed_body(body)).digest()).decode()}", "b=",
    ))  # fmt: skip
    lines = [_relaxed(name, headers[name].pop()) for name in names if headers.get(name)]
    lines.append(_relaxed("dkim-signature", value.encode()))
    private = serialization.load_pem_private_key(key.private_key.encode(), None)
    if not isinstance(private, rsa.RSAPrivateKey):
        raise ValueError("This is no RSA key.")
    mark = private.sign(b"\r\n".join(lines), padding.PKCS1v15(), hashes.SHA256())
    text = base64.b64encode(mark).decode()
    folded = "\r\n ".join(text[at : at + 72] for at in range(0, len(text), 72))
    lead = value.replace("; ", ";\r\n ")
    return f"DKIM-Signature: {lead}{folded}\r\n".encode() + content


def _headers(head: bytes) -> dict[str, list[bytes]]:
    """Values by name in small letters, in the order in which they stand, folded as they are."""
    values: dict[str, list[bytes]] = {}
    for line in re.split(rb"\r\n(?![ \t])", head):
        name, _, value = line.partition(b":")
        values.setdefault(name.decode("ascii").strip().lower(), []).append(value)
    return values


def _relaxed(name: str, value: bytes) -> bytes:
    return name.encode() + b":" + _BLANKS.sub(b" ", value.replace(b"\r\n", b"")).strip()


def _relaxed_body(body: bytes) -> bytes:
    lines = [_BLANKS.sub(b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    return b"".join(line + b"\r\n" for line in lines)
