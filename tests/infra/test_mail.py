"""The mail contract over every implementation, header injection, and SMTP as it behaves on a bad day."""

import socket
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest

from mtc.core import clock
from mtc.core.errors import NotFoundError, ValidationError
from mtc.infra.mail import MailError, Message, OutboxMail, SmtpMail
from tests.fakes.mail import MemoryMail
from tests.fakes.smtp import fake_smtp

HELLO = Message(
    to="Ada Lövelace <ada@example.org>",
    subject="Your keys – thank you",
    text="Grüße\n.\nline",
    html="<p>Grüße</p>",
    from_="Questline <shop@games.example>",
    reply_to="help@games.example",
    headers={"X-Order": "1001", "List-Unsubscribe": "<https://games.example/u>"},
)


@pytest.fixture(params=["memory", "outbox", "smtp"])
def mailer(request, tmp_path):
    if request.param == "memory":
        yield MemoryMail(), None
    elif request.param == "outbox":
        yield OutboxMail(tmp_path), None
    else:
        with fake_smtp() as box:
            yield SmtpMail(f"smtp://127.0.0.1:{box.port}?tls=none"), box


@pytest.fixture
def mail(mailer):
    return mailer[0]


def test_each_message_gets_an_id_of_its_own(mail):
    first, second = mail.send(HELLO), mail.send(HELLO)
    assert first
    assert first != second


BAD_ADDRESSES = [
    "", "ada", "ada@", "@example.org", "a@b@", "ada@example.org\r\nBcc: eve@example.org",
    "ada@example.org\nX: 1", "ada example@example.org", "ada@exam ple.org", "ada@.org", "ada@[127.0.0.1]",
    "ada@" + "a" * 64 + ".org", "eve@example.org, ada@example.org", "\x00ada@example.org",
]  # fmt: skip


@pytest.mark.parametrize("field", ["to", "from_", "reply_to"])
@pytest.mark.parametrize("bad", BAD_ADDRESSES)
def test_what_is_not_one_address_is_refused(mail, field, bad):
    if (field, bad) == ("reply_to", ""):
        mail.send(replace(HELLO, reply_to=""))
        return
    with pytest.raises(ValidationError) as caught:
        mail.send(replace(HELLO, **{field: bad}))
    assert list(caught.value.details) == [field.strip("_")]


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"subject": "Hello\r\nBcc: eve@example.org"}, "subject"),
        ({"subject": "Hello\nthere"}, "subject"),
        ({"subject": "Hello\x00"}, "subject"),
        ({"headers": {"X-A": "1\r\nBcc: eve@example.org"}}, "headers"),
        ({"headers": {"X-A\r\nBcc": "1"}}, "headers"),
        ({"headers": {"X A": "1"}}, "headers"),
        ({"headers": {"": "1"}}, "headers"),
        ({"headers": {"BCC": "eve@example.org"}}, "headers"),
        ({"headers": {"From": "eve@example.org"}}, "headers"),
        ({"headers": {"Content-Type": "text/html"}}, "headers"),
    ],
)
def test_headers_cannot_be_injected(mailer, change, name):
    mail, box = mailer
    with pytest.raises(ValidationError) as caught:
        mail.send(replace(HELLO, **change))
    assert list(caught.value.details) == [name]
    assert box is None or box.mails == []


def test_a_name_may_hold_commas_and_brackets(mailer):
    mail, box = mailer
    mail.send(replace(HELLO, from_='Paper & "Grain", <Ltd> <shop@studio.example>', to="ada@EXÄMPLE.org"))
    if box is not None:
        email = message_from_bytes(box.mails[0][2], policy=default)
        assert [found.addr_spec for found in email["From"].addresses] == ["shop@studio.example"]
        assert box.mails[0][:2] == ("shop@studio.example", ["ada@xn--exmple-cua.org"])


def test_a_message_id_of_the_caller_is_kept(mailer):
    mail, box = mailer
    given = replace(HELLO, headers={"Message-ID": "<0198-7@mtc.invalid>"})
    name = mail.send(given)
    if isinstance(mail, OutboxMail):
        assert dict(mail.read(name).headers)["Message-ID"] == "<0198-7@mtc.invalid>"
    else:
        assert name == "<0198-7@mtc.invalid>"
    for bad in ("", "no", "<a@b>\r\nBcc: <eve@example.org>", "<a b@c>"):
        with pytest.raises(ValidationError):
            mail.send(replace(HELLO, headers={"message-id": bad}))
    assert box is None or len(box.mails) == 1


def test_the_fake_keeps_messages_and_refuses_on_demand():
    mail = MemoryMail()
    mail.send(HELLO)
    mail.failure = MailError("no", permanent=True)
    with pytest.raises(MailError):
        mail.send(HELLO)
    assert mail.sent == [HELLO]


def test_the_outbox_can_be_read(tmp_path):
    mail = OutboxMail(tmp_path / "outbox")
    with clock.frozen(datetime(2026, 3, 1, 12, 30, tzinfo=UTC)):
        name = mail.send(HELLO)
    stored = mail.read(name)
    assert stored.sent_at == datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    assert (stored.to, stored.sender) == ("Ada Lövelace <ada@example.org>", "Questline <shop@games.example>")
    assert (stored.subject, stored.text, stored.html) == (HELLO.subject, "Grüße\n.\nline\n", "<p>Grüße</p>\n")
    assert dict(stored.headers)["X-Order"] == "1001"
    assert [path.suffix for path in mail.folder.iterdir()] == [".eml"]


def test_the_outbox_shows_the_newest_first_and_stays_small(tmp_path):
    mail = OutboxMail(tmp_path, keep=3)
    with clock.frozen(datetime(2026, 3, 1, tzinfo=UTC)):
        for number in range(5):
            mail.send(replace(HELLO, subject=str(number)))
            clock.advance(1)
    assert [stored.subject for stored in mail.messages()] == ["4", "3", "2"]
    assert [stored.subject for stored in mail.messages(limit=1)] == ["4"]


def test_the_outbox_reads_its_folder_once_for_many_mails(tmp_path, monkeypatch):
    """What one mail costs must not grow with the mails that are there."""
    mail = OutboxMail(tmp_path, keep=40)
    looks: list[int] = []
    names = mail._names
    monkeypatch.setattr(mail, "_names", lambda: looks.append(1) or names())
    counts = []
    for number in range(60):
        mail.send(replace(HELLO, subject=str(number)))
        counts.append(sum(1 for _ in tmp_path.iterdir()))
    assert len(looks) == 20
    assert (max(counts), counts[-1]) == (42, 42)


@pytest.mark.parametrize("name", ["", "no", "../../etc/passwd", "20260301T000000000000-0123456789ab"])
def test_the_outbox_has_only_its_mails(tmp_path, name):
    with pytest.raises(NotFoundError):
        OutboxMail(tmp_path).read(name)
    assert OutboxMail(tmp_path / "none").messages() == []


def test_smtp_carries_everything_over_tls(certificate):
    server, client = certificate
    with fake_smtp(server) as box:
        mail = SmtpMail(f"smtp://shop%40x:p%3Aw@localhost:{box.port}?tls=start", context=client)
        name = mail.send(HELLO)
    sender, recipients, content = box.mails[0]
    email = message_from_bytes(content, policy=default)
    assert (sender, recipients, box.encrypted) == ("shop@games.example", ["ada@example.org"], [True])
    assert box.logins == [b"\0shop@x\0p:w"]
    assert (email["Message-ID"], email["Subject"], email["X-Order"]) == (name, HELLO.subject, "1001")
    assert email.get_body(("plain",)).get_content() == "Grüße\r\n.\r\nline\r\n"
    assert content.isascii()


def test_smtp_never_falls_back_to_plain_text(certificate):
    with fake_smtp() as box:
        mail = SmtpMail(f"smtp://u:p@localhost:{box.port}", context=certificate[1])
        with pytest.raises(MailError) as caught:
            mail.send(HELLO)
    assert (caught.value.permanent, box.mails, box.logins) == (False, [], [])


def test_smtp_refuses_a_stranger_s_certificate(certificate):
    with fake_smtp(certificate[0]) as box, pytest.raises(MailError):
        SmtpMail(f"smtp://u:p@localhost:{box.port}").send(HELLO)
    assert (box.mails, box.logins) == ([], [])


@pytest.mark.parametrize(
    ("verb", "line", "permanent"),
    [
        ("RCPT", "550 no such user", True),
        ("RCPT", "451 greylisted", False),
        ("MAIL", "550 blocked", True),
        ("DATA", "451 later", False),
        ("DATA", "554 spam", True),
        ("AUTH", "535 wrong password", False),
        ("EHLO", "554 not from you", False),
        ("MAIL", "530 log in first", False),
        ("RCPT", "452 too many", False),
        ("RCPT", "553 no such domain", True),
    ],
)
def test_smtp_tells_whether_trying_again_helps(verb, line, permanent):
    with fake_smtp() as box:
        box.refusals[verb] = line
        with pytest.raises(MailError) as caught:
            SmtpMail(f"smtp://u:p@127.0.0.1:{box.port}?tls=none").send(HELLO)
    assert (caught.value.permanent, box.mails) == (permanent, [])


UNICODE = replace(HELLO, to="用户@例子.example")


def test_smtp_carries_other_letters_before_the_at_where_the_server_does():
    with fake_smtp() as box:
        box.extensions = ["SMTPUTF8", "8BITMIME"]
        SmtpMail(f"smtp://127.0.0.1:{box.port}?tls=none&smtputf8=yes").send(UNICODE)
    assert box.mails[0][1] == ["用户@xn--fsqu00a.example"]
    email = message_from_bytes(box.mails[0][2], policy=default)
    assert str(email["To"]) == "用户@xn--fsqu00a.example"


@pytest.mark.parametrize("query", ["tls=none", "tls=none&smtputf8=no", "tls=none&smtputf8=yes"])
def test_smtp_gives_a_mail_up_that_the_server_cannot_carry(query):
    with fake_smtp() as box, pytest.raises(MailError) as caught:
        SmtpMail(f"smtp://127.0.0.1:{box.port}?{query}").send(UNICODE)
    assert (caught.value.permanent, box.mails) == (True, [])


def test_the_answer_of_the_server_is_told_on_one_line():
    with fake_smtp() as box, pytest.raises(MailError, match=r"refuses this address: 550 5.1.1 no such user$"):
        box.refusals["RCPT"] = "550-5.1.1\r\n550  no such\x07 user"
        SmtpMail(f"smtp://127.0.0.1:{box.port}?tls=none").send(HELLO)


def test_smtp_gives_up_on_a_silent_or_absent_server():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        with pytest.raises(MailError) as caught:
            SmtpMail(f"smtp://127.0.0.1:{port}?tls=none", timeout=0.05).send(HELLO)
        assert not caught.value.permanent
    with pytest.raises(MailError):
        SmtpMail(f"smtp://127.0.0.1:{port}?tls=none", timeout=0.05).send(HELLO)


@pytest.mark.parametrize("url", ["http://host", "smtp://", "smtp://host?tls=maybe"])
def test_smtp_refuses_an_address_it_does_not_understand(url):
    with pytest.raises(ValueError, match=r"SMTP|tls"):
        SmtpMail(url)
