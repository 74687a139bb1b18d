"""What mutes and bans have in common: at most one stands for a person in a place, and the last word counts."""

from datetime import datetime

from django.utils import timezone

from chat.models import Room, Sanction, User

from .record import Actor


def impose(
    *, by: Actor, kind: Sanction.Kind, person: User, room: Room | None, until: datetime | None, reason: str
) -> tuple[Sanction, dict[str, object]]:
    """Put a sanction in the place of what stands; returns it and how it was before. Under the person's lock."""
    before = lift(by=by, kind=kind, person=person, room=room, reason="")
    row = Sanction.objects.create(
        kind=kind, user=person, room=room, until=until, reason=reason, created_by=by.user
    )
    return row, before or {}


def lift(
    *, by: Actor, kind: Sanction.Kind, person: User, room: Room | None, reason: str
) -> dict[str, object] | None:
    """End what stands; returns how it was, or None if nothing stood. Under the person's lock."""
    standing = Sanction.objects.active().filter(kind=kind, user=person, room=room)
    before = next((described(row) for row in standing), None)
    standing.update(lifted=True, lifted_at=timezone.now(), lifted_by=by.user, lift_reason=reason)
    return before


def described(row: Sanction) -> dict[str, object]:
    """For the record."""
    return {"until": row.until.isoformat() if row.until else None, "reason": row.reason}
