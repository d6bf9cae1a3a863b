"""Blocking and deprecating a plugin for all tenants at once; every process asks for each request anew."""

from __future__ import annotations

from mtc.core import clock
from mtc.core.errors import NotFoundError, ValidationError
from mtc.core.i18n import _l
from mtc.core.normalization import strip_invisible
from mtc.plugins import queries
from mtc.plugins.models import Plugin
from mtc.tenants.services import bump_content_version

LONGEST_REASON = 300


def block_plugin(slug: str, reason: str) -> None:
    """Let the plugin run for no tenant from the next request on; needs a platform scope."""
    row = _plugin(slug)
    row.block_reason, row.updated_at = _checked(reason), clock.now()
    _renew_pages(row)


def unblock_plugin(slug: str) -> None:
    """Let the plugin run again where it is on; needs a platform scope."""
    row = _plugin(slug)
    row.block_reason, row.updated_at = "", clock.now()
    _renew_pages(row)


def deprecate_plugin(slug: str, reason: str) -> None:
    """Let nobody new install the plugin, and tell those who have it why; needs a platform scope."""
    row = _plugin(slug)
    row.deprecation, row.updated_at = _checked(reason), clock.now()


def undeprecate_plugin(slug: str) -> None:
    """Let tenants install the plugin again; needs a platform scope."""
    row = _plugin(slug)
    row.deprecation, row.updated_at = "", clock.now()


def _renew_pages(row: Plugin) -> None:
    for tenant_id in queries.tenants_with(row.id):
        bump_content_version(tenant_id)


def _plugin(slug: str) -> Plugin:
    row = queries.plugin_by_slug(slug)
    if row is None:
        raise NotFoundError(_l("There is no such plugin."))
    return row


def _checked(reason: str) -> str:
    text = strip_invisible(reason, multiline=False).strip()
    if not 1 <= len(text) <= LONGEST_REASON:
        sentence = _l("Give a reason of 1 to %(most)s characters.", most=LONGEST_REASON)
        raise ValidationError(sentence, {"reason": [sentence]})
    return text
