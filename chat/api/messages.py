"""Pages of history, and posting without a socket."""

from asgiref.sync import sync_to_async
from django.http import HttpRequest

from chat import access, encoding, limits, protocol, sync
from chat.actions.posting import Draft, Outcome, post_many
from chat.errors import Refused
from chat.live import engine as engines
from chat.models import Message, User

from .bodies import NewMessage
from .door import Answer, body_of, number


def history(request: HttpRequest, user: User, room_id: int) -> protocol.History:
    access.readable_room(user, room_id)
    limit = number(request, "limit")
    if limit is not None and not 1 <= limit <= 200:
        raise Refused("invalid", "limit is 1 to 200.")
    return sync.history(
        room_id,
        before=number(request, "before"),
        after=number(request, "after"),
        around=number(request, "around"),
        limit=50 if limit is None else limit,
    )


async def post(request: HttpRequest, user: User, room_id: int) -> Answer:
    """201 with the message; 200 with the original if the ref was stored before."""
    body = body_of(request, NewMessage)
    draft = Draft(
        author_id=user.pk,
        room_id=room_id,
        ref=body.ref,
        text=body.text,
        reply_to=body.reply_to,
        attachments=tuple(body.attachments),
        limited=limits.exceeded(limits.POSTS, user.pk),
    )
    outcome = await _store(draft)
    if isinstance(outcome, Refused):
        raise outcome
    message = await sync_to_async(_read)(outcome.message_id)
    return Answer(201 if outcome.new else 200, message)


async def _store(draft: Draft) -> Outcome:
    engine = engines.current()
    if engine is not None:
        # Into the same group commit as the sockets' posts.
        return await engine.writer.post(draft)
    [outcome] = await sync_to_async(post_many)([draft])
    return outcome


def _read(message_id: int) -> protocol.Message:
    rows = Message.objects.select_related("author", "reply_to__author").filter(pk=message_id)
    [message] = encoding.messages(rows)
    return message
