"""Mail that is kept in a list."""

from mtc.core.outside_calls import check_outside_call
from mtc.infra.mail import MailError, Message
from mtc.infra.mail.base import to_email


class MemoryMail:
    """A `Mail` whose messages tests can read; set `failure` to make it refuse."""

    def __init__(self) -> None:
        self.supports_smtputf8 = True
        self.sent: list[Message] = []
        self.failure: MailError | None = None

    def send(self, message: Message) -> str:
        check_outside_call("The mail server")
        email = to_email(message)
        if self.failure is not None:
            raise self.failure
        self.sent.append(message)
        return str(email["Message-ID"])
