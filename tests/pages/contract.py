"""Hand-made data in the shape of the storefront data contract, filled from a demo shop's files."""

import json
from pathlib import Path
from typing import Any

from mtc.catalog.services.starter_types import starter_type

DEMO = Path(__file__).resolve().parents[2] / "mtc" / "demo"
Data = dict[str, Any]


def money(amount: int, currency: str) -> Data:
    """A price in minor units with its text."""
    sign = {"EUR": "€", "GBP": "£", "USD": "$"}.get(currency, currency + " ")
    return {"amount": amount, "formatted": f"{sign}{amount / 100:,.2f}", "from": False}


class Shop:
    """One demo shop, read once, with a method per source of the contract."""

    def __init__(self, slug: str) -> None:
        folder = DEMO / slug
        self.slug = slug
        self.info: Data = json.loads((folder / "store.json").read_text())
        listed = json.loads((folder / "types.json").read_text())
        self.types: list[Data] = [
            starter_type(one).values() if isinstance(one, str) else one for one in listed
        ]
        self.rows: list[Data] = json.loads((folder / "products.json").read_text())
        self.groups: list[Data] = json.loads((folder / "collections.json").read_text())
        self.currency: str = self.info["store"]["currency"]

    def image(self, path: str | None, alt: str = "") -> Data | None:
        """A picture of the shop's media folder."""
        if not path:
            return None
        return {
            "src": f"/media/{self.slug}/{path.removeprefix('media/')}",
            "alt": alt,
            "width": None,
            "height": None,
        }

    def store(self) -> Data:
        """The store as templates see it."""
        info = self.info["store"]
        navigation = [{**link, "active": n == 1} for n, link in enumerate(self.info["navigation"])]
        extra = {
            "url": f"http://{self.slug}.localhost",
            "navigation": navigation,
            "footer": self.info["footer"],
        }
        return {**info, **extra, "logo": {"src": None, "text": info["name"]}}

    def fields(self, row: Data) -> list[Data]:
        """The typed fields of a product's type."""
        return next(kind["schema"]["fields"] for kind in self.types if kind["slug"] == row["type"])

    def shown(self, field: Data, value: Any) -> str:
        """A value in words."""
        labels = {o["value"]: o["label"] for o in field.get("options") or [] if isinstance(o, dict)}
        if isinstance(value, bool):
            return "Yes" if value else "No"
        values = value if isinstance(value, list) else [value]
        return ", ".join(str(labels.get(one, one)) for one in values)

    def card(self, row: Data) -> Data:
        """A product card."""
        cheapest = min(row["variants"], key=lambda variant: int(variant["price"]))
        was = cheapest.get("compare_at")
        stocks = [variant["keys"] for variant in row["variants"]]
        in_stock = any(left is None or left > 0 for left in stocks)
        badges = [
            self.shown(field, row["attributes"][field["name"]])
            for field in self.fields(row)
            if field.get("show_on_card") and row["attributes"].get(field["name"]) not in (None, "", [])
        ]
        return {
            "id": row["slug"],
            "slug": row["slug"],
            "url": f"/p/{row['slug']}",
            "name": row["name"],
            "summary": row["summary"],
            "type": {"slug": row["type"], "name": row["type"].replace("-", " ").capitalize()},
            "image": self.image(row.get("image"), row["name"]),
            "price": {**money(cheapest["price"], self.currency), "from": len(row["variants"]) > 1},
            "compare_at": money(was, self.currency) if was else None,
            "discount_percent": round(100 - 100 * cheapest["price"] / was) if was else None,
            "badge": row.get("badge"),
            "badges": badges[:2],
            "in_stock": in_stock,
            "stock_label": None if in_stock else "Sold out",
            "default_variant_id": cheapest["sku"],
            "single_variant": len(row["variants"]) == 1,
        }

    def detail(self, row: Data) -> Data:
        """A product page's data."""
        attributes = [
            {"key": f["name"], "label": f["label"], "display": self.shown(f, row["attributes"][f["name"]])}
            for f in self.fields(row)
            if row["attributes"].get(f["name"]) not in (None, "", [])
        ]
        variants = [self.variant(variant, n == 0) for n, variant in enumerate(row["variants"])]
        labels = row["variants"][0].get("options") or {}
        options = [
            {"key": label, "label": label, "values": list({v["options"][label]: 1 for v in row["variants"]})}
            for label in labels
        ]
        return {
            **self.card(row),
            "description_html": row["description"],
            "gallery": [self.image(path, row["name"]) for path in row.get("gallery") or []],
            "attributes": attributes,
            "options": options,
            "variants": variants,
            "collections": [],
            "delivery": {"label": "Delivered in seconds, on screen and by e-mail", "instant": True},
        }

    def variant(self, variant: Data, selected: bool) -> Data:
        """One variant of a product."""
        left = variant["keys"]
        return {
            "id": variant["sku"],
            "sku": variant["sku"],
            "name": variant["name"],
            "options": variant.get("options") or {},
            "price": money(variant["price"], self.currency),
            "compare_at": money(variant["compare_at"], self.currency) if variant.get("compare_at") else None,
            "in_stock": left is None or left > 0,
            "stock_label": f"{left} in stock" if left else None,
            "selected": selected,
        }

    def products(self, source: str = "featured", limit: int = 8, **_: Any) -> list[Data]:
        """The source catalog.products."""
        rows = [row for row in self.rows if source != "featured" or row.get("featured")]
        if source == "sale":
            rows = [row for row in rows if any(variant.get("compare_at") for variant in row["variants"])]
        rows = sorted(rows, key=lambda row: int(row["days_old"])) if source == "newest" else rows
        return [self.card(row) for row in (rows or self.rows)[:limit]]

    def collections(self, slugs: list[str] | None = None, **_: Any) -> list[Data]:
        """The source catalog.collections."""
        return [
            {
                "slug": group["slug"],
                "url": f"/c/{group['slug']}",
                "name": group["name"],
                "description": group.get("description", ""),
                "image": self.image(group.get("image")),
                "count": sum(group["slug"] in row["collections"] for row in self.rows),
            }
            for group in self.groups
            if not slugs or group["slug"] in slugs
        ]

    def listing(self, **_: Any) -> Data:
        """The source catalog.listing, with two filters chosen."""
        group = self.groups[1]
        facets: list[Data] = []
        for field in [f for kind in self.types for f in kind["schema"]["fields"] if f.get("filterable")][:5]:
            labels = [o["label"] if isinstance(o, dict) else o for o in field.get("options") or []][:7]
            values = [
                {
                    "value": label,
                    "label": label,
                    "count": 3 + n * 2,
                    "selected": n == 0 and not facets,
                    "url": "?x",
                }
                for n, label in enumerate(labels)
            ]
            facets.append(
                {"key": field["name"], "label": field["label"], "type": field["type"], "values": values}
            )
        orders = [("relevance", "Most relevant"), ("newest", "Newest"), ("price", "Price, low to high")]
        return {
            "title": group["name"],
            "description": group.get("description"),
            "items": [self.card(row) for row in self.rows[:24]],
            "total": len(self.rows),
            "many": False,
            "next_url": "?page=2",
            "previous_url": None,
            "query": "",
            "sort": {
                "value": "newest",
                "options": [{"value": v, "label": s, "url": f"?sort={v}"} for v, s in orders],
            },
            "facets": facets,
            "chips": [{"label": facets[0]["values"][0]["label"], "remove_url": "?"}] if facets else [],
            "price_range": {"min": 4, "max": 79, "selected_min": None, "selected_max": 60},
            "hidden": [{"name": "sort", "value": "newest"}],
        }

    def cart(self, **_: Any) -> Data:
        """The source checkout.cart."""
        lines = []
        for n, row in enumerate(self.rows[1:4]):
            price = row["variants"][0]["price"]
            card = self.card(row)
            lines.append(
                {
                    "id": str(n + 1),
                    "product": {"name": card["name"], "url": card["url"], "image": card["image"]},
                    "variant_name": row["variants"][0]["name"],
                    "options": {},
                    "quantity": 2 if n == 1 else 1,
                    "unit_price": money(price, self.currency),
                    "total": money(price * (2 if n == 1 else 1), self.currency),
                    "max_quantity": 10,
                    "notice": "The price went down since you added this." if n == 2 else None,
                }
            )
        total = sum(line["total"]["amount"] for line in lines)
        sums = {"subtotal": total, "discount": 500, "total": total - 500}
        formatted = {name: money(amount, self.currency) for name, amount in sums.items()}
        return {"lines": lines, "count": 4, **formatted, "empty": False, "trace": []}
