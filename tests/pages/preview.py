"""Render the pages of every theme from hand-made data: `python -m tests.pages.preview FOLDER [--branded]`."""

import json
import sys
from pathlib import Path
from typing import Any

from jinja2 import ChainableUndefined, ChoiceLoader, Environment, FileSystemLoader
from markupsafe import Markup

from mtc.pages.services.design_tokens import branded, theme_css
from mtc.web.html_headings import headings
from mtc.web.template_sentences import install_translations
from mtc.web.templating import Templates, ThemeLoader
from tests.pages import contract_orders
from tests.pages.contract import DEMO, Data, Shop

ROOT = Path(__file__).resolve().parents[2]
THEMES = {"arcade": "games", "folio": "studio", "slate": "software"}


class _Themes(Environment):
    """Parts beside a template are found as MTC finds them."""

    def join_path(self, template: str, parent: str) -> str:
        return Templates.join_path(self, template, parent)  # type: ignore[arg-type]


def environment(theme: str) -> Environment:
    """Jinja with the globals that templates may use."""
    loader = ChoiceLoader(
        [FileSystemLoader(ROOT / "templates"), ThemeLoader({"themes": FileSystemLoader(ROOT / "themes")})]
    )
    env = _Themes(loader=loader, autoescape=True, undefined=ChainableUndefined)
    env.globals.update(
        served=lambda image: {"largest": image["src"], **image} if image and image.get("src") else None,
        csp_nonce=lambda: "preview",
        csrf_field=lambda: Markup('<input type="hidden" name="csrf_token" value="x">'),
        csrf_token=lambda: "x",
        asset_url=lambda path: f"/static/{path}",
        asset_urls=lambda paths: {f"/static/{path}": f"/static/{path}" for path in paths},
        import_map=lambda paths: Markup(json.dumps({"imports": {f"/static/{path}": "" for path in paths}})),
        script_messages=dict,
        theme_asset=lambda path: f"/themes/{theme}/{path}",
        slot=lambda name, **values: "",
    )
    install_translations(env)
    env.filters["headings"] = headings
    return env


def media(value: Any, shop: Shop) -> Any:
    """Props with `media/...` turned into URLs."""
    if isinstance(value, dict):
        return {key: media(one, shop) for key, one in value.items()}
    if isinstance(value, list):
        return [media(one, shop) for one in value]
    return (
        f"/media/{shop.slug}/{value[6:]}" if isinstance(value, str) and value.startswith("media/") else value
    )


def source(shop: Shop, name: str, args: Data, page: str) -> Any:
    """The answer of one data source."""
    row = next((one for one in shop.rows if one["slug"] == args.get("slug")), None)
    if name == "catalog.product":
        row = row or (shop.rows[0] if page == "product" else None)
        return shop.detail(row) if row else None
    neighbours = {"previous_url": None, "next_url": "/account/orders?after=x"}
    answers: dict[str, Any] = {
        "catalog.products": lambda: shop.products(**args),
        "catalog.collections": lambda: shop.collections(**args),
        "catalog.related": lambda: [shop.card(one) for one in shop.rows[4 : 4 + int(args["limit"])]],
        "catalog.listing": shop.listing,
        "checkout.cart": shop.cart,
        "orders.order": lambda: contract_orders.order(shop, pending=page == "order-pending"),
        "orders.history": lambda: contract_orders.history(shop),
        "orders.pages": lambda: {"orders": contract_orders.history(shop), **neighbours},
        "orders.library": lambda: {"lines": contract_orders.order(shop)["lines"], **neighbours},
    }
    return answers[name]()


def bound(args: Data, props: Data) -> Data:
    """Arguments with `{"from": "props.x"}` filled in."""
    filled = {k: props.get(v["from"][6:]) if isinstance(v, dict) else v for k, v in args.items()}
    return {key: value for key, value in filled.items() if value not in (None, "", [])}


def page_data(shop: Shop, key: str, name: str) -> Data:
    """The variable `page` of one page."""
    values = {"email": "sam@example", "country": "IE", "payment_method": "card"}
    form = {
        "action": "",
        "values": values if key == "checkout" else {},
        "errors": {"email": ["Enter an e-mail address like name@example.org."]} if key == "checkout" else {},
        "countries": [{"code": "IE", "name": "Ireland"}, {"code": "DE", "name": "Germany"}],
        "payment_methods": [
            {"id": "card", "label": "Card", "description": "Visa, Mastercard, Amex"},
            {
                "id": "bank",
                "label": "Bank transfer",
                "description": "Delivered once it arrives",
                "icon": "receipt",
            },
        ],
        "consents": [
            {"name": "terms", "label": "I accept the terms of sale.", "required": True},
            {"name": "immediate", "label": "Deliver at once; I lose my right to withdraw.", "required": True},
        ],
    }
    crumbs = [{"label": "Home", "url": "/"}, {"label": shop.groups[1]["name"], "url": "/c/x"}]
    crumbs += [{"label": shop.rows[0]["name"], "url": None}] if key == "product" else []
    pages = DEMO / shop.slug / "pages.json"
    content = json.loads(pages.read_text())[0] if key == "page" and pages.exists() else None
    customer = {"name": "Sam", "email": "sam@example.org"} if key.startswith("account") else None
    return {"key": key, "title": name, "form": form, "breadcrumbs": crumbs, "cart_count": 4,
            "content": content, "customer": customer, "description": "A shop"}  # fmt: skip


def render(theme_slug: str, key: str) -> str:
    """One page of one theme as HTML."""
    shop, env = Shop(THEMES[theme_slug]), environment(theme_slug)
    theme = json.loads((ROOT / "themes" / theme_slug / "theme.json").read_text())
    theme["css_url"] = f"/preview-{theme_slug}.css"
    page = theme["pages"]["order" if key == "order-pending" else key]
    widgets = page["widgets"]
    if key == "home" and shop.info.get("pages", {}).get("home"):
        widgets = [w for w in widgets if w["region"] not in ("main", "announcement")]
        widgets += [{"region": "main", **widget} for widget in shop.info["pages"]["home"]]
    context = {"page": page_data(shop, key, page["name"]), "store": shop.store(), "theme": theme}
    regions: dict[str, Markup] = {}
    for widget in widgets:
        slug = widget["component"]
        manifest = json.loads((ROOT / "templates/storefront/components" / f"{slug}.json").read_text())
        props = media({**manifest["default_props"], **widget["props"]}, shop)
        data = {d["name"]: source(shop, d["source"], bound(d["args"], props), key) for d in manifest["data"]}
        names = [f"themes/{theme_slug}/components/{slug}.html", f"storefront/components/{slug}.html"]
        html = env.select_template(names).render(props=props, data=data, **context)
        region = "announcement" if slug == "announcement-bar" else widget["region"]
        regions[region] = regions.get(region, Markup()) + Markup(html)
    names = [
        f"themes/{theme_slug}/layouts/{page['layout']}.html",
        f"storefront/layouts/{page['layout']}.html",
    ]
    return env.select_template(names).render(regions=regions, **context)


def main(folder: Path, with_branding: bool) -> None:
    """Write every page of every theme whose demo shop is there."""
    folder.mkdir(parents=True, exist_ok=True)
    for slug, shop in THEMES.items():
        if not (DEMO / shop / "products.json").exists():
            continue
        theme = json.loads((ROOT / "themes" / slug / "theme.json").read_text())
        branding = Shop(shop).info["branding"] if with_branding else {}
        (folder / f"preview-{slug}.css").write_text(theme_css(branded(theme, branding)))
        for key in [*theme["pages"], "order-pending"]:
            (folder / f"{slug}-{key}.html").write_text(render(slug, key))


if __name__ == "__main__":
    main(Path(sys.argv[1]), "--branded" in sys.argv)
