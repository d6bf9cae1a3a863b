"""What hostile visitors send: texts, cursors, names of fields, good forms to spoil one field of."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from tests.security.fort import PASSWORD, Fort
from tests.security.places import nobodys_link

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
    "component", "product", "slot", "slots",
    "batches", "mails", "payments", "refunds", "starter_types", "then",
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
    "category", "keep", "settings", "stored", "s-blocked_domains", "s-chat_url",
    "holder", "iban", "bic", "bank", "account", "instructions", "days",
    "f.players", "f.coop", "f.released", "f.nothing", "attr-platform", "attr-players", "variants-0-price",
    "announcement", "body", "color-primary", "columns-0-title", "columns-0-links-0-label", "lines", "locale",
    "locales",
    "navigation-0-label", "navigation-0-target", "navigation-0-url", "op", "title", "sale", "lang",
    "kind", "who", "object", "visit", "tenant", "files", "sent_before", "line", "page", "junk[]", "__proto__",
)  # fmt: skip


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
        "front.set_language": {"locale": "en"},
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
        "admin.save_plugin_settings": {"s-blocked_domains": "bad.example", "s-chat_url": ""},
        "admin.switch_plugin": {"active": "0"},
        "admin.uninstall_the_plugin": {"stored": "keep", "confirm": ""},
        "api_v1.set_up_plugin": {"settings": {"blocked_domains": ["bad.example"]}},
        "api_v1.switch_a_plugin": {"active": False},
        "api_v1.uninstall_a_plugin": {"keep": True},
        "platform.change_plugin": {"do": "deprecate", "reason": "Use another"},
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
