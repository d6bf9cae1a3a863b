"""What hostile visitors send, and where: values for every place, good forms to spoil one field of."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from functools import cache
from typing import Any
from uuid import uuid4

from mtc.core.crypto import sign
from mtc.identity.services.forgotten import PURPOSE
from mtc.tenants.services import directory
from mtc.web.preview import preview_token
from tests.factories.imports import IMPORT_ROUTES
from tests.security.fort import PASSWORD, Fort

MARK = "<svg onload=alert(1)>"
TEXTS: dict[str, str] = {
    "markup": f"'\">{MARK}</script>{{{{1337*1337}}}}${{1337*1337}}",
    "sql": "' OR 1=1; DROP TABLE orders --",
    "long": "A" * 3000,
    "just too long": "x" * 301,
    "nul": "a\x00b",
    "line breaks": "x\r\nX-Evil: 1\r\n\r\n<html>",
    "unicode": "ä😀\u202e\u2028\u0130\ufdd0\ufeff",
    "digits of elsewhere": "٣²",
    "way up": "../../../../etc/passwd",
    "escaped": "%00%ff..%2f",
    "away": "//evil.example/\\evil.example",
    "script": "javascript:alert(1)",
    "mark": "[[order:00000000-0000-0000-0000-000000000000]]",
    "minus": "-1",
    "int4": "2147483648",
    "int8": "9223372036854775808",
    "huge": "9" * 60,
    "float": "1.5",
    "infinite": "1e309",
    "nan": "nan",
    "percent": "%_\\",
    "far": "9999-12-31",
    "empty": " ",
    "foreign": "",  # the rival's id of the same kind, set by the test
}


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


def _cursor(*values: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).rstrip(b"=").decode()


CURSORS = [
    *("", "x", "====", "é", "W10", "bnVsbA", "-"),
    *(_cursor(), _cursor(1), _cursor({}, []), _cursor(None, None)),
    *(
        _cursor(first, str(uuid4()))
        for first in (
            "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-01-01T00:00:00", "2026-01-01",
            2**31, -(2**63), 2**62, 2**64, 1.5, True, "a\x00b", "\ud800", "x" * 400, [1], {"a": 1}, None,
        )
    ),
    _cursor("2026-01-01T00:00:00+00:00", "\x00"), _cursor(1, 1), _cursor(10**400, str(uuid4())),
]  # fmt: skip

FIELDS = (
    "starter_types", "then",
    "_variants", "_op", "after", "again", "alt", "batch", "before", "card_number", "changed", "choice",
    "code", "collections", "confirm", "consent", "country", "credential", "csrf_token", "currency",
    "cursor", "do", "email", "expected", "expected_total", "expires", "from", "gateway", "in_stock",
    "is_featured", "keys", "low_at",
    "message", "name", "next", "note", "number", "old", "password", "payment_method", "preview",
    "price_max", "price_min", "q", "quantity", "reason", "required", "scopes", "seen", "show", "slug",
    "sort", "state", "status", "t", "tagline", "terms", "theme", "timezone", "to", "type", "v", "variant",
    "variant_id",
    "version", "f.platform",
    "address", "amount", "received_on", "accept_less", "active", "direction", "mode", "switch_on", "test",
    "holder", "iban", "bic", "bank", "account", "instructions", "days",
    "f.players", "f.coop", "f.released", "f.nothing", "attr-platform", "attr-players", "variants-0-price",
    "announcement", "body", "color-primary", "columns-0-title", "columns-0-links-0-label", "lines", "locale",
    "navigation-0-label", "navigation-0-target", "navigation-0-url", "op", "title", "sale", "lang",
    "kind", "who", "object", "visit", "tenant", "files", "sent_before", "line", "page", "junk[]", "__proto__",
)  # fmt: skip


# Endpoints of the settings that take nothing but the tenant, and those of a legal text.
SETTINGS = (
    "admin.settings_look", "admin.save_theme", "admin.save_colours", "admin.settings_menus",
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
        "api_v1.orders": shop, "api_v1.order": order,
        "api_v1.refund_order": order, "api_v1.resend_order": order,
        "api_v1.cancel": order, "api_v1.book": order,
        "api_v1.list_payment_methods": shop,
        "api_v1.show_payment_method": {**shop, "method": "manual"},
        "api_v1.change_payment_method": {**shop, "method": "manual"},
        "api_v1.switch_payment_method": {**shop, "method": "manual"},
        "api_v1.products": shop, "api_v1.find_keys": shop,
        "api_v1.product": goods, "api_v1.types": shop,
        "api_v1.create_type": shop,
        "api_v1.product_type": {**shop, "which": ids["type"]},
        "api_v1.change_type": {**shop, "which": ids["type"]},
        "api_v1.remove_type": {**shop, "which": ids["type"]},
        "api_v1.starters": shop,
        "api_v1.install_type": {**shop, "slug": "ebook"},
        "api_v1.stock": pool, "api_v1.fill": pool,
        "api_v1.files": {**shop, "variant": ids["file_variant"]},
        "api_v1.add_file": {**shop, "variant": ids["file_variant"]},
        "api_v1.change_terms": {**shop, "variant": ids["file_variant"]},
        "api_v1.replace_file": {**shop, "variant": ids["file_variant"], "file": ids["file"]},
        "api_v1.change_file": {**shop, "variant": ids["file_variant"], "file": ids["file"]},
        "api_v1.remove_file": {**shop, "variant": ids["file_variant"], "file": ids["file"]},
        "api_v1.preview_key_file": pool, "api_v1.add_key_file": pool,
        "api_v1.stock_batches": pool, "api_v1.stock_imports": pool,
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
        "admin.products": shop, "admin.set_status": goods,
        "admin.new_product": shop, "admin.create_product": shop,
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
        "admin.payment_settings": shop,
        "admin.save_payment_mode": shop,
        "admin.payment_method_form": {**shop, "slug": "manual"},
        "admin.save_payment_method": {**shop, "slug": "manual"},
        "admin.switch_payment_method": {**shop, "slug": "manual"},
        "admin.move_payment_method": {**shop, "slug": "manual"},
        "admin.revoke_key": {**shop, "which": ids["api_key"]},
        "admin.save_second_factor": shop,
        "admin.tasks": shop,
        "admin.try_task_again": {**shop, "which": ids["task"]},
        "front.name_passkey": {"passkey": ids["item"]},
        "front.drop_passkey": {"passkey": ids["item"]},
        "front.end_one": {"one": ids["item"]},
        "files.picture": {"key": key},
        "files.theme_file": {"slug": "slate", "path": "theme.css"},
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
        "storefront.end_one": {"one": ids["item"]},
        "storefront.reset_page": {"token": fort.reset},
        "storefront.reset": {"token": fort.reset},
        "storefront.join_page": {"token": fort.join},
        "storefront.finish": {"token": fort.join},
        "storefront.sheet": {"digest": "0" * 40},
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


Forms = Callable[[Fort], dict[str, dict[str, Any]]]


def forms(fort: Fort) -> dict[str, dict[str, Any]]:
    """For endpoints that take a form: one that is right, of which the attacker spoils a field at a time."""
    buyer = {"email": "a@example.org", "name": "Ada", "country": "IE", "terms": "1", "consent": "1"}
    product = {
        "type": f"game{fort.tail}", "name": "New", "slug": "", "summary": "s", "description": "<p>d</p>",
        "badge": "b",
        "attr-platform": "steam", "attr-genre": "rpg", "attr-players": "3", "attr-coop": "1",
        "attr-released": "2026-01-01", "collections": f"worlds{fort.tail}", "is_featured": "1",
        "variants-0-sku": "", "variants-0-name": "v", "variants-0-options": "Region: Europe",
        "variants-0-price": "19.99", "variants-0-compare_at": "29.99", "variants-0-stock_source": "pool",
        "variants-0-low_at": "3", "variants-0-is_active": "1", "variants-0-id": "", "version": "",
        "variants-0-available": "1", "_variants": "",
    }  # fmt: skip
    return {
        "storefront.add": {"variant_id": fort.ids["variant"], "quantity": "1"},
        "storefront.change": {"quantity": "1"},
        "storefront.place": {**buyer, "payment_method": "test", "expected_total": "", "gateway": ""},
        "storefront.pay": {"choice": "pay", "card_number": "4242 4242 4242 4242"},
        "storefront.pay_order": {"payment_method": "test"},
        "storefront.unlock": {"code": "123456"},
        "storefront.reveal_order": {"line": fort.ids["item"], "from": "library"},
        "storefront.keys": {"line": fort.ids["item"]},
        "storefront.send_link": {"email": fort.email, "number": fort.order},
        "storefront.log_in": {"email": fort.email, "password": "x" * 12, "next": "/account"},
        "storefront.register": {"email": "b@example.org"},
        "storefront.finish": {"email": "b@example.org", "name": "Ben", "password": PASSWORD},
        "storefront.forgot": {"email": fort.email},
        "front.log_in": {"email": "owner@acme.example", "password": "x" * 12, "next": "/admin"},
        "front.set_password": {"old": "x", "password": PASSWORD + "2", "again": PASSWORD + "2"},
        "front.forgot": {"email": "owner@acme.example"},
        "front.choose_new_password": {"token": nobodys_link(), "password": PASSWORD, "again": PASSWORD},
        "front.second_step": {"code": "123456", "credential": ""},
        "front.passkey_login": {"credential": "{}", "next": "/admin"},
        "front.add_totp": {"code": "123456"},
        "front.add_passkey": {"name": "Key", "credential": "{}"},
        "front.name_passkey": {"name": "Key"},
        "admin.save_second_factor": {"required": ""},
        "admin.create_product": product,
        "admin.save_product": {**product, "variants-0-id": fort.ids["variant"]},
        "admin.add_starter_types": {"types": "ebook"},
        "admin.create_type": {"name": "Sound", "stock_source": "pool", "fields-0-label": "Mood",
                              "fields-0-type": "text"},
        "admin.save_type": {"name": "Game", "_op": "add"},
        "admin.set_status": {"status": "active"},
        "admin.set_level": {"low_at": "4"},
        "admin.find_keys": {"key": "AAAA"},
        "admin.add_keys": {"keys": "AAAA-BBBB-1\nAAAA-BBBB-2", "batch": "b"},
        "admin.import_keys": {
            "encoding": "utf-8", "separator": "comma", "quotes": "yes", "heading": "yes", "column": "1",
            "batch": "b",
        },
        "admin.change_picture": {"do": "first"},
        "admin.add_files": {"do": "share", f"existing-{fort.ids['file_variant']}": fort.ids["file"]},
        "admin.change_file": {
            "do": "rename", f"rename-{fort.ids['file_variant']}-{fort.ids['file']}": "guide.zip",
        },
        "admin.replace_faulty": {"reason": "broken"},
        "admin.complete_by_hand": {"message": "done"},
        "admin.cancel": {"reason": "r"},
        "admin.book_payment": {"note": "n"},
        "admin.give_back": {f"quantity-{fort.ids['item']}": "1", "expected": "1", "reason": "r"},
        "admin.save_payment_method": {"name": "Bank", "holder": "Acme", "iban": "DE89370400440532013000"},
        "admin.save_payment_mode": {"mode": "live"},
        "admin.switch_payment_method": {"active": "0"},
        "admin.move_payment_method": {"direction": "up"},
        "admin.save_settings": {
            "name": "Acme", "tagline": "t", "email": "a@example.org", "timezone": "Europe/Berlin"
        },
        "admin.save_theme": {"theme": "folio"},
        "admin.save_colours": {"color-primary": "#1b7f5c"},
        "admin.save_brand_picture": {"do": "remove"},
        "admin.save_navigation": {
            "navigation-0-label": "All", "navigation-0-target": "/search", "announcement": "Sale",
        },
        "admin.save_legal_text": {"title": "Privacy", "body": "None.", "do": "publish", "locale": ""},
        "admin.save_notifications": {"stock": "1", "sale": ""},
        "admin.save_sender": {"address": "shop@games.example.com"},
        "api_v1.set_mail_sender": {"address": "shop@games.example.com"},
        "api_v1.change_notifications": {"stock": True},
        "admin.create_key": {"name": "Ledger", "scopes": "orders:read", "expires": "30"},
        "admin.invite_member": {"email": "new@example.org", "role": "support"},
        "admin.change_member_role": {"role": "support"},
        "admin.change_member_status": {"status": "inactive"},
        "front.take_place": {"name": "Nina", "password": PASSWORD, "again": PASSWORD},
        "platform.invite_owner": {"email": "new@example.org"},
        "platform.start_visit_at": {"reason": "The owner asked"},
        "platform.raise_visit_at": {"reason": "To correct a price"},
        "platform.set_status": {"status": "active", "confirm": fort.slug},
        "api_v1.refund_order": {"lines": [{"id": fort.ids["item"], "quantity": 1}], "reason": "r"},
        "api_v1.cancel": {"reason": "r"},
        "api_v1.create_type": {"name": "Sound", "fields": [{"name": "mood", "type": "text"}]},
        "api_v1.change_type": {"description": "What we sell"},
        "api_v1.book": {"amount": 1, "received_on": "2026-01-31", "note": "n", "accept_less": True},
        "api_v1.change_payment_method": {"name": "n", "settings": {"iban": "DE89370400440532013000"}},
        "api_v1.switch_payment_method": {"active": False},
        "api_v1.change_terms": {"max_downloads": 5, "days": 30},
        "api_v1.change_file": {"name": "guide.zip", "place": 1},
        "api_v1.find_keys": {"key": "AAAA"},
        "api_v1.set_stock_level": {"low_at": 3},
        "api_v1.fill": {"keys": ["AAAA-BBBB-3"], "batch": "b"},
        "platform.create_tenant": {
            "slug": "fresh", "name": "Fresh", "email": "f@example.org", "currency": "EUR",
            "theme": "slate", "country": "IE",
        },
    }  # fmt: skip


def _preview_of(fort: Fort) -> str:
    """The text of a link to the preview of the store."""
    store = directory.by_slug(fort.slug)
    return preview_token(store.id, None) if store is not None else "nothing"
