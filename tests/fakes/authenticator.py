"""A passkey in software: it makes and shows credentials as WebAuthn describes them, or wrongly on purpose."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One credential; `origin` and `rp_id` are what the browser says, `counter` what the key counts."""

    origin: str = "http://localhost:8000"
    rp_id: str = "localhost"
    verifies: bool = True
    counter: int = 0
    handle: str = ""
    credential: bytes = field(default_factory=lambda: os.urandom(32))
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))

    @property
    def id(self) -> str:
        """The credential's id."""
        return bytes_to_base64url(self.credential)

    def create(self, options: str) -> str:
        """The answer to options of an enrolment."""
        told = json.loads(options)
        self.handle = told["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        cose = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})
        said = {"fmt": "none", "attStmt": {}, "authData": self.told(cose)}
        client = self._client("webauthn.create", told["challenge"])
        return self._answer(clientDataJSON=client, attestationObject=cbor2.dumps(said))

    def get(self, options: str, *, handle: str | None = None) -> str:
        """The answer to options of a log-in; the counter goes up with each."""
        self.counter += 1
        client, data = self._client("webauthn.get", json.loads(options)["challenge"]), self._data()
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ECDSA(SHA256()))
        answer = json.loads(self._answer(clientDataJSON=client, authenticatorData=data, signature=signature))
        answer["response"]["userHandle"] = self.handle if handle is None else handle
        return json.dumps(answer)

    def told(self, cose: bytes) -> bytes:
        """What the authenticator says of itself and of a key that it holds."""
        return self._data(ATTESTED) + bytes(16) + len(self.credential).to_bytes(2) + self.credential + cose

    def _data(self, more: int = 0) -> bytes:
        flags = PRESENT | (VERIFIED if self.verifies else 0) | more
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4)

    def _client(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _answer(self, **parts: bytes) -> str:
        response: dict[str, Any] = {name: bytes_to_base64url(part) for name, part in parts.items()}
        return json.dumps({"id": self.id, "rawId": self.id, "type": "public-key", "response": response})
