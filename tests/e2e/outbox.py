"""The mails that a server has sent into its folder."""

from __future__ import annotations

import re
import time
from email import message_from_bytes, policy
from email.message import EmailMessage

from tests.e2e.server import Served


def mails_to(served: Served, address: str) -> list[EmailMessage]:
    """Every mail to the address, oldest first."""
    found = []
    for file in sorted((served.folder / "var" / "outbox").glob("*.eml")):
        mail = message_from_bytes(file.read_bytes(), policy=policy.default)
        if mail["To"] == address:
            found.append(mail)
    return found


def link_in_mail(served: Served, address: str, path: str, seconds: float = 20) -> str:
    """The first link that begins with this path in a mail to the address; waits for the mail."""
    until = time.monotonic() + seconds
    pattern = re.compile(rf"http://\S+?{re.escape(path)}\S*")
    while time.monotonic() < until:
        for mail in mails_to(served, address):
            body = mail.get_body(("plain",))
            assert body is not None
            link = pattern.search(body.get_content())
            if link is not None:
                return link[0]
        time.sleep(0.1)
    raise AssertionError(f"No mail to {address} with a link to {path}.")
