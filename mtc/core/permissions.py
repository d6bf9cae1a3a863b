"""Permissions of staff and API clients, each with its owner."""

from __future__ import annotations

from dataclasses import dataclass

from mtc.core.i18n import Sentence
from mtc.core.registry import Registry


@dataclass(frozen=True, slots=True)
class Permission:
    """A permission; `label` is the sentence that people read when they grant it."""

    name: str
    label: Sentence

    @property
    def group(self) -> str:
        """Return the group: `orders` of `orders:read`. Who holds `orders:*` holds all of the group."""
        return self.name.partition(":")[0]


permissions: Registry[Permission] = Registry("permission")


def permission(name: str, label: Sentence) -> str:
    """Declare a permission, such as `orders:read`; returns its name."""
    permissions.register(name, Permission(name, label))
    return name


def labels_of(granted: list[str]) -> list[str]:
    """Return the labels of these permissions, as sentences of the running locale."""
    groups = {permission.removesuffix(":*") for permission in granted if permission.endswith(":*")}
    return [
        str(permission.label)
        for name, permission in permissions.items()
        if name in granted or permission.group in groups
    ]
