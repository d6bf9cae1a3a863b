"""Named formats: what a text must look like, and the one way in which it is stored."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from mtc.core.email_addresses import parse_address
from mtc.core.errors import ValidationError
from mtc.core.html_cleaning import clean_html, strip_tags
from mtc.core.i18n import Sentence, _l
from mtc.core.local_time import from_clock
from mtc.core.normalization import split_url, strip_invisible

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})")
_TOKEN = re.compile(r"token:[a-z][a-z0-9-]{0,39}")
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@[^\s@.<>]+(?:\.[^\s@.<>]+)+")
_PHONE = re.compile(r"\+?[0-9().\- ]{3,30}")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}")

RICH_TAGS = {
    "p", "br", "hr", "ul", "ol", "li", "strong", "em", "b", "i", "u", "s", "sub", "sup",
    "h2", "h3", "h4", "a", "blockquote", "code", "pre",
}  # fmt: skip
SPACINGS = ("none", "xs", "sm", "md", "lg", "xl")


@dataclass(frozen=True, slots=True)
class Format:
    """A named format: `canonical` gives the text as stored, or None when it is not of the format."""

    name: str
    canonical: Callable[[str], str | None]
    message: Sentence
    multiline: bool = False


def scrub(text: str, *, multiline: bool) -> str:
    """Text without outer blanks and what no column can hold or nobody sees: see strip_invisible()."""
    return strip_invisible(text.replace("\r\n", "\n").replace("\r", "\n"), multiline=multiline).strip()


def is_link(text: str) -> bool:
    """Return whether a link may be put in a page: http(s), mailto, tel, a path of this store, an anchor."""
    if not text or len(text) > 2000 or _CONTROL.search(text) or "\\" in text or " " in text:
        return False
    if text.startswith("#"):
        return True
    if text.startswith("/"):
        return not text.startswith("//")
    scheme, _, rest = text.partition(":")
    match scheme.lower():
        case "http" | "https":
            return _url(text) is not None
        case "mailto":
            return _EMAIL.fullmatch(rest.partition("?")[0]) is not None
        case "tel":
            return _PHONE.fullmatch(rest) is not None
    return False


def _link(text: str) -> str | None:
    return text if is_link(text) else None


def _url(text: str) -> str | None:
    if len(text) > 2000 or _CONTROL.search(text) or "\\" in text or " " in text:
        return None
    try:
        parts = split_url(text)
        _ = parts.port
    except ValueError:
        return None
    safe = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
    return text if safe else None


def _color(text: str) -> str | None:
    text = text.lower()
    if _TOKEN.fullmatch(text):
        return text
    if not _HEX.fullmatch(text):
        return None
    return "#" + "".join(digit * 2 for digit in text[1:]) if len(text) == 4 else text


def _email(text: str) -> str | None:
    try:
        return parse_address(text).typed
    except ValidationError:
        return None


def parse_moment(text: str) -> datetime | None:
    """An ISO 8601 moment as an aware UTC datetime; one without a zone is a time on the store's clock.

    None when it is not one.
    """
    try:
        moment = datetime.fromisoformat(text)
        moment = from_clock(moment) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment.replace(microsecond=0)


def parse_date(text: str) -> date | None:
    """An ISO 8601 calendar date, or None when it is not one."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _moment(text: str) -> str | None:
    moment = parse_moment(text)
    return moment.isoformat().replace("+00:00", "Z") if moment else None


def _date(text: str) -> str | None:
    day = parse_date(text)
    return day.isoformat() if day else None


def _href(tag: str, attribute: str, value: str) -> str | None:
    return value if attribute != "href" or is_link(value) else None


def _richtext(text: str) -> str | None:
    html = clean_html(
        text, tags=RICH_TAGS, attributes={"a": {"href", "title"}}, attribute_filter=_href
    ).strip()
    return html if plain_text(html) or "<hr" in html else ""


def plain_text(html: str) -> str:
    """The words of cleaned HTML, for summaries and for telling whether there are any."""
    return " ".join(strip_tags(html).replace("&nbsp;", " ").split())


def _matching(pattern: re.Pattern[str]) -> Callable[[str], str | None]:
    return lambda text: text if pattern.fullmatch(text) else None


def _as_is(text: str) -> str | None:
    return text


_ALL = [
    Format("color", _color, _l("Enter a colour such as #1a73e8.")),
    Format("token-ref", _matching(_TOKEN), _l("Choose one of the theme's colours.")),
    Format("link", _link, _l("Enter a link such as /pages/about or https://example.com.")),
    Format("url", _url, _l("Enter a full address that starts with https://.")),
    Format("email", _email, _l("Enter an email address such as name@example.com.")),
    Format("date", _date, _l("Enter a date such as 2026-01-31.")),
    Format("date-time", _moment, _l("Enter a date and time such as 2026-01-31T18:00.")),
    Format("icon", _matching(_NAME), _l("Choose one of the icons.")),
    Format("slug", _matching(_NAME), _l("Use lower-case letters, digits and hyphens.")),
    Format("spacing", lambda text: text if text in SPACINGS else None, _l("Choose one of the spacings.")),
    Format("richtext", _richtext, _l("Enter text."), multiline=True),
    Format("code", _as_is, _l("Enter text."), multiline=True),
    Format("secret", _as_is, _l("Enter text.")),
    Format("product-ref", _matching(_REFERENCE), _l("Choose a product of this store.")),
    Format("collection-ref", _matching(_REFERENCE), _l("Choose a collection of this store.")),
    Format("page-ref", _matching(_REFERENCE), _l("Choose a page of this store.")),
    Format("menu-ref", _matching(_REFERENCE), _l("Choose a menu of this store.")),
    Format("media-ref", _matching(_REFERENCE), _l("Choose a picture or file of this store.")),
    Format("font-ref", _matching(_REFERENCE), _l("Choose a font of this store.")),
]
FORMATS: dict[str, Format] = {item.name: item for item in _ALL}


def canonical(name: str, text: str) -> str | None:
    """The text as stored under the format, or None when it is not of it (KeyError: no such format)."""
    return FORMATS[name].canonical(scrub(text, multiline=FORMATS[name].multiline))
