"""Storage of files for the whole installation (docs/ports.md)."""

from mtc.infra.storage import FileInfo, Storage, storage_providers

__all__ = [
    "FileInfo",
    "Storage",
    "storage_providers",
]
