"""`python -m mtc.demo.artwork`: draw every picture and write every file of the demo stores."""

import json
from pathlib import Path

from mtc.demo.artwork import brand, covers_books, covers_games, downloads, icons, previews, screens
from mtc.demo.artwork.canvas import Canvas

DEMO = Path(__file__).parents[1]


def save(store: str, name: str, picture: Canvas) -> None:
    """Write one picture into a store's media folder."""
    path = DEMO / store / "media" / f"{name}.svg"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(picture.svg(), encoding="utf-8")


def shared(store: str, collections: dict[str, object], hero: str, banner: str) -> None:
    """Draw what every store has: marks, banners, collections, the sharing card."""
    save(store, "logo", brand.draw_logo(store))
    save(store, "logo-on-dark", brand.draw_logo(store, on_dark=True))
    save(store, "favicon", brand.draw_favicon(store))
    save(store, "og", brand.draw_card(store))
    save(store, hero, brand.draw_hero(store))
    save(store, f"{hero}-mobile", brand.draw_hero(store, mobile=True))
    save(store, banner, brand.draw_second_banner(store))
    for slug in collections:
        save(store, f"collection-{slug}", brand.draw_collection(store, slug))


def games() -> None:
    """Covers and screenshots of the games."""
    shared("games", dict(brand.GAME_COLLECTIONS), "hero-emberfall", "banner-coop")
    save("games", "questline-gift-card", brand.draw_gift_card())
    save("games", "hero-neon", covers_games.draw_banner("neon-meridian", aside=True))
    for slug in covers_games.COVERS:
        save("games", slug, covers_games.draw_cover(slug))
        if slug not in ("emberfall-ashen-crown", "starwright-ring-yards"):
            save("games", f"{slug}-1", brand.draw_shot(slug, 1))
            save("games", f"{slug}-2", brand.draw_shot(slug, 2))


def studio() -> None:
    """Covers, previews and downloads of the studio."""
    shared("studio", dict(brand.STUDIO_COLLECTIONS), "hero-desk", "banner-type")
    products = json.loads((DEMO / "studio" / "products.json").read_text(encoding="utf-8"))
    folder = DEMO / "studio" / "files"
    folder.mkdir(parents=True, exist_ok=True)
    for product in products:
        slug, name = product["slug"], product["name"]
        texts = downloads.paragraphs(product["description"])
        if slug in covers_books.BOOKS:
            cover = covers_books.draw_book(slug)
            author = product["attributes"]["author"]
            save("studio", slug, cover)
            save("studio", f"{slug}-1", covers_books.draw_spread(slug))
            (folder / f"{slug}.pdf").write_bytes(downloads.book_pdf(name, author, texts))
            (folder / f"{slug}.epub").write_bytes(downloads.book_epub(slug, name, author, texts, cover.svg()))
        else:
            drawn = [previews.draw_asset(slug, page) for page in range(3)]
            for picture, suffix in zip(drawn, ("", "-1", "-2"), strict=True):
                save("studio", slug + suffix, picture)
            sheets = {f"sheets/{slug}-{page + 1}.svg": picture.svg() for page, picture in enumerate(drawn)}
            (folder / f"{slug}.zip").write_bytes(downloads.asset_zip(name, texts, sheets))


def software() -> None:
    """Icons and screenshots of the software."""
    shared("software", dict(brand.SOFTWARE_COLLECTIONS), "hero-suite", "banner-suite")
    for slug in icons.MARKS:
        save("software", slug, icons.draw_icon(slug))
        save("software", f"{slug}-1", screens.draw_screen(slug, 1))
        save("software", f"{slug}-2", screens.draw_screen(slug, 2))


if __name__ == "__main__":
    games()
    studio()
    software()
