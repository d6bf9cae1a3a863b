"""Versions of MTC that a plugin supports."""

from __future__ import annotations

import operator
import re

MTC_VERSION = "0.1.0"
SDK_VERSION = 1
"""The number of what plugins import from `mtc.sdk`; a plugin names the one that it was written for."""
RANGE = r"^(>=|<=|==|!=|>|<)\s*\d+(\.\d+){0,2}(\s*,\s*(>=|<=|==|!=|>|<)\s*\d+(\.\d+){0,2})*$"
_PART = re.compile(r"(>=|<=|==|!=|>|<)\s*([\d.]+)")
_COMPARE = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
}


def works_with(requirement: str, version: str = MTC_VERSION) -> bool:
    """Return whether the version is within a range such as `>=0.1,<1`; the range must match RANGE."""
    return all(_COMPARE[sign](_numbers(version), _numbers(text)) for sign, text in _PART.findall(requirement))


def _numbers(version: str) -> tuple[int, ...]:
    numbers = [int(part) for part in version.split(".")]
    return tuple([*numbers, 0, 0][:3])


def is_newer(version: str, other: str) -> bool:
    """Return whether a version such as 1.10.0 is newer than the other, which may be empty."""
    return _numbers(version) > _numbers(other or "0")
