"""What before-hooks of people, stores, mail and delivery are asked about; see before_operations.py."""

from __future__ import annotations

from mtc.core.context import acting
from mtc.core.db import session
from mtc.delivery import queries as deliveries
from mtc.delivery.models import Download
from mtc.delivery.services import (
    complete_manual,
    open_download,
    replace_key,
    resend,
    reset_download,
    reveal_all,
)
from mtc.delivery.services.files import rename_file
from mtc.identity.services import customer_login, guest_customer
from mtc.identity.services.customers import change_own_password
from mtc.identity.services.email_tokens import JOIN, join, proof_token
from mtc.integrations.services import create_api_key, revoke_api_key
from mtc.notifications.services.preferences import set_preference
from mtc.orders import queries as orders
from mtc.senders.services import drop_sender, set_sender
from mtc.team.services import change_role, invite
from mtc.tenants.services import (
    add_domain,
    change_branding,
    legal_pages,
    menus,
    require_second_factor,
    update_store,
)
from tests.delivery.test_downloads import link
from tests.orders.shop import Shop, bought
from tests.plugins.before_operations import Operation, Preparation, after, ordered
from tests.plugins.kit import at_work
from tests.plugins.worlds import OTHER, PASSWORD, World, members


def shopper(shop: Shop) -> object:
    """A customer with a password."""
    guest = guest_customer(shop.tenant_id, "bea@mail.example")
    return join(shop.tenant_id, proof_token(guest, JOIN), PASSWORD).id


def joining(shop: Shop) -> Operation:
    with at_work(World(shop.tenant_id)):
        proof = proof_token(guest_customer(shop.tenant_id, "bea@mail.example"), JOIN)
    return lambda: join(shop.tenant_id, proof, PASSWORD, name="Bea")


def new_password(shop: Shop) -> Operation:
    use = after(shopper, lambda made: change_own_password(shop.tenant_id, made, PASSWORD, OTHER))
    return use(shop)


def login(shop: Shop) -> Operation:
    return after(
        shopper, lambda made: customer_login(shop.tenant_id, "bea@mail.example", PASSWORD, "198.51.100.7")
    )(shop)


def invited(shop: Shop) -> Operation:
    owner, _ = members(shop)
    return lambda: invite(shop.tenant_id, owner, "ivo@mail.example", "manager")


def promoted(shop: Shop) -> Operation:
    owner, manager = members(shop)
    return lambda: change_role(shop.tenant_id, owner, manager.id, "support")


def muted(shop: Shop) -> Operation:
    _, manager = members(shop)
    return lambda: set_preference(manager.id, "stock", False)


def new_api_key(shop: Shop) -> Operation:
    owner, _ = members(shop)

    def make() -> object:
        with acting(actor=owner):
            return create_api_key("Till", ["orders:read"])[0]

    return make


def old_api_key(shop: Shop) -> Operation:
    make = new_api_key(shop)
    return after(lambda shop: make(), revoke_api_key)(shop)


def download(shop: Shop) -> Operation:
    order = bought(shop, (shop.file, 1))
    token = link(shop, order)
    return lambda: open_download(token, ip="198.51.100.7")


def reset(shop: Shop) -> Operation:
    bought(shop, (shop.file, 1))
    with at_work(World(shop.tenant_id)):
        which = session.query(Download).one().id
    return lambda: reset_download(which)


def by_hand(shop: Shop) -> Operation:
    order = bought(shop, (shop.manual, 1))
    return lambda: complete_manual(order.items[0].id, "Here it is.")


def faulty(shop: Shop) -> Operation:
    order = bought(shop, (shop.key, 1))
    with at_work(World(shop.tenant_id)):
        unit = orders.units_of([order.items[0].id])[0].id
    return lambda: replace_key(order.id, unit, "used already")


def draft(shop: Shop) -> None:
    legal_pages.save_draft(shop.store, "imprint", "Who we are", "Acme Ltd, Graz")


def published(shop: Shop) -> None:
    draft(shop)
    legal_pages.publish(shop.store, "imprint")


def renamed(shop: Shop) -> Operation:
    with at_work(World(shop.tenant_id)):
        file = deliveries.files_of([deliveries.lock_variant(shop.file)])[shop.file][0].id
    return lambda: rename_file(shop.file, file, "book.zip")


PEOPLE: dict[str, Preparation] = {
    "before_customer_register": joining,
    "before_customer_login": login,
    "before_customer_password_change": new_password,
    "before_member_invite": invited,
    "before_member_update": promoted,
    "before_notification_switch": muted,
    "before_api_key_create": new_api_key,
    "before_api_key_revoke": old_api_key,
}
STORES: dict[str, Preparation] = {
    "before_store_update": lambda shop: (
        lambda: update_store(shop.tenant_id, shop.store.id, tagline="Better keys")
    ),
    "before_menu_update": lambda shop: lambda: menus.save_menus(shop.store, announcement="Hello"),
    "before_branding_update": lambda shop: (
        lambda: change_branding(shop.tenant_id, {"colors": {"primary": "#112233"}})
    ),
    "before_domain_add": lambda shop: lambda: add_domain(shop.tenant_id, shop.store.id, "shop.acme.example"),
    "before_legal_page_publish": lambda shop: after(
        draft, lambda made: legal_pages.publish(shop.store, "imprint")
    )(shop),
    "before_legal_page_unpublish": lambda shop: after(
        published, lambda made: legal_pages.unpublish(shop.store, "imprint")
    )(shop),
    "before_settings_second_factor": lambda shop: lambda: require_second_factor(shop.tenant_id, True),
    "before_mail_sender_change": lambda shop: lambda: set_sender(shop.store.id, "hi@games.example.com"),
    "before_mail_sender_remove": lambda shop: after(
        lambda shop: set_sender(shop.store.id, "hi@games.example.com"),
        lambda made: drop_sender(shop.store.id),
    )(shop),
}
DELIVERY: dict[str, Preparation] = {
    "before_delivery_complete": by_hand,
    "before_delivery_resend": ordered(lambda shop, order: resend(order.id), paid=True),
    "before_key_reveal": ordered(lambda shop, order: reveal_all(order.id), paid=True),
    "before_key_replace": faulty,
    "before_download": download,
    "before_download_reset": reset,
    "before_variant_files_change": renamed,
}
