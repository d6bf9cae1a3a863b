"""The storage contract over every implementation, and how each of them is attacked."""

import io
import os
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest

from mtc.core.errors import NotFoundError, OutageError
from mtc.infra.storage import LocalStorage, S3Storage
from tests.fakes.s3 import fake_s3
from tests.fakes.storage import MemoryStorage

KEYS = {"access_key": "AKIATEST", "secret_key": "not-a-secret"}


@pytest.fixture(scope="module")
def s3_server():
    with fake_s3() as server:
        yield server


@pytest.fixture(scope="module")
def s3_store(s3_server):
    return S3Storage("shop", endpoint=s3_server.url, prefix="files/", **KEYS)


@pytest.fixture(params=["memory", "local", "s3"])
def store(request, tmp_path):
    if request.param == "memory":
        return MemoryStorage()
    if request.param == "local":
        return LocalStorage(tmp_path / "files")
    request.getfixturevalue("s3_server").objects.clear()
    return request.getfixturevalue("s3_store")


def content(store, key):
    with store.open(key) as file:
        return file.read()


@pytest.mark.parametrize("data", [b"", b"abc", bytes(range(256)) * 1024])
def test_bytes_and_streams_come_back_equal(store, data):
    assert store.save("t/a.bin", data, "application/zip").size == len(data)
    assert store.save("t/b.bin", io.BytesIO(data), "application/zip").size == len(data)
    assert content(store, "t/a.bin") == content(store, "t/b.bin") == data


def test_a_stream_can_be_read_in_pieces(store):
    store.save("t/a", b"0123456789", "text/plain")
    with store.open("t/a") as file:
        assert (file.read(4), file.read(4), file.read(4), file.read(4)) == (b"0123", b"4567", b"89", b"")


def test_a_large_stream_comes_back_equal(store):
    data = os.urandom(9 * 1024 * 1024 + 17)
    store.save("t/large", io.BytesIO(data), "application/zip")
    assert b"".join(store.read_range("t/large", 0)) == data
    assert b"".join(store.read_range("t/large", 8_388_600, 8_388_700)) == data[8_388_600:8_388_700]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, None, b"0123456789"),
        (3, None, b"3456789"),
        (0, 1, b"0"),
        (3, 7, b"3456"),
        (3, 3, b""),
        (9, 10, b"9"),
        (9, 99, b"9"),
        (10, None, b""),
        (99, 100, b""),
    ],
)
def test_ranges_are_half_open_and_end_with_the_file(store, start, end, expected):
    store.save("t/a", b"0123456789", "text/plain")
    assert b"".join(store.read_range("t/a", start, end)) == expected


@pytest.mark.parametrize(("start", "end"), [(-1, None), (5, 4)])
def test_impossible_ranges_are_refused(store, start, end):
    store.save("t/a", b"0123456789", "text/plain")
    with pytest.raises(ValueError, match="range"):
        store.read_range("t/a", start, end)


def test_stat_tells_size_time_and_a_tag_that_follows_the_content(store):
    first = store.save("t/a", b"abc", "text/plain")
    assert store.stat("t/a") == first
    assert first.size == 3
    assert abs(first.modified - datetime.now(UTC)) < timedelta(minutes=1)
    assert store.save("t/a", b"abd", "text/plain").etag != first.etag
    assert '"' not in first.etag


def test_saving_again_replaces(store):
    store.save("t/a", b"long before", "text/plain")
    store.save("t/a", b"now", "text/plain")
    assert content(store, "t/a") == b"now"


@pytest.mark.parametrize(
    "call", [lambda s: s.open("t/no"), lambda s: s.stat("t/no"), lambda s: s.read_range("t/no", 0, 1)]
)
def test_an_absent_file_is_not_found_at_once(store, call):
    with pytest.raises(NotFoundError):
        call(store)


def test_delete_is_safe_to_repeat(store):
    store.save("t/a", b"abc", "text/plain")
    assert store.exists("t/a")
    store.delete("t/a")
    store.delete("t/a")
    assert not store.exists("t/a")
    assert not store.exists("t/a/b")


@pytest.mark.parametrize(
    "key",
    [
        "", "/", "/etc/passwd", "..", "../a", "t/../../a", "t/..", "t//a", "t/", "./a", "t/.a", "t\\a",
        "C:\\a",
        "t/a\n", "t/a\x00", "t/ä", "t/a b", "t/%2e%2e/a", "~/a", "a" * 129, "/".join(["a" * 100] * 6),
    ],
)  # fmt: skip
def test_keys_that_could_lead_elsewhere_are_refused(store, key):
    calls = [
        lambda: store.save(key, b"", "text/plain"),
        lambda: store.open(key),
        lambda: store.stat(key),
        lambda: store.exists(key),
        lambda: store.delete(key),
        lambda: store.read_range(key, 0),
        lambda: store.url(key, 60),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="key"):
            call()


class Broken(io.RawIOBase):
    def __init__(self):
        self.left = 3

    def readable(self):
        return True

    def read(self, size=-1):
        self.left -= 1
        if self.left < 0:
            raise OSError("the line broke")
        return b"x" * 1024


def test_a_save_that_breaks_leaves_the_old_file_and_no_draft(tmp_path):
    store = LocalStorage(tmp_path)
    store.save("t/a", b"old", "text/plain")
    with pytest.raises(OSError, match="broke"):
        store.save("t/a", Broken(), "text/plain")
    assert content(store, "t/a") == b"old"
    assert [path.name for path in (tmp_path / "t").iterdir()] == ["a"]


def test_a_symbolic_link_does_not_lead_out_of_the_folder(tmp_path):
    (tmp_path / "secret").write_bytes(b"secret")
    root = tmp_path / "files"
    root.mkdir()
    (root / "link").symlink_to(tmp_path / "secret")
    (root / "folder").symlink_to(tmp_path)
    for key in ("link", "folder/secret"):
        with pytest.raises(ValueError, match="leads out"):
            LocalStorage(root).open(key)


def test_a_folder_is_no_file(tmp_path):
    store = LocalStorage(tmp_path)
    store.save("t/a", b"abc", "text/plain")
    assert not store.exists("t")
    with pytest.raises(NotFoundError):
        store.open("t")


def test_s3_keeps_the_type_and_the_prefix(s3_server, s3_store):
    s3_store.save("t/typed", b"abc", "application/pdf")
    assert s3_server.objects["/shop/files/t/typed"][:2] == (b"abc", "application/pdf")


def test_s3_gives_an_address_that_serves_the_file_under_a_safe_name(s3_store):
    s3_store.save("t/a", b"abc", "text/plain")
    with urllib.request.urlopen(s3_store.url("t/a", 60, 'bo"ok\r\nX: 1é.zip')) as answer:
        assert answer.read() == b"abc"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="bo_ok__X_ 1.zip"'
        assert answer.headers["X"] is None
    assert "X-Amz-Expires=60" in s3_store.url("t/a", 60)


def test_s3_says_so_when_it_is_not_let_in(s3_server):
    from botocore.exceptions import ClientError

    stranger = S3Storage("shop", endpoint=s3_server.url, access_key="WRONG", secret_key="x")
    with pytest.raises(ClientError, match=r"AccessDenied|403"):
        stranger.open("t/a")
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(stranger.url("t/a", 60))


def test_local_and_memory_have_no_address(tmp_path):
    assert LocalStorage(tmp_path).url("t/a", 60) is None
    assert MemoryStorage().url("t/a", 60) is None


def test_a_store_that_is_away_or_broken_is_an_outage(s3_server, monkeypatch):
    """Whatever is asked of it; who sees the answer comes again in a few seconds."""
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    away = S3Storage("shop", endpoint="http://127.0.0.1:1", **KEYS)
    store = S3Storage("shop", endpoint=s3_server.url, **KEYS)
    s3_server.broken = True
    try:
        for one in (away, store):
            for ask in (
                lambda one=one: one.save("t/a", b"1", "text/plain"),
                lambda one=one: one.open("t/a"),
                lambda one=one: one.read_range("t/a", 0),
                lambda one=one: one.stat("t/a"),
                lambda one=one: one.exists("t/a"),
                lambda one=one: one.delete("t/a"),
            ):
                with pytest.raises(OutageError, match="cannot be reached at the moment"):
                    ask()
    finally:
        s3_server.broken = False
