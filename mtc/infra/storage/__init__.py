"""Files: in a folder of this machine, or in an object store."""

from mtc.infra.storage.base import FileInfo, Storage, storage_providers
from mtc.infra.storage.local import LocalStorage
from mtc.infra.storage.s3 import S3Storage

__all__ = ["FileInfo", "LocalStorage", "S3Storage", "Storage", "storage_providers"]
