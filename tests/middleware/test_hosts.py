"""Host headers: one spelling, or none."""

import pytest

from mtc.web.site import clean_host


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("shop.example", "shop.example"),
        ("SHOP.Example:8443", "shop.example"),
        ("shop.example.", "shop.example"),
        (" shop.example ", "shop.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("127.0.0.1:8000", "127.0.0.1"),
        ("[::1]:8000", "::1"),
        ("", ""),
        ("user@shop.example", ""),
        ("shop.example/path", ""),
        ("shop.example:80:90", ""),
        ("shop.example:x", ""),
        ("shop example", ""),
        ("shop.example\r\nX: y", ""),
        ("[shop]", ""),
        ("[::1", ""),
        ("a" * 261, ""),
        ("..", ""),
        ("shop_1.example", ""),
        ("shop.example#", ""),
        ("\ud800", ""),
    ],
)
def test_a_host_has_one_spelling(text: str, host: str) -> None:
    assert clean_host(text) == host
