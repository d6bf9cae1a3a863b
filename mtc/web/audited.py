"""The sentence with which the audit log tells of a route: it stands at the route."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from mtc.core.i18n import Sentence

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class AuditSentence:
    """Action of a route as the past tense without a subject: "Created a product".

    `refused` is the sentence of a refusal that is written down, too. `always` marks what is told although no
    row tells of it: somebody looked at a secret, or had something done again. `skipped` marks a step on the
    way to something that is written down itself.
    """

    done: Sentence
    refused: Sentence = ""
    always: bool = False
    skipped: bool = False


def audited(done: Sentence, *, refused: Sentence = "", always: bool = False) -> Callable[[F], F]:
    """Give a view its sentence."""
    return _mark(AuditSentence(done, refused, always))


def not_audited(view: F) -> F:
    """Mark a view as a step on the way to something that is written down itself."""
    return _mark(AuditSentence(_first_line(view), skipped=True))(view)


def _mark(sentence: AuditSentence) -> Callable[[F], F]:
    def mark(view: F) -> F:
        view.__dict__["mtc_audited"] = sentence
        return view

    return mark


def sentence_of(view: Callable[..., Any] | None) -> AuditSentence:
    """The sentence of a view; one that has none is told by the first line of its docstring."""
    declared: AuditSentence | None = getattr(view, "mtc_audited", None)
    return declared or AuditSentence(_first_line(view))


def _first_line(view: Callable[..., Any] | None) -> str:
    first = (inspect.getdoc(view) or "").partition("\n")[0] if view is not None else ""
    return first.partition(". ")[0].removesuffix(".")
