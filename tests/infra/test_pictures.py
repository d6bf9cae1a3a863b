"""What is left of a picture, whichever implementation reads it."""

from __future__ import annotations

import struct
import time
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image, ImageOps

from mtc.infra.pictures import PictureError, Pictures, base, build_pictures, pillow
from mtc.infra.pictures.base import MAX_PIXELS, widths_of
from mtc.infra.pictures.pillow import PillowPictures
from mtc.infra.pictures.without_decoder import PlainPictures
from tests.fakes.pictures import InlinePictures
from tests.servers import photos

ALL: dict[str, Callable[[], Pictures]] = {
    "its own process": PillowPictures, "inline": InlinePictures, "plain": PlainPictures,
}  # fmt: skip
DECODING = ("its own process", "inline")
FORMATS: dict[str, Callable[..., bytes]] = {"jpeg": photos.jpeg, "png": photos.png, "webp": photos.webp}


@pytest.fixture(params=ALL)
def pictures(request: pytest.FixtureRequest) -> Pictures:
    return ALL[request.param]()


@pytest.fixture(params=DECODING)
def decoding(request: pytest.FixtureRequest) -> Pictures:
    return ALL[request.param]()


def _shown(data: bytes) -> Image.Image:
    """As a browser shows it."""
    return ImageOps.exif_transpose(Image.open(BytesIO(data))).convert("RGB")


def _bare(data: bytes) -> None:
    for secret in photos.SECRETS:
        assert secret not in data
    with Image.open(BytesIO(data)) as picture:
        assert set(picture.getexif()) <= {0x0112}
        assert not set(picture.info) & {"xmp", "comment", "photoshop", "XML:com.adobe.xmp", "Author"}


@pytest.mark.parametrize("kind", FORMATS)
def test_b39_nothing_but_the_picture_and_its_colours_is_kept(pictures: Pictures, kind: str) -> None:
    data = FORMATS[kind]()
    assert all(secret in data for secret in photos.SECRETS[:2])  # the control: it was all there
    found = pictures.clean(data)
    _bare(found.data)
    assert (found.content_type, found.width, found.height) == (f"image/{kind}", 60, 40)
    with Image.open(BytesIO(found.data)) as picture:
        assert picture.info["icc_profile"] == photos.PROFILE
    assert _shown(found.data).tobytes() == _shown(data).tobytes()  # not a pixel was lost


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", FORMATS)
def test_b39_a_picture_is_upright_and_says_its_true_size(
    pictures: Pictures, kind: str, orientation: int
) -> None:
    data = FORMATS[kind](orientation)
    expected = _shown(data)
    found = pictures.clean(data)
    _bare(found.data)
    assert (found.width, found.height) == expected.size == ((40, 60) if orientation > 4 else (60, 40))
    shown = _shown(found.data)
    for place in ((3, 3), (expected.width - 4, expected.height - 4)):
        for mine, theirs in zip(shown.getpixel(place), expected.getpixel(place), strict=True):  # type: ignore[arg-type]
            assert abs(mine - theirs) < 12


@pytest.mark.parametrize(
    ("data", "kind", "size"),
    [(photos.gif(), "png", (60, 40)), (photos.avif(), "webp", (60, 40)), (photos.avif(6), "webp", (40, 60))],
)
def test_formats_whose_descriptions_cannot_be_cut_out_are_encoded_anew(
    decoding: Pictures, data: bytes, kind: str, size: tuple[int, int]
) -> None:
    found = decoding.clean(data)
    _bare(found.data)
    assert (found.content_type, found.extension, (found.width, found.height)) == (f"image/{kind}", kind, size)
    assert _shown(found.data).size == size


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_png_is_taken_and_made_smaller(decoding: Pictures, mode: str) -> None:
    found = decoding.clean(
        photos.written(
            "PNG",
            photos.scene(400, 200, "L" if mode == "LA" else mode)
            if mode != "I;16"
            else Image.new("I;16", (400, 200), 40_000),
        )
    )
    (copy,) = decoding.render(found.data, [320])
    assert _shown(copy.data).size == (320, 160)
    if mode == "I;16":
        assert abs(_shown(copy.data).getpixel((9, 9))[0] - 156) < 4  # type: ignore[index]


def test_a_picture_for_print_has_its_colours_on_the_screen(decoding: Pictures) -> None:
    found = decoding.clean(photos.written("JPEG", photos.scene(400, 200, "CMYK")))
    (copy,) = decoding.render(found.data, [320])
    red, _, blue = _shown(copy.data).getpixel((20, 20))  # type: ignore[misc]
    assert red > 180 and blue < 80


@pytest.mark.parametrize("width", [50, 320, 321, 640, 1000, 1600, 1601, 4000])
def test_copies_are_never_larger_than_the_picture(width: int) -> None:
    found = widths_of(width)
    assert found == sorted(set(found)) and max(found) == min(width, 1600)


def test_copies_are_webp_without_descriptions_and_with_a_bounded_weight(decoding: Pictures) -> None:
    data = photos.photograph(1500, 2000)
    copies = decoding.render(decoding.clean(data).data, widths_of(1500))
    assert [one.width for one in copies] == [1500, 1024, 640, 320]
    for one in copies:
        _bare(one.data)
        with Image.open(BytesIO(one.data)) as picture:
            assert (picture.format, picture.size) == ("WEBP", (one.width, round(one.width * 4 / 3)))
        assert len(one.data) < one.width * one.width * 4 / 3 * 0.085 + 4000


def _cut(kind: str, share: float) -> bytes:
    data = photos.written(kind.upper(), photos.scene(300, 200))
    return data[: int(len(data) * share)]


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.99])
@pytest.mark.parametrize("kind", FORMATS)
def test_a_picture_whose_end_is_missing_is_refused(pictures: Pictures, kind: str, share: float) -> None:
    with pytest.raises(PictureError, match=r"missing|damaged"):
        pictures.clean(_cut(kind, share))


@pytest.mark.parametrize("kind", ["gif", "avif"])
def test_half_a_picture_of_another_format_is_refused(decoding: Pictures, kind: str) -> None:
    with pytest.raises(PictureError, match="damaged"):
        decoding.clean(_cut(kind, 0.6))


def _noise_in_the_pixels(kind: str) -> bytes:
    data = bytearray(photos.written(kind.upper(), photos.scene(300, 200)))
    middle = len(data) // 2
    data[middle : middle + 40] = b"\x00\xff\x55\xaa" * 10
    return bytes(data)


def test_pixels_that_are_none_are_found_by_decoding(decoding: Pictures) -> None:
    rows = struct.pack(">IIBBBBB", 60, 40, 8, 2, 0, 0, 0)
    empty = b"\x89PNG\r\n\x1a\n" + photos.chunk(b"IHDR", rows) + photos.chunk(b"IDAT", b"no pixels")
    with pytest.raises(PictureError, match="damaged"):
        decoding.clean(empty + photos.chunk(b"IEND", b""))
    with pytest.raises(PictureError, match="damaged"):
        decoding.clean(_noise_in_the_pixels("png"))


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_moving_pictures_are_refused_with_a_sentence(decoding: Pictures, kind: str) -> None:
    with pytest.raises(PictureError, match="Moving"):
        decoding.clean(photos.moving(kind))
    first = decoding.clean(photos.moving(kind), moving=True)  # as those are treated that are there already
    with Image.open(BytesIO(first.data)) as picture:
        assert getattr(picture, "n_frames", 1) == 1


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "no picture"),
        (b"<html><script>", "SVG"),
        (b"  <svg onload=x()>", "SVG"),
        (b"%PDF-1.7", "no picture"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 90, "HEIC"),
        (b"BM" + b"\0" * 90, "no picture"),
        (b"II*\0" + b"\0" * 90, "no picture"),
        (b"\x89PNG", "no picture"),
        (b"\xff\xd8\xff", "missing"),
        (b"\xff\xd8\xff" + b"\xff" * 3_000_000, "missing"),
        (b"RIFF\x04\0\0\0WEBP", "damaged"),
    ],
)
def test_other_files_are_refused_with_what_to_do(pictures: Pictures, data: bytes, sentence: str) -> None:
    with pytest.raises(PictureError, match=sentence):
        pictures.clean(data)


@pytest.mark.parametrize(("width", "height"), [(16_384, 1), (1, 16_384), (8_000, 5_001), (16_000, 16_000)])
def test_a_bomb_is_refused_by_its_head(pictures: Pictures, width: int, height: int) -> None:
    data = photos.empty_png(width, height)
    assert len(data) < 100_000
    with pytest.raises(PictureError, match="40 megapixels"):
        pictures.clean(data)


def test_a_gif_that_is_a_bomb_is_refused(decoding: Pictures) -> None:
    data = bytearray(photos.gif())
    data[6:10] = struct.pack("<HH", 16_000, 16_000)
    with pytest.raises(PictureError, match=r"large|damaged"):
        decoding.clean(bytes(data))


def test_the_largest_picture_stays_within_memory_and_time() -> None:
    started = time.monotonic()
    found = PillowPictures().clean(photos.empty_png(8_000, 5_000))
    assert found.width * found.height == MAX_PIXELS
    assert len(PillowPictures().render(found.data, widths_of(8_000))) == 4
    assert time.monotonic() - started < 30


def test_a_program_that_dies_says_nothing_about_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = PillowPictures()
    with pytest.raises(PictureError):
        monkeypatch.setitem(pillow._SECONDS, "clean", 0)
        ours.clean(photos.jpeg())
    monkeypatch.undo()
    assert ours.clean(photos.jpeg()).width == 60


@pytest.mark.parametrize("kind", FORMATS)
def test_a_false_profile_is_no_place_to_hide_words_in(pictures: Pictures, kind: str) -> None:
    data = photos.written(kind.upper(), icc_profile=b"secret note " * 50)
    assert b"secret note" not in pictures.clean(data).data
    with Image.open(BytesIO(pictures.clean(data).data)) as picture:
        assert "icc_profile" not in picture.info


def test_a_progressive_picture_and_one_in_grey_are_taken(pictures: Pictures) -> None:
    for more in ({"progressive": True}, {"picture": photos.scene(60, 40, "L")}, {"subsampling": "4:4:4"}):
        found = pictures.clean(photos.jpeg(**more))
        _bare(found.data)
        assert _shown(found.data).size == (60, 40)


def test_a_large_profile_is_put_together_again(pictures: Pictures) -> None:
    profile = bytearray(photos.PROFILE + b"\0" * 150_000)
    profile[:4] = struct.pack(">I", len(profile))
    found = pictures.clean(photos.written("JPEG", icc_profile=bytes(profile)))
    with Image.open(BytesIO(found.data)) as picture:
        assert picture.info["icc_profile"] == bytes(profile)


@pytest.mark.parametrize(("installed", "kind"), [(True, PillowPictures), (False, PlainPictures)])
def test_without_pillow_pictures_are_taken_apart_only(
    monkeypatch: pytest.MonkeyPatch, installed: bool, kind: type[Pictures]
) -> None:
    monkeypatch.setattr(base, "find_spec", lambda _name: object() if installed else None)
    assert type(build_pictures()) is kind
