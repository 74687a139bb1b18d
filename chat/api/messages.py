"""Messages over HTTP: pages of history, and posting."""

from asgiref.sync import async_to_sync
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse

from chat import access, encoding, limits, sync
from chat.actions import posting
from chat.errors import Refused
from chat.live import engine as engines
from chat.models import User

from . import bodies
from .door import reply
from .parsing import read_body, read_query


def history(request: HttpRequest, user: User, room_id: int) -> HttpResponse:
    query = read_query(request, bodies.HistoryQuery)
    access.readable_room(user, room_id)
    page = sync.history(room_id, before=query.before, after=query.after, around=query.around, limit=query.limit)
    return reply(page)


def post(request: HttpRequest, user: User, room_id: int) -> HttpResponse:
    body = read_body(request, bodies.NewMessage)
    draft = posting.Draft(
        author_id=user.pk,
        room_id=room_id,
        ref=body.ref,
        text=body.text,
        reply_to=body.reply_to,
        attachments=tuple(body.attachments),
        limited=limits.too_many_posts(user.pk),
    )
    posted = _store(draft)
    [message] = encoding.messages([access.message(user.pk, posted.message_id)])
    return reply(message, status=201 if posted.new else 200)


def _store(draft: posting.Draft) -> posting.Posted:
    """Through the process's writer, so that posts of all doors share its commits."""
    engine = engines.current()
    if engine is None:
        return posting.post(draft)
    # The writer must not wait for a database connection that waits for it.
    close_old_connections()

    async def hand_over() -> posting.Outcome:
        return await engine.writer.post(draft)

    outcome = async_to_sync(hand_over)()
    if isinstance(outcome, Refused):
        raise outcome
    return outcome
