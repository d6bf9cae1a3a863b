"""Who counts as one caller: every spelling of an address, and every line with its network."""

from __future__ import annotations

import pytest

from mtc.checkout.services.buyer_details import _facts
from mtc.core.client_networks import client_network
from mtc.web.rate_limits import limit_key

ONE = "2001:db8:1:2::/64"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        (" 203.0.113.7 ", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("::FFFF:cb00:7107", "203.0.113.7"),
        ("64:ff9b::203.0.113.7", "203.0.113.7"),
        ("64:ff9b::cb00:7107", "203.0.113.7"),
        ("2001:db8:1:2::1", ONE),
        ("2001:DB8:1:2:ffff:ffff:ffff:ffff", ONE),
        ("2001:0db8:0001:0002:0:0:0:1", ONE),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        ("", ""),
        ("ada@acme.example", "ada@acme.example"),
        ("203.0.113.7:80", "203.0.113.7:80"),
        ("999.0.0.1", "999.0.0.1"),
    ],
)
def test_what_counts_as_one_caller(address: str, network: str) -> None:
    assert client_network(address) == network
    assert limit_key(address) == network


def test_a_network_is_counted_by_the_limits_and_for_unpaid_orders() -> None:
    class Store:
        settings: dict[str, str] = {}
        name = "Acme"
        locale = "en"

    assert limit_key("x" * 999) == "x" * 300
    facts = _facts(Store(), "2001:db8:1:2::77")
    assert (facts["ip"], facts["network"]) == ("2001:db8:1:2::77", ONE)
