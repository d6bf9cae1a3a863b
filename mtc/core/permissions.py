"""What staff and programs may be allowed to do: permissions, each with its owner."""

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
        """What it is about: `orders` of `orders:read`. Who holds `orders:*` holds all of the group."""
        return self.name.partition(":")[0]


permissions: Registry[Permission] = Registry("permission")


def permission(name: str, label: Sentence) -> str:
    """Declare a permission, such as `orders:read`; returns its name."""
    permissions.register(name, Permission(name, label))
    return name


def labels_of(granted: list[str]) -> list[str]:
    """What somebody with these permissions may do here, in sentences of the running locale."""
    groups = {one.removesuffix(":*") for one in granted if one.endswith(":*")}
    return [str(one.label) for name, one in permissions.items() if name in granted or one.group in groups]
