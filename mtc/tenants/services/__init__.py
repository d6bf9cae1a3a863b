"""What can be done with tenants, stores and hosts."""

from mtc.tenants.services.content import touch_content
from mtc.tenants.services.counters import next_number
from mtc.tenants.services.directory import Directory, StoreInfo, directory, store_url
from mtc.tenants.services.legal_pages import legal_links
from mtc.tenants.services.running_store import first_store
from mtc.tenants.services.settings import change_branding, change_settings, set_opened
from mtc.tenants.services.stores import add_domain, create_store, set_primary_domain, update_store
from mtc.tenants.services.tenants import TenantService, create_tenant, require_second_factor, set_status

__all__ = [
    "Directory",
    "StoreInfo",
    "TenantService",
    "add_domain",
    "change_branding",
    "change_settings",
    "create_store",
    "create_tenant",
    "directory",
    "first_store",
    "legal_links",
    "next_number",
    "require_second_factor",
    "set_opened",
    "set_primary_domain",
    "set_status",
    "store_url",
    "touch_content",
    "update_store",
]
