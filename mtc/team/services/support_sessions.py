"""Visits of platform support: a super admin sees a tenant's admin for half an hour, with a reason.

Whoever visits may only look, until a second reason is given; then they may change what RAISED lists and
never what NEVER lists: whatever would let somebody in, or lead money elsewhere, after the visit has ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update

from mtc.core import clock
from mtc.core.db import session
from mtc.core.errors import ConflictError, NotFoundError, ValidationError
from mtc.core.i18n import _l
from mtc.core.normalization import strip_invisible
from mtc.core.row_locking import matched_rows
from mtc.team import queries
from mtc.team.models import SupportSession

LONGEST = timedelta(minutes=30)
SHORTEST_REASON, LONGEST_REASON = 5, 300
LOOKS = frozenset(
    {"products:read", "orders:read", "mail:read", "team:read", "audit:read", "settings:read", "plugins:read"}
)
RAISED = frozenset(
    {
        "products:write",
        "stock:write",
        "orders:write",
        "orders:reveal",
        "orders:refund",
        "orders:book",
        "settings:write",
    }
)
NEVER = frozenset({"team:write", "api_keys:write", "payments:write", "plugins:manage"})


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit that is on: whose, where, until when, and whether changes are allowed."""

    id: UUID
    tenant_id: UUID
    slug: str
    tenant_name: str
    tenant_status: str
    reason: str
    expires_at: datetime
    raised: bool

    @property
    def permissions(self) -> frozenset[str]:
        """Return the permissions of the support session now."""
        return LOOKS | RAISED if self.raised else LOOKS

    @property
    def minutes(self) -> int:
        """Return how many minutes are left, at least one while it lasts."""
        return max(1, round((self.expires_at - clock.now()).total_seconds() / 60))


def find_visit(session_id: UUID, slug: str = "") -> Visit | None:
    """The visit of a session that is on, at that tenant or anywhere; needs a platform scope."""
    support_session = queries.running_visit(session_id, clock.now(), slug)
    if support_session is None:
        return None
    row: SupportSession = support_session.SupportSession
    return Visit(
        id=row.id,
        tenant_id=row.tenant_id,
        slug=support_session.slug,
        tenant_name=support_session.tenant_name,
        tenant_status=support_session.tenant_status,
        reason=row.reason,
        expires_at=row.expires_at,
        raised=row.raised_at is not None,
    )


def start_visit(
    tenant_id: UUID, *, session_id: UUID, user_id: UUID, name: str, email: str, reason: str
) -> SupportSession:
    """Begin a visit; needs a platform scope. Raises ValidationError and ConflictError (is on one)."""
    why = _reason(reason)
    queries.lock_session(session_id)
    elsewhere = find_visit(session_id)
    if elsewhere is not None:
        raise ConflictError(
            _l("You visit %(tenant)s already. End that visit first.", tenant=elsewhere.tenant_name)
        )
    row = SupportSession(
        tenant_id=tenant_id,
        user_id=user_id,
        user_name=name[:200],
        user_email=email[:254],
        session_id=session_id,
        reason=why,
        expires_at=clock.now() + LONGEST,
    )
    session.add(row)
    session.flush()
    return row


def raise_visit(visit: Visit, reason: str) -> None:
    """Allow changes from now on; needs a platform scope. Raises ValidationError and NotFoundError (over)."""
    _change(visit.tenant_id, visit.id, {"raised_at": clock.now(), "raise_reason": _reason(reason)})


def end_visit(tenant_id: UUID, visit_id: UUID, by: str) -> None:
    """End a visit, from the next request on; raises NotFoundError when it is over already."""
    _change(tenant_id, visit_id, {"ended_at": clock.now(), "ended_by": by[:200]})


def end_visits(session_id: UUID, by: str) -> None:
    """End whatever visit a session is on, since it is closed; needs a platform scope."""
    visit = find_visit(session_id)
    if visit is not None:
        end_visit(visit.tenant_id, visit.id, by)


def end_visits_of(user_id: UUID, by: str, *, keep: UUID) -> None:
    """End what a person visits in all sessions but one, since those are closed; needs a platform scope."""
    matched_rows(
        update(SupportSession)
        .where(
            SupportSession.user_id == user_id,
            SupportSession.session_id != keep,
            SupportSession.ended_at.is_(None),
            SupportSession.expires_at > clock.now(),
        )
        .values(ended_at=clock.now(), ended_by=by)
    )


def _change(tenant_id: UUID, visit_id: UUID, values: dict[str, object]) -> None:
    statement = (
        update(SupportSession)
        .where(
            SupportSession.tenant_id == tenant_id,
            SupportSession.id == visit_id,
            SupportSession.ended_at.is_(None),
            SupportSession.expires_at > clock.now(),
        )
        .values(**values)
        .returning(SupportSession.id)
        .execution_options(synchronize_session=False)
    )
    if session.execute(statement).first() is None:
        raise NotFoundError(_l("This visit is over already."))


def _reason(text: str) -> str:
    why = " ".join(strip_invisible(text, multiline=False).split())
    if not SHORTEST_REASON <= len(why) <= LONGEST_REASON:
        sentence = _l(
            "Say why, in %(least)s to %(most)s characters. The store reads it.",
            least=SHORTEST_REASON,
            most=LONGEST_REASON,
        )
        raise ValidationError(sentence, {"reason": [sentence]})
    return why
