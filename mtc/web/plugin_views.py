"""Routes of plugins: their declarations, and what a view gets and returns (docs/plugins/routes.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from werkzeug.datastructures import MultiDict

from mtc.core.context import Actor
from mtc.web.access import Access

F = TypeVar("F", bound=Callable[..., Any])
Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PluginRoute:
    """The address of a view below that of its plugin. The schemas are those of a route of the API."""

    method: str
    path: str
    query: Schema | None = None
    body: Schema | None = None
    answer: Schema | None = None


def get(path: str, *, query: Schema | None = None, answer: Schema | None = None) -> Callable[[F], F]:
    """The view answers GET. It may write nothing."""
    return _route(PluginRoute("GET", path, query, None, answer))


def post(path: str, *, body: Schema | None = None, answer: Schema | None = None) -> Callable[[F], F]:
    """The view answers POST."""
    return _route(PluginRoute("POST", path, None, body, answer))


def put(path: str, *, body: Schema | None = None, answer: Schema | None = None) -> Callable[[F], F]:
    """The view answers PUT."""
    return _route(PluginRoute("PUT", path, None, body, answer))


def patch(path: str, *, body: Schema | None = None, answer: Schema | None = None) -> Callable[[F], F]:
    """The view answers PATCH."""
    return _route(PluginRoute("PATCH", path, None, body, answer))


def delete(path: str, *, answer: Schema | None = None) -> Callable[[F], F]:
    """The view answers DELETE."""
    return _route(PluginRoute("DELETE", path, None, None, answer))


def _route(route: PluginRoute) -> Callable[[F], F]:
    def mark(view: F) -> F:
        view.__dict__["mtc_route"] = route
        return view

    return mark


def _allow(access: Access) -> Callable[[F], F]:
    def mark(view: F) -> F:
        view.__dict__["mtc_access"] = access
        return view

    return mark


def public(*, when_closed: bool = False) -> Callable[[F], F]:
    """Everyone may use the route of the storefront; with `when_closed` also while the store is not open."""
    return _allow(Access("public", when_closed=when_closed))


def customer_only() -> Callable[[F], F]:
    """Customers who are logged in may use the route of the storefront."""
    return _allow(Access("customer", when_closed=True))


def requires(permission: str) -> Callable[[F], F]:
    """Staff whose role holds the permission may use the route of the admin."""
    return _allow(Access("staff", permission))


def scope(permission: str) -> Callable[[F], F]:
    """Programs whose API key holds the permission may use the route of the API."""
    return _allow(Access("program", permission, idempotent=True))


class Values(Mapping[str, str]):
    """Parameters of an address or fields of a form by name; `all` has the values of one that is repeated."""

    def __init__(self, values: MultiDict[str, str]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values.keys())

    def __len__(self) -> int:
        return len(self._values)

    def all(self, name: str) -> list[str]:
        """Return every value of that name."""
        return self._values.getlist(name)


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file of a form."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class RouteRequest:
    """The request as a view of a plugin reads it.

    `base` is the address of the plugin's routes, such as `/x/loyalty`. `args` are the parameters of the
    address, on a route of the API as its `query` describes them. `json` is the object in the body.
    `headers` has small names and neither cookies nor credentials.
    """

    method: str
    path: str
    base: str
    args: Mapping[str, Any]
    form: Values
    json: Mapping[str, Any]
    headers: Mapping[str, str]
    files: Mapping[str, UploadedFile]
    actor: Actor


@dataclass(frozen=True, slots=True)
class Page:
    """A page in the layout of the store or of the admin."""

    template: str
    title: str
    values: Mapping[str, Any]
    status: int = 200
    breadcrumbs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Fragment:
    """A part of a page, for htmx."""

    template: str
    values: Mapping[str, Any]
    status: int = 200


@dataclass(frozen=True, slots=True)
class Data:
    """The `data` of an answer in JSON."""

    data: Any
    status: int = 200


@dataclass(frozen=True, slots=True)
class Redirect:
    """A redirect to a path of the same host."""

    to: str


@dataclass(frozen=True, slots=True)
class Content:
    """Text or bytes of a media type; with a file name they are downloaded."""

    body: bytes
    media_type: str
    status: int = 200
    file_name: str = ""


Answer = Page | Fragment | Data | Redirect | Content


def page(
    template: str,
    *,
    title: str,
    breadcrumbs: tuple[tuple[str, str], ...] = (),
    status: int = 200,
    **values: Any,
) -> Page:
    """A page made of a template of the plugin; `breadcrumbs` are pairs of a label and an address."""
    return Page(template, title, values, status, breadcrumbs)


def fragment(template: str, *, status: int = 200, **values: Any) -> Fragment:
    """A template of the plugin without a layout around it."""
    return Fragment(template, values, status)


def json(data: Any, status: int = 200) -> Data:
    """Plain data as `data` of MTC's answer in JSON."""
    return Data(data, status)


def redirect(to: str) -> Redirect:
    """Lead to another path of the same host (303)."""
    return Redirect(to)


def text(body: str, *, status: int = 200, media_type: str = "text/plain") -> Content:
    """A text."""
    return Content(body.encode(), f"{media_type}; charset=utf-8", status)


def binary(body: bytes, *, media_type: str, status: int = 200, file_name: str = "") -> Content:
    """Bytes, such as a picture or a file to download."""
    return Content(body, media_type, status, file_name)
