"""Where the outbound client does not connect, and that it asks nobody twice."""

import pytest

from mtc.infra.http import HttpClient, RefusedUrlError, UnreachableError, is_public, parse_target
from tests.infra.network import PUBLIC, Network

REFUSED_ADDRESSES = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.8.8.8",
    "168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1",
    "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1",
    "239.255.255.250", "240.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1", "::ffff:127.0.0.1",
    "::ffff:93.184.216.34", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001::1",
    "2001:0:7f00:1::1", "2001:10::1", "2001:db8::1", "2002:7f00:1::1", "2002:a00:1::", "3fff::1",
    "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1",
    "2a00:1450::5efe:7f00:1", "2a00:1450::200:5efe:a00:1", "localhost", "", "1", "2130706433",
    "0x7f000001",
]  # fmt: skip

REFUSED_URLS = [
    "http://shop.example/", "ftp://shop.example/", "file:///etc/passwd", "gopher://shop.example:443/_x",
    "data:text/plain,hi", "//shop.example/", "shop.example", "https://", "https:///path", "https://:443/",
    "https://shop.example:22/", "https://shop.example:8443/", "https://shop.example:0/",
    "https://shop.example:99999/", "https://user@shop.example/", "https://user:secret@shop.example/",
    "https://@shop.example/", "https://shop.example\\@127.0.0.1/", "https://shop.example/\r\nX: 1",
    "https://shop.example/a b", "https://shop.example\t/", " https://shop.example/",
    "https://shop.example\x00.evil.example/", "https://127.1/", "https://2130706433/",
    "https://0x7f000001/", "https://0x7f.1/", "https://0177.0.0.1/", "https://127.0.0.01/",
    "https://1.2.3.4.5/", "https://a.0x1/", "https://[fe80::1%25eth0]/", "https://[::1/", "https://[]/",
    "https://-bad.example/", "https://a..b/", "https://%31%32%37.0.0.1/", "https://sh*p.example/",
    "https://" + "a" * 64 + ".example/", "https://shop.example/" + "a" * 2048,
]  # fmt: skip

NON_PUBLIC_URLS = [
    "https://127.0.0.1/", "https://127.0.0.1./", "https://169.254.169.254/latest/meta-data/",
    "https://0.0.0.0/", "https://[::1]/", "https://[::]/", "https://[::7f00:1]/", "https://[::127.0.0.1]/",
    "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/", "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/", "https://[fe80::1]/", "https://[fd00:ec2::254]/", "https://①②⑦.⓪.⓪.①/",
    "https://127。0。0。1/", "https://10.0.0.1:443/", "https://[ff02::1]/",
]  # fmt: skip


@pytest.mark.parametrize("address", REFUSED_ADDRESSES)
def test_no_name_leads_to_an_address_that_is_not_public(address):
    network = Network({"shop.example": [address]})
    assert not is_public(address)
    with pytest.raises(RefusedUrlError):
        network.client().request("GET", "https://shop.example/")
    assert network.connects == []


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "172.32.0.1", "2606:4700::1111", "2a00:1450::1"])
def test_public_addresses_are_connected_to(address):
    network = Network({"shop.example": [address]})
    assert is_public(address)
    with pytest.raises(UnreachableError):
        network.client().request("GET", "https://shop.example/")
    assert network.connects == [(address, 443)]


@pytest.mark.parametrize("url", REFUSED_URLS)
def test_addresses_that_are_not_plain_https_are_refused_without_a_lookup(url):
    network = Network()
    with pytest.raises(RefusedUrlError):
        network.client().request("GET", url)
    assert (network.lookups, network.connects) == ([], [])


@pytest.mark.parametrize("url", NON_PUBLIC_URLS)
def test_numeric_addresses_are_vetted_too(url):
    network = Network()
    with pytest.raises(RefusedUrlError):
        network.client(allow_http=True).request("GET", url)
    assert network.connects == []


@pytest.mark.parametrize("bad", ["10.0.0.1", "::1", "127.0.0.1"])
@pytest.mark.parametrize("first", [True, False])
def test_one_private_address_among_public_ones_refuses_all(bad, first):
    network = Network({"shop.example": [bad, PUBLIC] if first else [PUBLIC, bad]})
    with pytest.raises(RefusedUrlError):
        network.client().request("GET", "https://shop.example/")
    assert network.connects == []


def test_a_second_dns_answer_has_no_effect():
    network = Network({"shop.example": lambda count: [PUBLIC] if count == 1 else ["127.0.0.1"]})
    with pytest.raises(UnreachableError):
        network.client().request("GET", "https://shop.example/")
    assert (network.lookups, network.connects) == (["shop.example"], [(PUBLIC, 443)])


def test_the_next_address_is_tried_and_many_are_not():
    network = Network({"shop.example": [f"93.184.216.{number}" for number in range(1, 50)]})
    with pytest.raises(UnreachableError):
        network.client().request("GET", "https://shop.example/")
    assert network.connects == [(f"93.184.216.{number}", 443) for number in range(1, 5)]


@pytest.mark.parametrize("found", [OSError("no such name"), [], UnicodeError("label")])
def test_an_unknown_name_is_unreachable(found):
    with pytest.raises(UnreachableError, match="not known"):
        Network({"shop.example": found}).client().request("GET", "https://shop.example/")


def test_the_real_resolver_meets_the_same_check():
    network = Network()
    with pytest.raises(RefusedUrlError):
        HttpClient(allow_http=True, connector=network.connect).request("GET", "http://localhost/")
    assert network.connects == []


def test_targets_are_read_in_one_spelling():
    assert parse_target("https://SHOP.example.:443/a%20b?q=ü#part").host_header == "shop.example"
    assert parse_target("https://shop.example/a%20b/ü?q=ü#part").path == "/a%20b/%C3%BC?q=%C3%BC"
    assert parse_target("https://bücher.example?x=1").path == "/?x=1"
    assert parse_target("https://bücher.example").host == "xn--bcher-kva.example"
    assert parse_target("http://shop.example:443", allow_http=True).host_header == "shop.example:443"
    assert parse_target("https://[2606:4700:0::1111]/").host_header == "[2606:4700::1111]"
