"""The slots: the places of pages, emails and the admin at which plugins add components."""

from __future__ import annotations

from dataclasses import dataclass

STOREFRONT, ADMIN, MAIL = "storefront", "admin", "mail"
CACHES = ("public", "customer", "never")
# Pages that are kept for visitors without our cookies.
KEPT_PAGES = ("home", "collection", "search", "product", "page")
_ACCOUNT = ("account", "account-orders", "account-library", "account-sessions")


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for components: where it is, on which pages, and what components there get in `place`.

    `pages` is empty for every page. A `repeated` slot is drawn for each product, line or order of a page.
    """

    name: str
    where: str
    pages: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    surface: str = STOREFRONT
    repeated: bool = False

    @property
    def is_kept(self) -> bool:
        """Return whether a page with this slot may be kept for many visitors."""
        return self.surface == STOREFRONT and (not self.pages or bool(set(self.pages) & set(KEPT_PAGES)))


def _slots(
    pages: tuple[str, ...],
    variables: tuple[str, ...],
    places: dict[str, str],
    surface: str = STOREFRONT,
    repeated: bool = False,
) -> list[Slot]:
    return [Slot(name, where, pages, variables, surface, repeated) for name, where in places.items()]


_LISTS = ("collection", "search")
_CART = ("cart",)
_EVERY = {
    "head": "end of the head of the document: meta and link elements",
    "page.top": "first in the main part",
    "page.bottom": "last in the main part",
    "announcement.after": "below the announcement",
    "header.before": "above the header",
    "header.actions": "before the buttons of the header",
    "header.after": "below the header",
    "footer.before": "above the footer",
    "footer.columns": "after the columns of the footer",
    "footer.legal": "after the legal links of the footer",
}
_LISTING = {
    "listing.top": "below the heading of a list of products",
    "listing.filters.after": "between the filters and the results",
    "listing.grid.after": "below the results",
}
_CARD = {
    "card.media": "on the picture of a product's card",
    "card.name.after": "below the name on a card",
    "card.price.after": "below the price on a card",
}
_PRODUCT = {
    "product.top": "above the product",
    "product.gallery.after": "below the pictures",
    "product.title.after": "below the name",
    "product.price.after": "below the price",
    "product.options.after": "below the choice of a variant",
    "product.buy.before": "above the form to buy",
    "product.buy.after": "below the form to buy",
    "product.trust": "after the lines about delivery",
    "product.description.after": "below the description",
    "product.attributes.after": "below the details",
    "product.related.before": "above the related products",
    "product.bottom": "below everything",
}
_CHECKOUT = {
    "checkout.top": "below the heading",
    "checkout.contact.after": "below the contact",
    "checkout.payment.before": "above the ways to pay",
    "checkout.payment.after": "below the ways to pay",
    "checkout.consents.after": "below the consents",
}

_ALL = [
    *_slots((), (), _EVERY),
    *_slots(_LISTS, ("listing",), _LISTING),
    *_slots((), ("product",), _CARD, repeated=True),
    *_slots(_LISTS, ("listing",), {"search.empty": "below the words that nothing was found"}),
    *_slots(("product",), ("product",), _PRODUCT),
    *_slots(_CART, ("cart",), {"cart.top": "below the heading"}),
    *_slots(_CART, ("cart", "line"), {"cart.line.after": "in each line, also in the drawer"}, repeated=True),
    *_slots(
        _CART,
        ("cart",),
        {
            "cart.totals.before": "above the totals",
            "cart.totals.after": "below the totals",
            "cart.actions.after": "below the button to the checkout",
            "cart.drawer.foot": "last in the drawer of the cart",
        },
    ),
    *_slots(("checkout",), ("cart", "customer"), _CHECKOUT),
    *_slots(("checkout",), ("cart",), {"checkout.summary.after": "below the totals of the summary"}),
    *_slots(("order",), ("order",), {"order.top": "below the heading"}),
    *_slots(
        ("order", "account-library"),
        ("order", "line"),
        {"order.line.after": "last in each line, also in the library"},
        repeated=True,
    ),
    *_slots(
        ("order",),
        ("order",),
        {"order.summary.after": "below the totals of the summary", "order.bottom": "below everything"},
    ),
    *_slots(_ACCOUNT, ("customer",), {"account.nav": "below the menu of the account"}),
    *_slots(("account",), ("customer",), {"account.overview": "above the latest orders"}),
    *_slots(
        ("account", "account-orders"),
        ("order",),
        {"account.order.after": "in each order of a list"},
        repeated=True,
    ),
    *_slots(("account-library",), ("customer",), {"account.library.after": "below the library"}),
    *_slots(
        ("account",), ("customer",), {"account.profile.after": "below the links to password and devices"}
    ),
    *_slots(("login",), (), {"login.after": "below the form to log in"}),
    *_slots(("register",), (), {"register.fields": "after the fields of the form to register"}),
    *_slots(("every email",), ("order",), {"mail.header": "below the heading"}, MAIL),
    *_slots(("emails about an order",), ("order", "line"), {"mail.line.after": "in each line"}, MAIL, True),
    *_slots(("every email",), ("order",), {"mail.footer.before": "above the footer"}, MAIL),
    *_slots((), (), {"admin.topbar": "in the bar above every page"}, ADMIN),
    *_slots(
        ("home",),
        (),
        {
            "admin.home.actions": "beside the heading",
            "admin.home.top": "below the heading",
            "admin.home.side": "last in the column at the side",
        },
        ADMIN,
    ),
    *_slots(
        ("order",),
        ("order",),
        {
            "admin.order.actions": "beside the heading",
            "admin.order.top": "below the heading",
            "admin.order.side": "last in the column at the side",
        },
        ADMIN,
    ),
    *_slots(
        ("product",),
        ("product",),
        {
            "admin.product.actions": "beside the heading",
            "admin.product.top": "below the heading",
            "admin.product.side": "last in the column at the side",
        },
        ADMIN,
    ),
    *_slots(
        ("settings",),
        (),
        {
            "admin.settings.actions": "beside the heading",
            "admin.settings.top": "below the tabs",
            "admin.settings.side": "last in the column at the side",
        },
        ADMIN,
    ),
]
SLOTS: dict[str, Slot] = {each.name: each for each in _ALL}
"""The slots by name, in the order of the documentation."""
