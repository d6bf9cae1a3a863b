"""Bodies of uploads: parked in a file under the var folder while they arrive, never whole in memory."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO

from flask import Request, request

from mtc.core.errors import UnsupportedMediaError, ValidationError

FOLDER, CHUNK = "uploads", 256 * 1024
_BODY = "mtc.upload"


class UploadRequest(Request):
    """A request whose uploaded files are kept under the var folder: the system's own may be memory."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return parking(self.environ)

    def close(self) -> None:
        """Close what was parked for the request."""
        super().close()
        body = self.environ.pop(_BODY, None)
        if body is not None:
            body.close()


def parking(environ: dict[str, Any]) -> IO[bytes]:
    """A file without a name: it goes when it is closed, or with its process."""
    folder = Path(environ["mtc.config"].folder) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    return TemporaryFile("w+b", dir=folder)


def park_body() -> None:
    """Read the body of the running request into a file, whoever sends it however slowly.

    Raises UnsupportedMediaError for a form, ValidationError for a body that breaks off.
    """
    if request.mimetype in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        raise UnsupportedMediaError("Send the file itself as the body, not a form.")
    file = request.environ[_BODY] = parking(request.environ)  # closed with the request
    while chunk := request.stream.read(CHUNK):
        file.write(chunk)
    file.seek(0)


def parked_body() -> BinaryIO:
    """The body of the running upload."""
    file: BinaryIO | None = request.environ.get(_BODY)
    if file is None:
        raise ValidationError("Send the file as the body.")
    return file


def size_of(stream: IO[bytes]) -> int:
    """Return how many bytes a parked file has; it stands at its beginning afterwards."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    return size
