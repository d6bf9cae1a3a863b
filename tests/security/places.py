"""Where hostile visitors go: for every place in an address, values that lead somewhere."""

from __future__ import annotations

from functools import cache
from uuid import uuid4

from mtc.core.crypto import sign
from mtc.identity.services.password_reset import PURPOSE
from mtc.tenants.services import store_lookup
from mtc.web.preview import preview_token
from tests.factories.imports import IMPORT_ROUTES
from tests.security.fort import Fort


@cache
def nobodys_link() -> str:
    """The secret part of a link to a new password, signed as ours are, of a person that there is not.

    One for all stores: it belongs to none of them.
    """
    return sign({"u": str(uuid4()), "e": 0}, PURPOSE, 24 * 3600)


@cache
def nobodys_subscription() -> str:
    """The secret part of a link that ends mails to somebody who is not there."""
    return sign({"t": str(uuid4()), "m": str(uuid4()), "k": "stock"}, "unsubscribe", 24 * 3600)


# Endpoints of the settings that take nothing but the tenant, and those of a legal text.
SETTINGS = (
    "admin.settings_look", "admin.save_theme", "admin.save_colours", "admin.settings_menus",
    "admin.slots", "admin.arrange_slot",
    "admin.save_navigation", "admin.settings_legal", "admin.settings_access", "admin.open_the_store",
    "admin.close_the_store", "admin.preview_store", "api_v1.settings", "api_v1.change_store_settings",
    "api_v1.themes", "api_v1.store_state", "api_v1.open_to_shoppers", "api_v1.close_to_shoppers",
    "api_v1.legal_drafts", "admin.settings_mail", "admin.save_sender", "admin.check_sender",
    "admin.remove_sender", "api_v1.mail_sender", "api_v1.set_mail_sender", "api_v1.check_mail_sender",
)  # fmt: skip
LEGAL_TEXTS = (
    "admin.legal_text", "admin.save_legal_text", "admin.unpublish_legal_text", "api_v1.legal_draft",
    "api_v1.save_legal_draft", "api_v1.publish_legal_draft", "api_v1.unpublish_legal_page",
)  # fmt: skip


def places(fort: Fort) -> dict[str, dict[str, str]]:
    """For every endpoint with a place in its address: values that lead somewhere."""
    ids, tail, order = fort.ids, fort.tail, {"tenant": fort.slug, "number": fort.order}
    shop, goods = {"tenant": fort.slug}, {"tenant": fort.slug, "product": ids["product"]}
    pool = {"tenant": fort.slug, "variant": ids["variant"]}
    files = {**shop, "product": ids["file_product"], "variant": ids["file_variant"]}
    mail = {"tenant": fort.slug, "which": ids["mail"]}
    key = fort.picture.removeprefix("/media/")
    return {
        "api_storefront.products": shop,
        "api_storefront.product": {**shop, "slug": f"game{tail}"},
        "api_storefront.page": {**shop, "page": "home"},
        "api_payments.notify": {"slug": "test"},
        "api_v1.orders": shop,
        "api_v1.order": order,
        "api_v1.refunds": order,
        "api_v1.refund_order": order,
        "api_v1.resend_order": order,
        "api_v1.cancel": order,
        "api_v1.book": order,
        "api_v1.list_payment_methods": shop,
        "api_v1.show_payment_method": {**shop, "method": "manual"},
        "api_v1.change_payment_method": {**shop, "method": "manual"},
        "api_v1.switch_payment_method": {**shop, "method": "manual"},
        "api_v1.products": shop,
        "api_v1.find_keys": shop,
        "api_v1.product": goods,
        "api_v1.types": shop,
        "api_v1.create_type": shop,
        "api_v1.product_type": {**shop, "which": ids["type"]},
        "api_v1.change_type": {**shop, "which": ids["type"]},
        "api_v1.remove_type": {**shop, "which": ids["type"]},
        "api_v1.starters": shop,
        "api_v1.install_type": {**shop, "slug": "ebook"},
        "api_v1.stock": pool,
        "api_v1.fill": pool,
        "api_v1.files": {**shop, "variant": ids["file_variant"]},
        "api_v1.add_file": {**shop, "variant": ids["file_variant"]},
        "api_v1.change_terms": {**shop, "variant": ids["file_variant"]},
        "api_v1.replace_file": {**shop, "variant": ids["file_variant"], "file": ids["file"]},
        "api_v1.change_file": {**shop, "variant": ids["file_variant"], "file": ids["file"]},
        "api_v1.remove_file": {**shop, "variant": ids["file_variant"], "file": ids["file"]},
        "api_v1.preview_key_file": pool,
        "api_v1.add_key_file": pool,
        "api_v1.stock_batches": pool,
        "api_v1.stock_imports": pool,
        "api_v1.set_stock_level": pool,
        **{name: {**pool, "which": ids["item"]} for name in IMPORT_ROUTES},
        "api_v1.undo_stock_batch": {**pool, "batch": "1"},
        "api_v1.notifications": shop,
        "api_v1.change_notifications": {**shop, "member": ids.get("member", ids["invitation"])},
        "static_file": {"path": "css/core.css"},
        "demo.demo_mail": {"name": "20260101T000000000000-000000000000"},
        "demo.demo_mail_body": {"name": "20260101T000000000000-000000000000"},
        "admin.home": shop,
        "admin.picture": {**shop, "key": key.partition("/")[2]},
        "admin.products": shop,
        "admin.set_status": goods,
        "admin.new_product": shop,
        "admin.create_product": shop,
        "admin.product": goods,
        "admin.save_product": goods,
        "admin.add_pictures": goods,
        "admin.change_picture": {**goods, "number": "0"},
        "admin.add_files": files,
        "admin.change_file": {**files, "file": ids["file"]},
        "admin.replace_file": {**files, "file": ids["file"]},
        "admin.product_types": shop,
        "admin.add_starter_types": shop,
        "admin.new_type": shop,
        "admin.create_type": shop,
        "admin.product_type": {**shop, "which": ids["type"]},
        "admin.save_type": {**shop, "which": ids["type"]},
        "admin.delete_type": {**shop, "which": ids["type"]},
        "admin.stock": shop,
        "admin.find_keys": shop,
        "admin.pool": pool,
        "admin.set_level": pool,
        "admin.set_aside": {**pool, "item": ids["idle"]},
        "admin.add_keys": pool,
        "admin.preview_keys": {**pool, "upload": ids["item"]},
        "admin.import_keys": {**pool, "upload": ids["item"]},
        "admin.undo_batch": {**pool, "batch": "1"},
        "admin.orders": shop,
        "admin.order": order,
        "admin.reveal_key": {**order, "unit": ids["unit"]},
        "admin.resend_delivery": order,
        "admin.replace_faulty": {**order, "unit": ids["unit"]},
        "admin.complete_by_hand": {**order, "item": ids["item"]},
        "admin.retry_line": {**order, "item": ids["item"]},
        "admin.reset_downloads": {**order, "download": ids["download_id"]},
        "admin.cancel": order,
        "admin.forget_order_devices": order,
        "admin.book_payment": order,
        "admin.refund_form": order,
        "admin.give_back": order,
        "admin.try_again": {**order, "which": ids["payment_row"]},
        "admin.mails": shop,
        "admin.mail": mail,
        "admin.mail_body": mail,
        "admin.send_again": mail,
        "admin.settings": shop,
        "admin.save_settings": shop,
        **dict.fromkeys(SETTINGS, shop),
        **{name: {**shop, "kind": "privacy"} for name in LEGAL_TEXTS},
        "admin.save_brand_picture": {**shop, "name": "logo"},
        "storefront.enter_preview": {"token": _preview_of(fort)},
        "admin.notifications": shop,
        "admin.save_notifications": shop,
        "admin.team": shop,
        "admin.invite_member": shop,
        "admin.resend_invitation": {**shop, "which": ids["invitation"]},
        "admin.revoke_invitation": {**shop, "which": ids["offer"]},
        "admin.change_member_role": {**shop, "member": ids.get("member", ids["invitation"])},
        "admin.change_member_status": {**shop, "member": ids.get("member", ids["invitation"])},
        "front.invitation": {"token": fort.invitation},
        "front.new_password_form": {"token": nobodys_link()},
        "front.unsubscribe_page": {"token": nobodys_subscription()},
        "front.unsubscribe": {"token": nobodys_subscription()},
        "front.take_place": {"token": fort.invitation},
        "admin.end_visit_here": {**shop, "which": ids.get("visit", ids["invitation"])},
        "admin.audit": shop,
        "admin.audit_entry": {**shop, "which": ids["entry"]},
        "admin.audit_export": shop,
        "admin.api_keys": shop,
        "admin.create_key": shop,
        "admin.plugins": shop,
        **{
            name: {**shop, "plugin": "order_guard"}
            for name in (
                "admin.plugin_page", "admin.plugin_calls", "api_v1.list_plugin_calls",
                "admin.install_the_plugin", "admin.save_plugin_settings",
                "admin.switch_plugin", "admin.test_plugin_settings", "admin.uninstall_page",
                "admin.uninstall_the_plugin", "admin.export_plugin_data", "api_v1.show_plugin",
                "api_v1.set_up_plugin", "api_v1.switch_a_plugin", "api_v1.uninstall_a_plugin",
            )
        },
        "api_v1.list_plugins": shop,
        "platform.change_plugin": {"plugin": "order_guard"},
        "admin.payment_settings": shop,
        "admin.save_payment_mode": shop,
        "admin.payment_method_form": {**shop, "slug": "manual"},
        "admin.save_payment_method": {**shop, "slug": "manual"},
        "admin.switch_payment_method": {**shop, "slug": "manual"},
        "admin.move_payment_method": {**shop, "slug": "manual"},
        "admin.try_payment_method": {**shop, "slug": "test"},
        "admin.revoke_key": {**shop, "which": ids["api_key"]},
        "admin.save_second_factor": shop,
        "admin.tasks": shop,
        "admin.try_task_again": {**shop, "which": ids["task"]},
        "front.name_passkey": {"passkey": ids["item"]},
        "front.drop_passkey": {"passkey": ids["item"]},
        "front.end_one": {"session_id": ids["item"]},
        "files.picture": {"key": key},
        "files.theme_file": {"slug": "slate", "path": "theme.css"},
        "files.plugin_file": {"plugin": "order_guard", "digest": "0", "path": "icon.svg"},
        "storefront.page": {"slug": f"about{tail}"},
        "storefront.collection": {"slug": f"worlds{tail}"},
        "storefront.product": {"slug": f"game{tail}"},
        "storefront.change": {"line_id": ids["item"]},
        "storefront.pay_page": {"token": fort.pay},
        "storefront.pay": {"token": fort.pay},
        "storefront.notification": {"slug": "test"},
        "storefront.order": {"number": fort.order},
        "storefront.status": {"number": fort.order},
        "storefront.reveal": {"number": fort.order, "unit_id": ids["unit"]},
        "storefront.reveal_order": {"number": fort.order},
        "storefront.keys": {"number": fort.order, "kind": "txt"},
        "storefront.pay_order": {"number": fort.order},
        "storefront.buy_again": {"number": fort.order},
        "storefront.send_code": {"number": fort.order},
        "storefront.unlock": {"number": fort.order},
        "storefront.download": {"token": fort.download},
        "storefront.end_one": {"session_id": ids["item"]},
        "storefront.reset_page": {"token": fort.reset},
        "storefront.reset": {"token": fort.reset},
        "storefront.join_page": {"token": fort.join},
        "storefront.finish": {"token": fort.join},
        "storefront.sheet": {"digest": "0" * 40},
        "storefront.slot_fragment": {"plugin": "ada", "slot": "product.price.after"},
        "platform.audit_entry": {"which": ids["entry"]},
        "platform.start_visit_at": {"slug": fort.slug},
        "platform.visit": {"slug": fort.slug},
        "platform.raise_visit_at": {"slug": fort.slug},
        "platform.leave": {"slug": fort.slug},
        "platform.tenant": {"slug": fort.slug},
        "platform.set_status": {"slug": fort.slug},
        "platform.invite_owner": {"slug": fort.slug},
        "platform.resend_to_owner": {"slug": fort.slug, "which": ids["offer"]},
        "platform.revoke_owner": {"slug": fort.slug, "which": ids["offer"]},
    }


def _preview_of(fort: Fort) -> str:
    """The text of a link to the preview of the store."""
    store = store_lookup.by_slug(fort.slug)
    return preview_token(store.id, None) if store is not None else "nothing"
