"""Entries of the audit log for requests on the platform's host, without any view writing them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from uuid import UUID

from flask import current_app, g, request

from mtc.audit.services import SILENT, AuditedAction, record, tells
from mtc.core.change_tracking import Change, ChangeRecorder, watching
from mtc.core.context import Actor, Context
from mtc.core.db import unit_of_work
from mtc.core.i18n import source_text
from mtc.core.tenancy import platform_scope
from mtc.identity import queries as people
from mtc.web.access import Access
from mtc.web.audited import AuditSentence, sentence_of
from mtc.web.client_address import client_ip
from mtc.web.csrf import SAFE_METHODS

# Answers to what only somebody who guesses, or errs, asks for.
REFUSALS = frozenset({401, 403, 422})
_OPENED = frozenset({"login_session", "pending_login"})
PASSWORD_STEP, SECOND_STEP = "front.log_in", "front.second_step"
FIRST_STEP_DONE = "Gave the right password; the second factor is still to come"


@dataclass(slots=True, eq=False)
class Recording:
    """The entry of one request: written with the changes, or not at all."""

    context: Context
    watch: ChangeRecorder | None = None
    status: int = 500

    def answered(self, status: int) -> None:
        """The view has answered; what was refused is not a deed."""
        self.status = g.answered = status
        if self.watch is not None:
            self.watch.succeeded = status < 400

    def write(self, watch: ChangeRecorder) -> None:
        """Write the entry before the transaction ends."""
        changes = watch.changes
        notes, endpoint = self.context.extra, request.endpoint or ""
        if notes.get("audit.nothing") and not changes:
            return
        sentence = audit_sentence()
        is_deed = sentence.always or endpoint.startswith("front.")
        if watch.succeeded and not is_deed and not tells(changes):
            return
        action, actor = audited_action(), _who(self.context.actor, changes)
        action = replace(
            action, label=notes.get("audit.label", ""), visit_id=notes.get("audit.visit", action.visit_id)
        )
        if not watch.succeeded and sentence.refused:  # what is kept of it although it is refused
            action = replace(action, summary=source_text(sentence.refused))
        elif endpoint == PASSWORD_STEP and any(
            change.type == "pending_login" and change.op == "new" for change in changes
        ):
            action = replace(action, summary=FIRST_STEP_DONE)
        actor = replace(actor, name=notes.get("audit.actor", actor.name))
        g.audit_written = True
        record(action, actor, notes.get("audit.tenant", self.context.tenant_id), changes)

    def write_refusal(self) -> None:
        """Write down a log-in that failed, in a transaction of its own since the request's is undone."""
        endpoint = request.endpoint or ""
        sentence = audit_sentence()
        if self.watch is None or self.status not in REFUSALS or not sentence.refused:
            return
        if endpoint == SECOND_STEP and not g.half:  # no password, no news: strangers write no rows
            return
        typed = request.form.get("email", "")[:254] if endpoint == PASSWORD_STEP else ""
        with platform_scope("write down a refusal"), unit_of_work():
            action = replace(audited_action(), summary=source_text(sentence.refused))
            about = people.user_by_email(g.half or typed)
            if about is not None:
                action = replace(action, summary=f"{action.summary}: {about.email}")
            record(action, self.context.actor, None)


@contextmanager
def recorded(access: Access, context: Context) -> Iterator[Recording]:
    """Watch what the request changes, when it is one that may change something."""
    recording = Recording(context)
    on_the_way = access.signed or audit_sentence().skipped
    if on_the_way or (request.method in SAFE_METHODS and not access.writes):
        yield recording
        return
    recording.watch = ChangeRecorder(recording.write, SILENT)
    with watching(recording.watch):
        yield recording


def audit_sentence() -> AuditSentence:
    """The sentence of the running request's route."""
    return sentence_of(current_app.view_functions.get(request.endpoint or ""))


def audited_action() -> AuditedAction:
    """The running request as the audit log tells it."""
    endpoint = request.endpoint or ""
    places = {name: str(value) for name, value in (request.view_args or {}).items() if name != "tenant"}
    return AuditedAction(
        action=endpoint,
        summary=source_text(audit_sentence().done),
        kind="account" if endpoint.startswith("front.") else "change",
        places=places,
        method=request.method,
        path=request.path,
        ip=client_ip(),
        request_id=g.request_id,
        visit_id=g.visit.id if g.visit is not None else None,
    )


def _who(actor: Actor, changes: list[Change]) -> Actor:
    """Return the actor; whoever has just logged in is the person of the new session."""
    if actor.id is not None:
        return actor
    for change in changes:
        if change.type in _OPENED and "user_id" in change.fields:
            user = people.user(UUID(str(change.fields["user_id"][1])))
            if user is not None:
                actor_kind = "super_admin" if user.is_super_admin else "staff"
                return Actor(actor_kind, user.id, user.name, user.email)
    return actor
