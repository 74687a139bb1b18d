"""Holds a conversation's record against the database: nothing lost, doubled, reordered, told too late."""

from typing import Any

from tests.faults.judging_readers import judge_readers
from tests.faults.judging_storage import judge_storage
from tests.faults.record import Member, Message, Reactions, Rows, Story
from tests.services.site import Site

SHOWN = 40


class Broken(AssertionError):
    """What was promised and not kept; `violations` has a sentence for each."""

    def __init__(self, violations: list[str]) -> None:
        more = [f"… and {len(violations) - SHOWN} more"] if len(violations) > SHOWN else []
        super().__init__("\n".join([f"{len(violations)} violations:", *violations[:SHOWN], *more]))
        self.violations = violations


def check(story: Story, rows: Rows) -> None:
    """Hold everything that was said, answered and heard against what is stored.

    Raises:
        Broken: with every violation found.
    """
    if violations := [*judge_storage(story, rows), *judge_readers(story, rows)]:
        raise Broken(violations)


def stored(site: Site, room_ids: list[int]) -> Rows:
    """Everything the database holds of these rooms."""
    rows = site.call(rows_on_site, room_ids)
    return Rows(
        [Message._make([*row[:-1], frozen(row[-1])]) for row in rows["messages"]],
        [Member(*row) for row in rows["members"]],
        {room: clock for room, clock, _ in rows["rooms"]},
        {room: changed for room, _, changed in rows["rooms"]},
    )


def frozen(reactions: list[tuple[str, int]]) -> Reactions:
    by_emoji: dict[str, list[int]] = {}
    for emoji, user in reactions:
        by_emoji.setdefault(emoji, []).append(user)
    return tuple(sorted((emoji, tuple(sorted(users))) for emoji, users in by_emoji.items()))


def rows_on_site(room_ids: list[int]) -> dict[str, Any]:
    """For `Site.call`: what `stored` returns, as JSON can carry it."""
    from chat.models import Membership, Message, Reaction, Room

    reactions: dict[int, list[tuple[str, int]]] = {}
    for message, emoji, user in Reaction.objects.filter(message__room__in=room_ids).values_list(
        "message_id", "emoji", "user_id"
    ):
        reactions.setdefault(message, []).append((emoji, user))
    fields = ("pk", "room_id", "tick", "changed", "author_id", "ref", "text", "deleted")
    messages = Message.objects.filter(room__in=room_ids).order_by("room", "tick").values_list(*fields)
    return {
        "messages": [[*row, reactions.get(row[0], [])] for row in messages],
        "members": list(
            Membership.objects.filter(room__in=room_ids).values_list("room_id", "user_id", "left", "changed")
        ),
        "rooms": list(Room.objects.filter(pk__in=room_ids).values_list("pk", "clock", "changed")),
    }
