"""What is an e-mail address, how it is shown, and in which form it is compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtc.core.domain_names import ascii_domain, readable_domain
from mtc.core.email_addresses import LIKE_THIS, UNSEEN, address_key, parse_address
from mtc.core.errors import ValidationError

GOOD = [  # what is typed, what is shown, what is compared
    ("ada@example.org", "ada@example.org", "ada@example.org"),
    ("Ada@Example.ORG", "Ada@Example.ORG", "ada@example.org"),
    ("  ada@example.org\r\n", "ada@example.org", "ada@example.org"),
    ("\ufeffada@example.org\u200b", "ada@example.org", "ada@example.org"),
    ("\u00a0ada@example.org\u2009", "ada@example.org", "ada@example.org"),
    ("\u202aada@example.org\u202c", "ada@example.org", "ada@example.org"),
    ("\u2800ada@example.org\ufe0f", "ada@example.org", "ada@example.org"),
    ("ada@example.org.", "ada@example.org", "ada@example.org"),
    ("o'neil+steam@mail.example", "o'neil+steam@mail.example", "o'neil+steam@mail.example"),
    ("foo.@docomo.example", "foo.@docomo.example", "foo.@docomo.example"),
    ("!#$%&'*+-/=?^_`{|}~@a.example", "!#$%&'*+-/=?^_`{|}~@a.example", "!#$%&'*+-/=?^_`{|}~@a.example"),
    ("a@b.museum", "a@b.museum", "a@b.museum"),
    ("a@b.co", "a@b.co", "a@b.co"),
    ("1@2.example", "1@2.example", "1@2.example"),
    ("a@123.456.example", "a@123.456.example", "a@123.456.example"),
    ("a@a--b.example", "a@a--b.example", "a@a--b.example"),
    ("a@sub.sub.sub.example", "a@sub.sub.sub.example", "a@sub.sub.sub.example"),
    ("a" * 64 + "@b.example", "a" * 64 + "@b.example", "a" * 64 + "@b.example"),
    ("a@" + "b" * 63 + ".example", "a@" + "b" * 63 + ".example", "a@" + "b" * 63 + ".example"),
    ("name@münchen.example", "name@münchen.example", "name@xn--mnchen-3ya.example"),
    ("name@MÜNCHEN.example", "name@MÜNCHEN.example", "name@xn--mnchen-3ya.example"),
    ("name@mu\u0308nchen.example", "name@münchen.example", "name@xn--mnchen-3ya.example"),
    ("name@xn--mnchen-3ya.example", "name@münchen.example", "name@xn--mnchen-3ya.example"),
    ("name@XN--MNCHEN-3YA.example", "name@münchen.example", "name@xn--mnchen-3ya.example"),
    ("name@mail.münchen.example", "name@mail.münchen.example", "name@mail.xn--mnchen-3ya.example"),
    ("a@faß.example", "a@faß.example", "a@xn--fa-hia.example"),
    ("a@fass.example", "a@fass.example", "a@fass.example"),
    ("a@βόλος.example", "a@βόλος.example", "a@xn--nxasmm1c.example"),
    ("a@例子.example", "a@例子.example", "a@xn--fsqu00a.example"),
    ("a@例子。example", "a@例子.example", "a@xn--fsqu00a.example"),
    ("a@пример.испытание", "a@пример.испытание", "a@xn--e1afmkfd.xn--80akhbyknj4f"),
    ("a@ПРИМЕР.example", "a@ПРИМЕР.example", "a@xn--e1afmkfd.example"),
    ("a@بازار.example", "a@بازار.example", "a@xn--mgbab2bd.example"),
    ("a@דוגמה.example", "a@דוגמה.example", "a@xn--6dbbec0c.example"),
    ("a@हिन्दी.example", "a@हिन्दी.example", "a@xn--j2bd4cyah0f.example"),
    ("a@l·l.example", "a@l·l.example", "a@xn--ll-0ea.example"),
    ("a@コム・テスト.example", "a@コム・テスト.example", "a@xn--tckm2bj1jyg.example"),
    ("a@xn--ls8h.example", "a@xn--ls8h.example", "a@xn--ls8h.example"),
    ("ａｄａ＠ｅｘａｍｐｌｅ．ｏｒｇ", "ada@example.org", "ada@example.org"),
    ("用户@例子.example", "用户@例子.example", "用户@xn--fsqu00a.example"),
    ("Jürgen@a.example", "Jürgen@a.example", "jürgen@a.example"),
    ("Ju\u0308rgen@a.example", "Jürgen@a.example", "jürgen@a.example"),
]

BAD = [
    "", " ", "@", "ada", "ada@", "@example.org", "ada@localhost", "ada@example", "a b@c.example",
    "a@b c.example", "a@b..example", "a..b@c.example", "a@.example", "a@b.example..", "a@-b.example",
    "a@b-.example", "a@1.2.3.4", "a@[1.2.3.4]", "a@2130706433", "a@b_c.example", "a@b.example/x",
    "a@b.example:25", "a,b@c.example", "a@b.example,c@d.example", "a;b@c.example", '"a b"@c.example',
    "Ada <ada@example.org>", "<ada@example.org>", "mailto:ada@example.org",
    "ada@example.org\nBcc: eve@example.org", "a@b@c.example", "a" * 65 + "@b.example",
    "ü" * 33 + "@b.example", "a@" + "b" * 64 + ".example", "a@" + "b." * 130 + "example",
    "\u212aa@b.example", "\u0130a@b.example", "a@\u212ab.example", "a@💩.example", "a@aبازار.example",
    "a@xn--a.example", "a@xn--.example", "a@xn--mnchen-3yA\u0301.example", "a@xn--99999999999.example",
    "a@·l.example", "a@\u0301b.example", "a@ab--ü.example", "a@ü-.example", "ﬁ@b.example", "ⅷ@b.example",
    "a@b\u2028.example", "a\x00@b.example", "a" * 2_000 + "@b.example",
]  # fmt: skip


@pytest.mark.parametrize(("typed", "shown", "key"), GOOD, ids=[ascii(row[0][:40]) for row in GOOD])
def test_b25_addresses(typed: str, shown: str, key: str) -> None:
    found = parse_address(typed)
    assert (found.typed, found.key) == (shown, key)
    assert address_key(typed) == key
    # What is shown, and what is compared, can be typed again.
    assert (parse_address(shown).key, parse_address(key).key) == (key, key)


@pytest.mark.parametrize("typed", BAD, ids=[ascii(text[:40]) for text in BAD])
def test_what_is_no_address_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(ValidationError) as caught:
        parse_address(typed)
    [sentence] = caught.value.details["email"]
    assert sentence in (LIKE_THIS.source, UNSEEN.source)
    assert address_key(typed) == typed.strip().lower()


@pytest.mark.parametrize("sign", [
    "\u200b", "\u200d", "\u00ad", "\u202e", "\u2060", "\ufeff", "\ue000\u200c", "\ufe0f", "\u034f", "\u115f",
    "\u2800", "\u180e", "\U000e0100",
])  # fmt: skip
def test_an_unseen_character_inside_is_named(sign: str) -> None:
    for typed in (f"a{sign}da@example.org", f"ada@exa{sign}mple.org", f"ada@mün{sign}chen.example"):
        with pytest.raises(ValidationError) as caught:
            parse_address(typed)
        assert caught.value.details == {"email": [UNSEEN.source]}, ascii(typed)


def test_two_domains_that_the_old_standard_takes_for_one_are_two() -> None:
    assert ascii_domain("faß.example") != ascii_domain("fass.example")
    assert "faß.example".encode("idna") == b"fass.example"


def test_a_domain_is_shown_in_its_own_letters() -> None:
    assert readable_domain("xn--fa-hia.XN--E1AFMKFD.example") == "faß.пример.example"
    assert readable_domain("xn--ls8h.example") == "xn--ls8h.example"


@given(st.text(max_size=80))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    for typed in (text, f"a@{text}", f"{text}@b.example", f"a@xn--{text}.example"):
        try:
            found = parse_address(typed)
        except ValidationError:
            continue
        assert parse_address(found.typed) == found
        assert parse_address(found.key).key == found.key
        assert found.key.rpartition("@")[2].isascii()
