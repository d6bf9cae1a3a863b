"""The media type of a file for sale, by its first bytes; a declared type is not trusted."""

from __future__ import annotations

from mtc.media.services.picture_formats import identify

HEAD = 4096
UNKNOWN = "application/octet-stream"
_MARKS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\x00", "application/x-xz"),
    (257, b"ustar", "application/x-tar"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"OggS", "audio/ogg"),
    (8, b"WAVE", "audio/wav"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"OTTO", "font/otf"),
    (0, b"\x00\x01\x00\x00", "font/ttf"),
    (0, b"wOF2", "font/woff2"),
    (0, b"wOFF", "font/woff"),
    (0, b"MZ", "application/vnd.microsoft.portable-executable"),
)


def media_type(head: bytes) -> str:
    """The media type of a file that begins with these bytes; `application/octet-stream` when unknown."""
    picture = identify(head)
    if picture is not None and picture.extension != "svg":
        return picture.content_type
    if head.startswith(b"PK\x03\x04"):
        is_book = head[30:58] == b"mimetypeapplication/epub+zip"
        return "application/epub+zip" if is_book else "application/zip"
    for place, mark, name in _MARKS:
        if head[place : place + len(mark)] == mark:
            return name
    return UNKNOWN
