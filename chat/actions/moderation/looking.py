"""Opening a case. In a private or direct room that the moderator is not in, the look is on the record."""

from django.db import transaction

from chat.casework import casefile, visibility
from chat.casework.casefile import CaseFile
from chat.casework.listing import subject_of

from .record import Action, Actor, checked_reason, record


def look(*, by: Actor, case_id: int, reason: str = "") -> CaseFile:
    """A case with its reports, the message and what is around it. Without a reason the record names the report.

    Raises `Refused`: `not_found` for a case that the actor may not decide, `invalid` for the reason.
    """
    reason = checked_reason(reason, needed=False)
    with transaction.atomic():
        case = visibility.case_for(by.user, case_id)
        opened = casefile.opened(by.user, case)
        if opened.case.sealed:
            record(
                by=by,
                action=Action.LOOK,
                person=subject_of(case),
                room=case.room,
                message=case.message,
                reason=reason or f"report #{case.pk}",
            )
    return opened
