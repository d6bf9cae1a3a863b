"""The program that decodes pictures with Pillow: one picture, then it ends. It imports nothing of MTC.

It reads a line of JSON and the picture, and answers with a line of JSON and the pictures that it made. It
runs without keys and without the network's addresses; memory, processor time and files are limited, since
decoders written in C are where hostile pictures do their harm.
"""

import contextlib
import json
import sys
import warnings
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, ImageFile, ImageOps

try:
    import resource
except ImportError:  # there the parent's clock is the only limit
    resource = None  # type: ignore[assignment]

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "AVIF")
_QUALITIES = (80, 70, 60, 50, 40)
_HIGH = 92


class Refused(ValueError):
    """Reason why the picture is refused: damaged, animated or large."""


def limit(memory: int, seconds: int) -> None:
    """Bound what this process may use."""
    if resource is None:
        return
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # the system allows even less
            resource.setrlimit(kind, (most, most))


def answer(job: dict[str, Any], data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """Do one job: {"do": "clean" | "render", …}."""
    Image.MAX_IMAGE_PIXELS = None  # our own limit is stricter and is looked at before anything is decoded
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with warnings.catch_warnings(), Image.open(BytesIO(data), formats=_FORMATS) as picture:
            warnings.simplefilter("ignore")
            if not (picture.width and picture.height):
                raise Refused("damaged")
            if max(picture.size) > job["max_side"] or picture.width * picture.height > job["max_pixels"]:
                raise Refused("large")
            if getattr(picture, "n_frames", 1) > 1 and not job.get("moving"):
                raise Refused("animated")
            return _clean(picture, job) if job["do"] == "clean" else _render(picture, job)
    except Refused as error:
        return {"refused": str(error)}, []
    except MemoryError:
        return {"refused": "large"}, []
    except Exception:  # decoders raise whatever they like
        return {"refused": "damaged"}, []


def _clean(picture: Any, job: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """Decode all of it; encode anew what must be turned or has descriptions that cannot be cut out."""
    format_name = picture.format
    if job["orientation"] is None:  # its descriptions cannot be cut out
        orientation, keep = picture.getexif().get(0x0112, 1), False
    else:
        orientation, keep = job["orientation"], job["orientation"] == 1 and not job.get("encode")
    picture.load()
    if keep:
        return {"kind": format_name, "size": picture.size, "kept": True}, []
    profile = picture.info.get("icc_profile")
    if orientation != 1:
        exif = picture.getexif()
        exif.clear()
        exif[0x0112] = orientation
        picture = ImageOps.exif_transpose(picture)
    format_name = {"GIF": "PNG", "AVIF": "WEBP"}.get(format_name, format_name)
    return {"kind": format_name, "size": picture.size}, [_encoded(picture, format_name, profile)]


def _encoded(picture: Any, format_name: str, profile: bytes | None) -> bytes:
    picture.info.clear()
    more: dict[str, Any] = {"icc_profile": profile} if profile else {}
    if format_name == "JPEG":
        more |= {"quality": _HIGH, "subsampling": "4:2:0", "optimize": True}
    elif format_name == "WEBP":
        more |= {"quality": _HIGH, "method": 4, "exif": b"", "xmp": b""}
    out = BytesIO()
    picture.save(out, format_name, **more)
    return out.getvalue()


def _render(picture: Any, job: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """WebP in each width, the widest first: each is made of the one before it."""
    widths = sorted(job["widths"], reverse=True)
    full = picture.size
    if picture.format == "JPEG":
        picture.draft(None, _fitting(full, widths[0]))
    picture.load()
    profile = picture.info.get("icc_profile")
    shown, profile = _plain_colours(picture, profile)
    made = []
    for width in widths:
        size = _fitting(full, width)
        if shown.size != size:
            shown = shown.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
        made.append(_light(shown, profile))
    return {"widths": widths}, made


def _fitting(full: tuple[int, int], width: int) -> tuple[int, int]:
    return width, max(1, round(full[1] * width / full[0]))


def _plain_colours(picture: Any, profile: bytes | None) -> tuple[Any, bytes | None]:
    """The picture in RGB or RGBA with the profile that still holds for it."""
    mode, opaque = picture.mode, not picture.has_transparency_data
    if mode.startswith("I"):
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
        return picture.convert("RGB"), None
    if mode in ("CMYK", "LAB", "L", "LA", "1") and profile:
        turned = _to_srgb(picture, profile) if mode in ("CMYK", "LAB") else None
        return turned or picture.convert("RGB" if opaque else "RGBA"), None
    return picture.convert("RGB" if opaque else "RGBA"), profile


def _to_srgb(picture: Any, profile: bytes) -> Any:
    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(picture, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return None


def _light(picture: Any, profile: bytes | None) -> bytes:
    """The best quality that stays within about 0.7 bits a pixel, so that the weight of a page is bounded."""
    most = 4000 + picture.width * picture.height * 85 // 1000
    more: dict[str, Any] = {"icc_profile": profile} if profile and len(profile) < 4096 else {}
    data = b""
    for quality in _QUALITIES:
        out = BytesIO()
        picture.save(out, "WEBP", quality=quality, method=4, exif=b"", xmp=b"", **more)
        data = out.getvalue()
        if len(data) <= most:
            break
    return data


def main() -> None:
    """Answer what stands at the standard input."""
    job = json.loads(sys.stdin.buffer.readline())
    limit(job["memory"], job["seconds"])
    facts, made = answer(job, sys.stdin.buffer.read())
    facts["lengths"] = [len(content) for content in made]
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + b"".join(made))


if __name__ == "__main__":
    main()
