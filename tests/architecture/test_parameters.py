"""What functions are handed: services take values, never a form or a request, and stores have their type."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from mtc.app import DOMAINS
from tests.architecture.tree import functions, name_of, python_files, tree_of

_INPUT = {"form", "formdata"}
_INPUT_TYPES = {"MultiDict", "ImmutableMultiDict", "FileStorage"}
_MODULES = {"services", "queries", "types", "presenters", "values", "hooks"}


def parameters(path: Path) -> Iterator[tuple[str, ast.arg]]:
    """(function, parameter) of every function and method of the file."""
    for function in functions(path):
        known = function.args
        for one in (*known.posonlyargs, *known.args, *known.kwonlyargs):
            yield function.name, one


def names_in(annotation: ast.expr | None) -> set[str]:
    """The names that an annotation is made of."""
    if annotation is None:
        return set()
    return {node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)}


def domains() -> list[Path]:
    """The files of the domains' modules that know no request."""
    files = python_files(*(f"mtc/{domain}" for domain in DOMAINS))
    return [path for path in files if name_of(path).split("/")[2].removesuffix(".py") in _MODULES]


def takes_input(parameter: ast.arg) -> bool:
    return parameter.arg in _INPUT or bool(names_in(parameter.annotation) & _INPUT_TYPES)


def test_domains_take_values_and_no_form() -> None:
    """Surfaces parse, with the field language, and call services with what came of it."""
    found = [
        f"{name_of(path)}: {function}({one.arg})"
        for path in domains()
        for function, one in parameters(path)
        if takes_input(one)
    ]
    assert found == []


def test_a_function_that_takes_a_form_is_seen() -> None:
    tree = ast.parse("def save(form: dict, typed: int, given: MultiDict[str, str], details: str): ...")
    [function] = tree.body
    assert isinstance(function, ast.FunctionDef)
    assert [one.arg for one in function.args.args if takes_input(one)] == ["form", "given"]


def test_stores_have_their_type() -> None:
    """A store is a StoreInfo or a row of Store, in parameters and fields, so that mypy looks at its use."""
    found = []
    for path in python_files("mtc"):
        found += [f"{name_of(path)}: {function}" for function, one in parameters(path) if is_any_store(one)]
        found += [
            f"{name_of(path)}: line {node.lineno}"
            for node in ast.walk(tree_of(path))
            if isinstance(node, ast.AnnAssign)
            and isinstance(node.target, ast.Name)
            and is_any_store(ast.arg(node.target.id, node.annotation))
        ]
    assert found == []


def is_any_store(parameter: ast.arg) -> bool:
    return parameter.arg.lstrip("_") == "store" and "Any" in names_in(parameter.annotation)


def test_a_store_without_a_type_is_seen() -> None:
    tree = ast.parse("def show(store: Any, _store: Any | None, shop: Any, other: StoreInfo): ...")
    [function] = tree.body
    assert isinstance(function, ast.FunctionDef)
    assert [one.arg for one in function.args.args if is_any_store(one)] == ["store", "_store"]


_THINGS = {"cart", "customer", "gateway", "item", "order", "payment", "product", "row", "tenant", "variant"}


def test_presenters_know_what_they_show() -> None:
    """What a read model is made from has a type: a model, a row, another read model."""
    found = [
        f"{name_of(path)}: {function}({one.arg})"
        for path in domains()
        if "presenters" in name_of(path)
        for function, one in parameters(path)
        if one.arg in _THINGS and isinstance(one.annotation, ast.Name) and one.annotation.id == "Any"
    ]
    assert found == []
