"""Services of tenants, stores and hosts."""

from mtc.tenants.services.content_version import bump_content_version
from mtc.tenants.services.current_store import first_store
from mtc.tenants.services.legal_pages import legal_links
from mtc.tenants.services.sequences import next_number
from mtc.tenants.services.settings import change_branding, change_settings, set_opened
from mtc.tenants.services.store_lookup import StoreInfo, StoreLookup, store_lookup, store_url
from mtc.tenants.services.stores import add_domain, create_store, set_primary_domain, update_store
from mtc.tenants.services.tenants import TenantService, create_tenant, require_second_factor, set_status

__all__ = [
    "StoreInfo",
    "StoreLookup",
    "TenantService",
    "add_domain",
    "bump_content_version",
    "change_branding",
    "change_settings",
    "create_store",
    "create_tenant",
    "first_store",
    "legal_links",
    "next_number",
    "require_second_factor",
    "set_opened",
    "set_primary_domain",
    "set_status",
    "store_lookup",
    "store_url",
    "update_store",
]
