"""The keys of the merchant's own programs: made, shown once, taken back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update

from mtc.core import clock
from mtc.core.context import current
from mtc.core.db import scope_tenant, session
from mtc.core.errors import ConflictError, ForbiddenError, NotFoundError, ValidationError
from mtc.core.events import emit
from mtc.core.fields.formats import scrub
from mtc.core.i18n import Sentence, _l
from mtc.identity import queries
from mtc.identity.models import ApiKey
from mtc.identity.services.api_keys import new_key, secret_hash
from mtc.integrations.events import ApiKeyCreated, ApiKeyRevoked
from mtc.integrations.hooks import ApiKeyDraft, ApiKeyView
from mtc.plugins.services import run_before

MOST, LONGEST = 50, timedelta(days=3660)
_OWN = "api_keys:"  # what no program may ever do: hand out keys, to itself or others


def create_api_key(
    name: str, scopes: Collection[str], expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """A new key of the running tenant, and its text, which is not stored and cannot be shown again.

    `scopes` are permissions, none above those of who makes the key. Raises ValidationError, ForbiddenError
    (a program, or a scope that the maker does not hold) and ConflictError (50 keys in use).
    """
    actor, tenant_id, now = current().actor, scope_tenant(), clock.now()
    if actor.kind == "api_key":
        raise ForbiddenError(_l("A program cannot make keys. Log in to the admin for this."))
    errors: dict[str, list[Sentence]] = {}
    shown = scrub(name, multiline=False)
    if not shown or len(shown) > 100 or any(ord(character) < 32 for character in name.strip()):
        errors["name"] = [_l("Name the program that will use the key, in at most 100 characters.")]
    if not scopes or any(scope.startswith(_OWN) or "*" in scope for scope in scopes):
        errors["scopes"] = [_l("Choose what the program may do from the list.")]
    if expires_at is not None and not now < expires_at <= now + LONGEST:
        errors["expires"] = [_l("Choose a day after today, within ten years.")]
    if errors:
        raise ValidationError(_l("Check the marked fields."), errors)
    if not all(actor.may(scope) for scope in scopes):
        raise ForbiddenError(_l("A key cannot do more than you can. Ask an owner of the store."))
    if sum(1 for api_key in queries.api_keys(tenant_id) if is_live(api_key)) >= MOST:
        raise ConflictError(
            _l("A store has at most %(most)s keys. Revoke those that nobody uses.", most=MOST)
        )
    run_before("before_api_key_create", ApiKeyDraft(shown, tuple(sorted(set(scopes))), expires_at))
    text, prefix = new_key()
    key = ApiKey(
        tenant_id=tenant_id,
        name=shown,
        prefix=prefix,
        secret_hash=secret_hash(text),
        scopes=sorted(set(scopes)),
        expires_at=expires_at,
    )
    session.add(key)
    session.flush()
    emit(ApiKeyCreated(entity_id=key.id, name=shown, prefix=prefix, scopes=key.scopes))
    return key, text


def is_live(key: ApiKey) -> bool:
    """Return whether the key is valid today."""
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > clock.now())


def revoke_api_key(key_id: UUID) -> ApiKey:
    """Take a key back, at once and for good; again does nothing more. Raises NotFoundError."""
    key = queries.api_key(scope_tenant(), key_id)
    if key is None:
        raise NotFoundError(_l("There is no such key."))
    if key.revoked_at is None:
        run_before("before_api_key_revoke", ApiKeyView(key.id, key.name, key.prefix))
    statement = (
        update(ApiKey)
        .where(ApiKey.tenant_id == key.tenant_id, ApiKey.id == key.id, ApiKey.revoked_at.is_(None))
        .values(revoked_at=clock.now())
        .returning(ApiKey.id)
        .execution_options(synchronize_session=False)
    )
    if session.execute(statement).first() is not None:
        emit(ApiKeyRevoked(entity_id=key.id, name=key.name, prefix=key.prefix))
    session.refresh(key)
    return key
