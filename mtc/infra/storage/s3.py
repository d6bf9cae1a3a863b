"""Files in an S3 bucket, or in whatever speaks its language."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, cast
from urllib.parse import parse_qs, unquote, urlsplit

from mtc.core.errors import NotFoundError, OutageError
from mtc.core.i18n import _l
from mtc.core.outside_calls import check_outside_call
from mtc.infra.storage.base import CHUNK, FileInfo, checked_key, checked_range, storage_providers

_ABSENT = {"404", "NoSuchKey", "NotFound"}
_AWAY = _l("Our files cannot be reached at the moment. Please try again in a few seconds.")


class S3Storage:
    """A `Storage` in one bucket; without `access_key` boto3 looks for credentials in its usual places."""

    def __init__(
        self,
        bucket: str,
        *,
        endpoint: str | None = None,
        region: str | None = None,
        access_key: str | None = None,
        secret_key: str | None = None,
        prefix: str = "",
    ) -> None:
        import boto3  # noqa: PLC0415
        from boto3.s3.transfer import TransferConfig  # noqa: PLC0415
        from botocore import exceptions  # noqa: PLC0415
        from botocore.config import Config  # noqa: PLC0415

        self._bucket = bucket
        self._prefix = prefix
        self._client_error: type[Exception] = exceptions.ClientError
        self._no_answer = (exceptions.HTTPClientError, exceptions.ConnectionError)
        # Threads would outlive the request that saves; the parts go one after the other.
        self._transfer = TransferConfig(use_threads=False)
        self._client: Any = boto3.session.Session().client(
            "s3",
            endpoint_url=endpoint,
            region_name=region or "us-east-1",
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            config=Config(
                signature_version="s3v4",
                connect_timeout=3,
                read_timeout=15,
                retries={"mode": "standard", "total_max_attempts": 3},
                s3={"addressing_style": "path" if endpoint else "auto"},
                # Many S3-like stores do not know the newer checksums.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def save(self, key: str, data: BinaryIO | bytes, content_type: str) -> FileInfo:
        """Upload, in parts when it is large; S3 shows the object only when it is whole."""
        stream = io.BytesIO(data) if isinstance(data, bytes) else data
        with self._translated():
            self._client.upload_fileobj(
                stream,
                self._bucket,
                self._name(key),
                ExtraArgs={"ContentType": content_type},
                Config=self._transfer,
            )
        return self.stat(key)

    def open(self, key: str) -> BinaryIO:
        """The object as a stream."""
        with self._translated():
            body = self._client.get_object(Bucket=self._bucket, Key=self._name(key))["Body"]
        return cast(BinaryIO, io.BufferedReader(_Raw(body), CHUNK))

    def read_range(self, key: str, start: int, end: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` up to, not including, `end`."""
        checked_range(start, end)
        size = self.stat(key).size
        stop = size if end is None else min(end, size)
        if start >= stop:
            return iter(())
        with self._translated():
            body = self._client.get_object(
                Bucket=self._bucket, Key=self._name(key), Range=f"bytes={start}-{stop - 1}"
            )["Body"]
        return _chunks(body)

    def stat(self, key: str) -> FileInfo:
        """Size, tag and time of an object."""
        with self._translated():
            head = self._client.head_object(Bucket=self._bucket, Key=self._name(key))
        return FileInfo(head["ContentLength"], head["ETag"].strip('"'), head["LastModified"])

    def exists(self, key: str) -> bool:
        """Return whether the object is there."""
        try:
            self.stat(key)
        except NotFoundError:
            return False
        return True

    def delete(self, key: str) -> None:
        """Remove the object."""
        with self._translated():
            self._client.delete_object(Bucket=self._bucket, Key=self._name(key))

    def url(self, key: str, expires: int, filename: str | None = None) -> str | None:
        """A signed address; with `filename` the browser saves the file under that name."""
        params = {"Bucket": self._bucket, "Key": self._name(key)}
        if filename is not None:
            safe = "".join(c if c.isalnum() or c in "._- " else "_" for c in filename if c.isascii())
            params["ResponseContentDisposition"] = f'attachment; filename="{safe or "download"}"'
        return cast(str, self._client.generate_presigned_url("get_object", Params=params, ExpiresIn=expires))

    def _name(self, key: str) -> str:
        return self._prefix + checked_key(key)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """NotFoundError for what is absent, OutageError where the store does not answer or cannot serve."""
        check_outside_call("The storage")
        try:
            yield
        except self._no_answer as error:
            raise OutageError(_AWAY) from error
        except self._client_error as error:
            answer = cast(Any, error).response
            if answer["Error"]["Code"] in _ABSENT:
                raise NotFoundError(_l("This file does not exist.")) from error
            if answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500:
                raise OutageError(_AWAY) from error
            raise


class _Raw(io.RawIOBase):
    """Raw stream that BufferedReader needs, on top of botocore's streaming body."""

    def __init__(self, body: Any) -> None:
        self._body = body

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._body.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._body.close()
        super().close()


def _chunks(body: Any) -> Iterator[bytes]:
    try:
        yield from body.iter_chunks(CHUNK)
    finally:
        body.close()


@storage_providers.add("s3")
def s3_storage(url: str) -> S3Storage:
    """The store of an address such as `s3://bucket/prefix?endpoint=…&region=…`; raises ValueError."""
    parts = urlsplit(url)
    if not parts.hostname:
        raise ValueError("storage in a bucket has an address like s3://bucket?endpoint=...&region=...")
    query, prefix = parse_qs(parts.query), parts.path.strip("/")
    return S3Storage(
        parts.netloc.rpartition("@")[2],
        endpoint=query.get("endpoint", [None])[0],
        region=query.get("region", [None])[0],
        access_key=unquote(parts.username) if parts.username else None,
        secret_key=unquote(parts.password) if parts.password else None,
        prefix=f"{prefix}/" if prefix else "",
    )
