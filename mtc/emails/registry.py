"""Registries of emails: values that are never stored, and own From addresses of stores."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mtc.core.registry import Registry
from mtc.core.store_info import StoreInfo
from mtc.infra.mail import DkimKey


@dataclass(frozen=True, slots=True)
class StoreSender:
    """A store's own From address, which its domain allows, and the key that mail from it is signed with."""

    address: str
    key: DkimKey


email_secrets: Registry[Callable[[Any, UUID], str]] = Registry("mail secret")
"""What `[[name:id]]` in an email (the first argument) stands for: looked up when it leaves, never stored."""
store_senders: list[Callable[[str], StoreSender | None]] = []
"""Who knows whether a store has an own From address, by its address for shoppers."""


def store_sender(
    function: Callable[[str], StoreSender | None],
) -> Callable[[str], StoreSender | None]:
    """Register a function that knows the own From address of a store of the running tenant."""
    store_senders.append(function)
    return function


_looks: list[Callable[[StoreInfo], dict[str, Any]]] = []


def store_look(function: Callable[[StoreInfo], dict[str, Any]]) -> Callable[[StoreInfo], dict[str, Any]]:
    """Register the function that knows the look of a store as emails need it: its `theme`."""
    _looks[:] = [function]
    return function


def look_of(store: StoreInfo) -> dict[str, Any]:
    """The look of a store as emails need it; nothing where nobody knows it."""
    return _looks[0](store) if _looks else {}
