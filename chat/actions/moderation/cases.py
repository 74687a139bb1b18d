"""What moderators do with a case: take it on, decide it, and open it again."""

from django.db import transaction
from django.utils import timezone

from chat import announce
from chat.casework import visibility
from chat.casework.listing import removal_of, subject_of
from chat.errors import Refused, not_found
from chat.models import Case, Message, Notice, Report, Room, User

from .hiding import unhide
from .notices import give_notice
from .record import Action, Actor, record
from .reporting import checked_words

State = Case.State


def assign(*, by: Actor, case_id: int, person_id: int | None) -> Case:
    """Give a case to somebody who may decide it, or (None) back to all. What changes nothing is not recorded.

    Raises `Refused`: `not_found` for a case that the actor may not decide and for a person who is not there,
    `conflict` for a decided one, `forbidden` where the person may not decide it.
    """
    with transaction.atomic():
        case = _lock(by, case_id)
        _require_undecided(case)
        before = case.assignee
        if (before.pk if before else None) == person_id:
            return case
        case.assignee = _able(case, person_id) if person_id is not None else None
        case.state = State.IN_PROGRESS if case.assignee else State.OPEN
        case.save(update_fields=["assignee", "state"])
        _record(by, Action.ASSIGN, case, before=_assigned(before), after=_assigned(case.assignee))
    return case


def resolve(*, by: Actor, case_id: int, outcome: str = "") -> Case:
    """Decide that the report was right. What was done to the message or the person is another act.

    `outcome` is for those who reported: up to 1,000 characters, or none. A message that the reports hid stays
    hidden. Raises `Refused`: `invalid` for the outcome, `not_found` for a case that the actor may not decide,
    `conflict` for one that is decided.
    """
    return _decide(by, Action.RESOLVE, State.RESOLVED, case_id, outcome)


def dismiss(*, by: Actor, case_id: int, outcome: str = "") -> Case:
    """Decide that nothing need be done: what reports or a rule hid is shown again. Raises as `resolve` does."""
    return _decide(by, Action.DISMISS, State.DISMISSED, case_id, outcome)


def reopen(*, by: Actor, case_id: int) -> Case:
    """Take on again what was decided; those who reported hear of the next decision too.

    Raises `Refused`: `not_found` as above, `conflict` for a case that is undecided, or has one after it that is.
    """
    with transaction.atomic():
        case = _lock(by, case_id)
        if case.state in Case.UNDECIDED:
            raise Refused("conflict", "This report is not decided.")
        if Case.objects.undecided().filter(message=case.message, person=case.person).exists():
            raise Refused("conflict", "There is a newer report of the same.")
        before: dict[str, object] = {"state": case.state, "outcome": case.outcome}
        case.state = State.IN_PROGRESS if by.user else State.OPEN
        case.assignee = by.user
        case.decided_at = case.decided_by = None
        case.outcome = ""
        case.save(update_fields=["state", "assignee", "decided_at", "decided_by", "outcome"])
        _record(by, Action.ASSIGN, case, before=before, after=_assigned(by.user))
        announce.cases_changed()
    return case


def _decide(by: Actor, action: Action, state: State, case_id: int, outcome: str) -> Case:
    outcome = checked_words(outcome)
    with transaction.atomic():
        case = _lock(by, case_id)
        _require_undecided(case)
        before = case.state
        case.state, case.outcome = state, outcome
        case.decided_at, case.decided_by = timezone.now(), by.user
        if state == State.DISMISSED and case.hidden:
            _show_again(by, case)
        case.save(update_fields=["state", "outcome", "decided_at", "decided_by", "hidden"])
        _record(by, action, case, before={"state": before}, after={"state": state, "outcome": outcome})
        _tell_reporters(by, action, case)
        announce.cases_changed()
    return case


def _lock(by: Actor, case_id: int) -> Case:
    """The case under the lock of its room, or of the person it is about, as `reporting` has it too."""
    seen = visibility.case_for(by.user, case_id)
    if seen.room_id is not None:
        Room.objects.lock([seen.room_id])
    else:
        User.objects.select_for_update(no_key=True).get(pk=subject_of(seen).pk)
    return visibility.case_for(by.user, case_id)


def _require_undecided(case: Case) -> None:
    if case.state not in Case.UNDECIDED:
        raise Refused("conflict", "This report is decided already.")


def _able(case: Case, person_id: int) -> User:
    person = User.objects.filter(pk=person_id, is_active=True).first()
    if person is None:
        raise not_found("person")
    if not visibility.visible_to(person).filter(pk=case.pk).exists():
        raise Refused("forbidden", "This person cannot decide this report.")
    return person


def _show_again(by: Actor, case: Case) -> None:
    """Not what a moderator has removed meanwhile, nor what its author has deleted."""
    case.hidden = False
    removal = removal_of(case.message) if case.message else None
    if removal is not None and removal.by_id is None:
        message = Message.objects.select_related("author", "room", "reply_to__author").get(pk=removal.message_id)
        unhide(by=by, message=message, reason=f"Dismissed report #{case.pk}.")


def _tell_reporters(by: Actor, action: Action, case: Case) -> None:
    reports = Report.objects.filter(case=case)
    for row in reports.select_related("reporter").order_by("pk"):
        give_notice(
            by=by,
            person=row.reporter,
            kind=Notice.Kind.OUTCOME,
            text=case.outcome,
            action=action,
            room=case.room,
        )
    reports.update(told_at=case.decided_at)


def _record(by: Actor, action: Action, case: Case, *, before: dict[str, object], after: dict[str, object]) -> None:
    record(
        by=by,
        action=action,
        person=subject_of(case),
        room=case.room,
        message=case.message,
        before=before,
        after={"report": case.pk, **after},
    )


def _assigned(person: User | None) -> dict[str, object]:
    return {"assignee": person.pk if person else None}
