"""Reporting over HTTP, and what became of one's own reports."""

from django.http import HttpRequest, HttpResponse

from chat.actions.moderation import reporting
from chat.casework import own
from chat.models import User

from . import bodies
from .door import reply
from .parsing import read_body, read_query


def report(request: HttpRequest, user: User) -> HttpResponse:
    body = read_body(request, bodies.NewReport)
    reported = reporting.report(
        by=user, category=body.category, note=body.note, message_id=body.message, person_id=body.person
    )
    return reply(own.own_report(reported.report), status=201 if reported.new else 200)


def mine(request: HttpRequest, user: User) -> HttpResponse:
    query = read_query(request, bodies.ReportsQuery)
    return reply(own.reports_by(user, after=query.after))
