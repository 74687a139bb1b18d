"""The moderators' queue over HTTP. A case is answered as the moderator sees it in the list."""

from django.http import HttpRequest, HttpResponse
from msgspec import UNSET, UnsetType

from chat.actions.moderation import cases, looking
from chat.casework import counts, listing
from chat.errors import Refused
from chat.models import User

from . import bodies
from .actors import actor_of
from .door import reply
from .parsing import read_body, read_query


def queue(request: HttpRequest, user: User) -> HttpResponse:
    query = read_query(request, bodies.CasesQuery)
    page = listing.listing(
        user,
        state=query.state,
        room_id=query.room,
        assignee_id=query.assignee,
        person_id=query.person,
        after=query.after,
    )
    return reply(page)


def waiting(request: HttpRequest, user: User) -> HttpResponse:
    return reply({"open": counts.waiting_for(user)})


def look(request: HttpRequest, user: User, case_id: int) -> HttpResponse:
    query = read_query(request, bodies.LookQuery)
    return reply(looking.look(by=actor_of(request), case_id=case_id, reason=query.reason))


def change(request: HttpRequest, user: User, case_id: int) -> HttpResponse:
    body = read_body(request, bodies.CaseChange)
    by = actor_of(request)
    if (body.state is UNSET) == (body.assignee is UNSET):
        raise Refused("invalid", "A report is assigned, or decided, or opened again.")
    if not isinstance(body.assignee, UnsetType):
        case = cases.assign(by=by, case_id=case_id, person_id=body.assignee)
    elif body.state == "resolved":
        case = cases.resolve(by=by, case_id=case_id, outcome=body.outcome)
    elif body.state == "dismissed":
        case = cases.dismiss(by=by, case_id=case_id, outcome=body.outcome)
    else:
        case = cases.reopen(by=by, case_id=case_id)
    return reply(listing.seen(user, [case])[0])
