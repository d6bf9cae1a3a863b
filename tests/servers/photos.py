"""Photographs as cameras write them: with place, camera and author, in every format and in every place."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, PngImagePlugin

SECRETS = (b"Canon", b"Ada Lovelace", b"secret note", b"GPSArea")
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:creator>Ada Lovelace</dc:creator>secret note</x:xmpmeta>'
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def exif(orientation: int | None = None) -> bytes:
    """EXIF with camera, author, the place 52° 31' N 13° 24' E, and an orientation."""
    said = Image.Exif()
    if orientation:
        said[0x0112] = orientation
    said[0x010F], said[0x0110], said[0x013B] = "Canon", "Canon EOS", "Ada Lovelace"
    said[0x8825] = {1: "N", 2: (52.0, 31.0, 0.0), 3: "E", 4: (13.0, 24.0, 0.0), 28: b"GPSArea"}
    said[0x8769] = {0x9286: b"secret note"}
    return said.tobytes()


def scene(width: int = 60, height: int = 40, mode: str = "RGB") -> Image.Image:
    """Red on the left, blue on the right, so that a test can tell which way up it is."""
    picture = Image.new("RGB", (width, height), "red")
    picture.paste("blue", (width // 2, 0, width, height))
    return picture.convert(mode)


def written(kind: str, picture: Image.Image | None = None, **more: Any) -> bytes:
    """A plain file."""
    out = BytesIO()
    (picture or scene()).save(out, kind, **more)
    return out.getvalue()


def jpeg(orientation: int | None = None, **more: Any) -> bytes:
    """EXIF, XMP, IPTC, a comment, a preview in JFIF, a second picture behind the end; and a profile."""
    plain = written("JPEG", more.pop("picture", None), icc_profile=PROFILE, quality=95, **more)
    irb = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x11\x1c\x02\x50\0\x0cAda Lovelace\0"
    about = exif(orientation)
    notes = b"".join(
        b"\xff" + bytes((marker,)) + struct.pack(">H", len(said) + 2) + said
        for marker, said in (
            (0xE1, about if about.startswith(b"Exif") else b"Exif\0\0" + about),
            (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP),
            (0xE2, b"FPXR\0secret note"),
            (0xED, irb),
            (0xEC, b"Ducky secret note"),
            (0xFE, b"secret note"),
        )
    )
    return plain[:2] + notes + plain[2:] + b"secret note" + plain


def png(orientation: int | None = None) -> bytes:
    """Texts of all three kinds, EXIF, the time, a chunk of nobody's, and something behind the end."""
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "Ada Lovelace")
    texts.add_text("Comment", "secret note " * 20, zip=True)
    texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
    plain = written("PNG", pnginfo=texts, exif=exif(orientation), icc_profile=PROFILE)
    more = chunk(b"tIME", b"\x07\xea\x01\x01\0\0\0") + chunk(b"prVt", b"secret note")
    return plain[:33] + more + plain[33:] + b"secret note"


def webp(orientation: int | None = None, **more: Any) -> bytes:
    """EXIF, XMP, a chunk of nobody's, and something behind the end."""
    plain = written("WEBP", exif=exif(orientation), xmp=XMP, icc_profile=PROFILE, quality=90, **more)
    body = plain[12:] + b"prVt" + struct.pack("<I", 12) + b"secret note\0"
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body + b"secret note"


def gif() -> bytes:
    """With a comment."""
    return written("GIF", comment=b"secret note by Ada Lovelace")


def avif(orientation: int | None = None) -> bytes:
    """EXIF and XMP."""
    return written("AVIF", exif=exif(orientation), xmp=XMP, quality=90, icc_profile=PROFILE)


def moving(kind: str) -> bytes:
    """Two frames."""
    return written(kind, scene(), save_all=True, append_images=[scene(60, 40).rotate(180)], duration=100)


def photograph(width: int = 3000, height: int = 4000, *, exposure: int = 1) -> bytes:
    """A large picture as a phone makes it: soft shapes under a fine grain, some 800 KB."""
    shapes = Image.effect_mandelbrot((width // 8, height // 8), (-2.0, -1.5, 1.0, 1.5), 60)
    grain = Image.effect_noise((width // 4, height // 4), 24 + exposure)
    channels = [
        Image.blend(shapes.resize((width, height)), grain.resize((width, height)), share)
        for share in (0.10, 0.14, 0.18)
    ]
    return written("JPEG", Image.merge("RGB", channels), quality=85, exif=exif())


def chunk(kind: bytes, content: bytes) -> bytes:
    """A chunk of PNG."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def empty_png(width: int, height: int) -> bytes:
    """A picture of so many pixels in a few bytes: a bomb when they are many."""
    rows = zlib.compressobj(9)
    line = b"\0" + b"\0" * ((width + 7) // 8)
    packed = b"".join(rows.compress(line) for _ in range(height)) + rows.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
