"""Every rule, every method, everybody, with the victim's things wherever a request can carry them.

What belongs to the victim must be answered like what does not exist: 404 where the actor may use the route,
else whatever the gate says to everyone.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from mtc.tasks.services import run_due
from mtc.testing.canaries import PRIVATE
from mtc.testing.clients import Actor, Side, Visitor
from mtc.testing.leak_detector import LeakDetector, Sent
from mtc.testing.urls import (
    GATES,
    METHODS,
    address,
    methods_at,
    missing_places,
    nowhere_like,
    refused,
    surfaces,
    swapped,
)
from mtc.web.access import Access, access_of

SAFE = ("GET", "HEAD", "OPTIONS")
# Fields that no form of ours has and that a careless one might take over.
STRAY = ("tenant_id", "tenant", "store_id", "id", "customer_id", "order_id", "product_id", "user_id", "user")


@dataclass
class Enumerator:
    """The attacker's people at the victim's things.

    `open_to_all` names (surface, endpoint) where the victim's value leads to what it shows to everyone, with
    the reason; `refusals` names endpoints that refuse what does not exist with another status than 404, with
    the reason; `nowhere` has values for places whose values must be signed; `last` names endpoints whose
    forms end what others need; `after_rule` is called when a rule has been tried. A super admin sees what the
    platform knows of its tenants on the platform's own pages. `thorough` sends every parameter and method as
    everybody, `reduced` each request once per rule and actor. Unless thorough, one of the methods that a rule
    lacks is sent, another for each rule, and HEAD and OPTIONS, gated as GET is, by those who get in.
    """

    app: Flask
    mine: Side
    theirs: Side
    actors: list[Actor]
    watch: LeakDetector
    rules: list[Rule]
    fields: tuple[str, ...] = ()
    open_to_all: dict[tuple[str, str], str] = field(default_factory=dict)
    refusals: dict[str, tuple[int, str]] = field(default_factory=dict)
    nowhere: dict[str, dict[str, str]] = field(default_factory=dict)
    last: frozenset[str] = frozenset()
    after_rule: Callable[[Rule], None] = lambda _rule: None
    thorough: bool = False
    reduced: bool = False
    reached: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        for side in (self.mine, self.theirs):
            lacking = missing_places(self.rules, side.places)
            assert not lacking, f"say where these lead for both tenants: {sorted(lacking)}"
        self._visitors: dict[tuple[str, str], Visitor] = {}

    def run(self) -> None:
        """All phases; what only reads comes first, what changes the attacker's own things last."""
        with self.watch.watching():
            for phase in (self.own_pages, self.addresses, self.queries, self.own_forms, self.bodies):
                # What changes one's own things goes backwards: the shop first, then the admin behind it.
                for rule in self._backwards() if phase == self.own_forms else self.rules:
                    phase(rule)
                    self.watch.settle()
                    self.after_rule(rule)
                self._afterwards()
            for rule in self.rules:
                self.their_host(rule)
                self.watch.settle(may_change={"stock_items", "sequences", "tenants"}, may_grow=True)

    def _backwards(self) -> list[Rule]:
        return sorted(self.rules, key=lambda rule: (rule.endpoint not in self.last, rule.rule), reverse=True)

    def own_pages(self, rule: Rule) -> None:
        """Request what everybody sees at home, and methods that the rule does not have."""
        for actor in self._actors(rule):
            path = address(rule, self._mine(rule))
            for method in self._methods(rule, SAFE, actor):
                answer = self._send(actor, rule, method, path)
                if method == "GET" and answer.status_code < 400 and actor.admitted(self._access(rule)):
                    self.reached[rule.rule] += 1
            if actor.admitted(self._access(rule)) or not self.reduced:
                for method in self._lacks(rule):
                    for values in (self._mine(rule), self._theirs(rule)):
                        answer = self._send(actor, rule, method, address(rule, values), foreign=values)
                        if answer.status_code not in (404, 405):
                            self._fault(actor, rule, method, f"is no method of it: {answer.status_code}")

    def _lacks(self, rule: Rule) -> list[str]:
        lacking = [method for method in METHODS if method not in methods_at(self.app, rule)]
        return lacking if self.thorough else [lacking[self.rules.index(rule) % len(lacking)]]

    def addresses(self, rule: Rule) -> None:
        """The victim's values in each place of the address: 404, as for what does not exist."""
        mine, theirs = self._mine(rule), self._theirs(rule)
        for actor in self._actors(rule):
            if self._shown_to_all(rule, actor):
                continue
            for part, foreign, nowhere in swapped(rule, mine, theirs):
                nowhere |= self.nowhere.get(rule.endpoint, {})
                for method in self._methods(rule, (*SAFE, "POST", "PUT", "PATCH", "DELETE"), actor):
                    self._compare(actor, rule, method, part, foreign, nowhere)

    def _compare(self, actor: Actor, rule: Rule, method: str, part: str, foreign: Any, nowhere: Any) -> None:
        answer = self._send(
            actor, rule, method, address(rule, foreign), foreign=foreign, **self._body(rule, method)
        )
        status = answer.status_code
        if status == 404 and self.reduced:
            return
        other = self._send(actor, rule, method, address(rule, nowhere), **self._body(rule, method))
        inside = actor.admitted(self._access(rule)) and "tenant" not in part.split("+")
        if status != other.status_code:
            why = f"their {part} is answered {status}, nothing {other.status_code}"
            self._fault(actor, rule, method, why)
        elif method == "OPTIONS":  # answered from the rule alone, as it says nothing of things
            return
        elif status != self.refusals.get(rule.endpoint, (404, ""))[0] and (inside or not refused(answer)):
            self._fault(actor, rule, method, f"their {part} is answered {status}")

    def queries(self, rule: Rule) -> None:
        """The victim's ids, slugs, words and cursors in every parameter of what is read."""
        if "GET" not in (rule.methods or ()):
            return
        path, actors = address(rule, self._mine(rule)), self._strongest(rule)
        for number, parameters in enumerate(self._parameters()):
            for actor in actors if self.thorough else actors[number % len(actors) :][:1]:
                sent = {str(place): value for place, value in enumerate(set(parameters.values()))}
                self._send(actor, rule, "GET", path, foreign=sent, query_string=parameters)

    def _parameters(self) -> Iterator[dict[str, str]]:
        first_page = {"cursor": "", "after": "", "before": "", "sort": ""}
        words = self.theirs.words
        for word_type in [word_type for word_type in words if word_type != "row"]:
            for value in words[word_type][: 1 if self.reduced else None]:
                yield {**dict.fromkeys(self.fields, value), **({} if word_type == "cursor" else first_page)}
        rows = words.get("row", [])
        rounds = len(rows) if self.thorough else min(len(rows), 0 if self.reduced else 4)
        for turn in range(rounds):
            yield {
                name: rows[(place + turn * 7) % len(rows)] for place, name in enumerate(self.fields)
            } | first_page

    def bodies(self, rule: Rule) -> None:
        """The victim's things in each field of a form that is right, in JSON, and in fields of no form."""
        path = address(rule, self._mine(rule))
        mine, theirs = self.mine.forms.get(rule.endpoint, {}), self.theirs.forms.get(rule.endpoint, {})
        for method in self._methods(rule, ("POST", "PUT", "PATCH", "DELETE")):
            for actor in self._strongest(rule):
                for name in mine:
                    if theirs.get(name) not in ("", None, mine[name]):
                        self._swap_field(actor, rule, method, path, name)
                ids = self.theirs.words.get("id", [])[:1]
                for value in ids:
                    stray = {name: value for name in STRAY if name not in mine}
                    self._send(
                        actor, rule, method, path, foreign={"": value}, **self._typed(rule, {**mine, **stray})
                    )
                    body = json.dumps({**mine, **stray, **dict.fromkeys(self.fields, value)})
                    mime = "application/json"
                    self._send(actor, rule, method, path, foreign={"": value}, data=body, content_type=mime)

    def _swap_field(self, actor: Actor, rule: Rule, method: str, path: str, name: str) -> None:
        mine, value = self.mine.forms[rule.endpoint], self.theirs.forms[rule.endpoint][name]
        nowhere = nowhere_like(value)
        answer = self._send(
            actor, rule, method, path, foreign={"": str(value)}, **self._typed(rule, {**mine, name: value})
        )
        other = self._send(actor, rule, method, path, **self._typed(rule, {**mine, name: nowhere}))
        if answer.status_code != other.status_code:
            why = f"their {name} in the form is answered {answer.status_code}, nothing {other.status_code}"
            self._fault(actor, rule, method, why)

    def own_forms(self, rule: Rule) -> None:
        """Send the forms that everybody may send at home; they change nothing of the victim's."""
        path = address(rule, self._mine(rule))
        for method in self._methods(rule, ("POST", "PUT", "PATCH", "DELETE")):
            for actor in self._actors(rule):
                answer = self._send(actor, rule, method, path, **self._body(rule, method))
                if answer.status_code not in GATES and actor.admitted(self._access(rule)):
                    self.reached[rule.rule] += 1

    def their_host(self, rule: Rule) -> None:
        """The attacker's sessions and keys are worth nothing on the victim's host: strangers at a shop."""
        if "store" not in surfaces(self.app, rule):
            return
        access = self._access(rule)
        public = access.kind in ("public", "file")
        for actor in [candidate for candidate in self.actors if candidate.surface == "store"]:
            for method in self._methods(rule, (*SAFE, "POST", "PUT", "PATCH", "DELETE"), actor):
                places = [self._mine(rule), self._theirs(rule)] if rule.arguments else [{}]
                for values in places[-1:] if self.reduced else places:
                    if public and values and values == self._theirs(rule) and "token" in values:
                        continue  # whoever holds the victim's own link may use it there
                    answer = self._send(
                        actor, rule, method, address(rule, values), at=self.theirs.base, foreign=values,
                        marks=(PRIVATE,), **self._body(rule, method),
                    )  # fmt: skip
                    if not public and method != "OPTIONS" and not refused(answer):
                        self._fault(actor, rule, method, f"lets in at the victim's: {answer.status_code}")

    def _send(
        self, actor: Actor, rule: Rule, method: str, path: str, *, at: str = "",
        foreign: dict[str, str] | None = None, marks: tuple[str, ...] = (), **more: Any,
    ) -> TestResponse:  # fmt: skip
        visitor = self._visitor(actor, at)
        label = f"{actor.name}: {method} {rule.rule}{f' at {at}' if at else ''}"
        request_text = f"{path} {_short(more)}"
        values = tuple((foreign or {}).values())
        public = marks or ((PRIVATE,) if self._shown_to_all(rule, actor) else ())
        self.watch.ask(Sent(label, request_text, values, public))
        try:
            answer = visitor.open(method, path, **more)
        except Exception as error:  # it went past every handler
            self.watch.fault(label, f"{request_text} raised {type(error).__name__}: {error}")
            self._visitors.pop((actor.name, at), None)
            return TestResponse(iter(()), "599", {}, None)  # type: ignore[arg-type]
        self.watch.answered(answer)
        if any("mtc_s" in cookie for cookie in answer.headers.getlist("Set-Cookie")):
            self._visitors.pop((actor.name, at), None)  # logged out, or in under another key
        return answer

    def _visitor(self, actor: Actor, at: str) -> Visitor:
        visitor = self._visitors.get((actor.name, at))
        if visitor is None:
            visitor = self._visitors[actor.name, at] = actor.enter(at)
        return visitor

    def _body(self, rule: Rule, method: str) -> dict[str, Any]:
        form = self.mine.forms.get(rule.endpoint, {})
        return {} if method in SAFE else self._typed(rule, form)

    def _typed(self, rule: Rule, form: dict[str, Any]) -> dict[str, Any]:
        """The fields as the route reads them: JSON for programs, a form for people."""
        if self._access(rule).kind == "program":
            return {"data": json.dumps(form), "content_type": "application/json"}
        return {"data": dict(form)}

    def _mine(self, rule: Rule) -> dict[str, str]:
        return self.mine.places.get(rule.endpoint, {})

    def _theirs(self, rule: Rule) -> dict[str, str]:
        return self.theirs.places.get(rule.endpoint, {})

    def _access(self, rule: Rule) -> Access:
        return access_of(self.app.view_functions[rule.endpoint]) or Access("none")

    def _methods(self, rule: Rule, among: Iterable[str], actor: Actor | None = None) -> list[str]:
        admitted = actor is not None and actor.admitted(self._access(rule))
        few = () if self.thorough or (admitted and not self.reduced) else ("HEAD", "OPTIONS")
        return [method for method in among if method in (rule.methods or ()) and method not in few]

    def _actors(self, rule: Rule) -> list[Actor]:
        return [actor for actor in self.actors if actor.surface in surfaces(self.app, rule)]

    def _strongest(self, rule: Rule) -> list[Actor]:
        """Those who get in; of the staff the one who may do the most."""
        admitted = [actor for actor in self._actors(rule) if actor.admitted(self._access(rule))]
        most = max((actor.power for actor in admitted), default=0)
        return [actor for actor in admitted if actor.power in (0, most)]

    def _shown_to_all(self, rule: Rule, actor: Actor) -> bool:
        is_public = actor.runs_platform and rule.endpoint.startswith("platform.")
        return is_public or (actor.surface, rule.endpoint) in self.open_to_all

    def _fault(self, actor: Actor, rule: Rule, method: str, why: str) -> None:
        self.watch.fault(f"{actor.name}: {method} {rule.rule}: {why}", "")

    def _afterwards(self) -> None:
        """Run the tasks and send the emails that are left; nothing of the victim is in any of them."""
        self.watch.ask(Sent("what was left behind", "", tuple(self.watch.sent)))
        self.watch.attackers_rows()
        run_due()
        self.watch.looked()
        self.watch.settle()
        self.watch.mails()
        self.watch.pages()


def _short(more: dict[str, Any]) -> str:
    return str(more)[:160] if more else ""
