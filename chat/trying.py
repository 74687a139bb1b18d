"""What a word rule would have caught lately: a dry run, which changes nothing and holds no lock."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from . import ranks, screening
from .errors import Refused, not_found
from .models import Message, Room, User

PERIOD = timedelta(days=7)
# So many ids at a time, and so often: the newest 100,000 messages of the site bound the work.
CHUNK, CHUNKS = 2_000, 50
EXAMPLES = 50
EXCERPT = 200  # characters


@dataclass(slots=True)
class Trial:
    """`messages` counts what was looked at; `complete` says whether that was all of the last 7 days."""

    caught: int = 0
    rooms: Counter[int] = field(default_factory=Counter)
    examples: list[Message] = field(default_factory=list)  # with author and room, the newest first
    messages: int = 0
    since: datetime = field(default_factory=lambda: timezone.now() - PERIOD)
    complete: bool = False


def try_rule(user: User, pattern: str, *, room_id: int | None = None) -> Trial:
    """Hold a pattern against what was said in a room, or in all rooms that a moderator of the site sees.

    Those are the public ones and those they are in; never direct rooms. Who is exempt from rules is looked at
    as well, because roles were others then.

    Raises `Refused`: `invalid` for the pattern, `not_found` and `forbidden` to those who do not moderate there.
    """
    try:
        matcher = screening.Matcher([screening.checked_pattern(pattern)])
    except ValueError as error:
        raise Refused("invalid", str(error)) from None
    room_ids = _rooms(user, room_id)
    trial = Trial()
    for chunk in _newest(room_ids, trial):
        for message in chunk:
            trial.messages += 1
            if any(matcher.find(text) for text in screening.readings_of_message(message.text, message.html)):
                trial.caught += 1
                trial.rooms[message.room_id] += 1
                if len(trial.examples) < EXAMPLES:
                    trial.examples.append(message)
    return trial


def _rooms(user: User, room_id: int | None) -> list[int]:
    if room_id is not None:
        room = Room.objects.filter(pk=room_id).first()
        if room is None:
            raise not_found()
        ranks.require_moderator(user, room)
        return [room_id]
    ranks.require_moderator(user, None)
    return list(ranks.rooms_in_view(user).values_list("pk", flat=True))


def _newest(room_ids: list[int], trial: Trial) -> Iterator[list[Message]]:
    """Windows of ids, because no index leads from a time to the messages since; what is imported has old times."""
    top = Message.objects.aggregate(top=Max("pk"))["top"] or 0
    for _ in range(CHUNKS):
        window = Message.objects.filter(pk__lte=top, pk__gt=top - CHUNK, kind=Message.Kind.TEXT, deleted=False)
        rows = window.filter(room_id__in=room_ids, sent_at__gte=trial.since).select_related("author", "room")
        yield list(rows.order_by("-pk"))
        top -= CHUNK
        if not Message.objects.filter(pk__lte=top).exists():
            trial.complete = True
            return
