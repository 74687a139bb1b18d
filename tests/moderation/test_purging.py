import threading
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from django.utils import timezone

from chat import announce, encoding
from chat.actions import messages
from chat.actions.moderation import purging, tombstones
from chat.actions.moderation.appointing import dismiss
from chat.actions.moderation.purging import purge, restore_purged
from chat.actions.moderation.record import RULE, Actor
from chat.actions.moderation.removing import restore
from chat.actions.posting import Draft, Posted, post, post_many
from chat.models import Membership, Message, ModerationAction, Removal, Room, User
from tests.cast import add_member, add_person, add_room
from tests.moderation.refusals import refusal_of
from tests.together import together

LONG_AGO = timezone.now() - timedelta(days=3650)


def said(user: User, room: Room, *refs: str, at: datetime | None = None) -> None:
    posted = post_many([Draft(user.pk, room.pk, ref, f"{ref} @alice", sent_at=at) for ref in refs])
    assert all(isinstance(outcome, Posted) for outcome in posted)


def left_of(user: User) -> list[str]:
    rows = Message.objects.filter(author=user, deleted=False).order_by("pk")
    return [row.text.split()[0] for row in rows]


def test_a_purge_of_a_room_takes_what_was_said_there_since(alice: User, bob: User, general: Room) -> None:
    other = add_room("Other", members={alice: "owner", bob: "member"})
    now = timezone.now()
    said(bob, general, "old", at=now - timedelta(hours=2))
    said(bob, general, "new", "newer", at=now)
    said(bob, other, "elsewhere")
    said(alice, general, "hers")
    since = now - timedelta(hours=1)
    assert purge(by=Actor(alice), person_id=bob.pk, room_id=general.pk, since=since, reason="Adverts") == 2
    assert left_of(bob) == ["old", "elsewhere"]
    assert left_of(alice) == ["hers"]
    general.refresh_from_db()
    assert general.clock == 8
    assert list(Message.objects.filter(deleted=True).order_by("pk").values_list("changed", flat=True)) == [7, 8]
    act = ModerationAction.objects.get()
    assert (act.action, act.person, act.room, act.reason, act.after["messages"]) == (
        ("purge_messages", bob, general, "Adverts", 2)
    )
    assert purge(by=Actor(alice), person_id=bob.pk, room_id=general.pk, since=since, reason="Again") == 0
    assert ModerationAction.objects.count() == 1


def test_a_purge_of_the_site_leaves_direct_rooms_alone(
    alice: User, bob: User, dora: User, general: Room, backroom: Room
) -> None:
    direct = add_room("", "direct", members={alice: "member", bob: "member"})
    former = add_room("Former", members={alice: "owner", bob: "member"})
    for room in (general, backroom, direct, former):
        said(bob, room, f"in-{room}".replace(" ", "-"))
    Membership.objects.filter(room=former, user=bob).update(left=True)
    assert purge(by=Actor(dora), person_id=bob.pk, since=LONG_AGO, reason="Adverts") == 3
    assert left_of(bob) == [f"in-{direct}".replace(" ", "-")]
    acts = ModerationAction.objects.filter(action="purge_messages")
    assert {act.room_name for act in acts} == {"General", "Backroom", "Former"}


def test_a_purge_goes_by_batches(alice: User, bob: User, general: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purging, "BATCH", 2)
    said(bob, general, "1", "2", "3", "4", "5")
    assert purge(by=Actor(alice), person_id=bob.pk, room_id=general.pk, since=LONG_AGO, reason="x") == 5
    assert left_of(bob) == []
    assert ModerationAction.objects.get().after["messages"] == 5
    assert Room.objects.get(pk=general.pk).clock == 12


def test_what_comes_meanwhile_is_taken_however_much_it_is(
    alice: User, bob: User, general: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "BATCH", 2)
    said(bob, general, "1")
    meanwhile = [["2", "3", "4", "5", "6"]]

    def take_away_and_see_more(*arguments: Any, **fields: Any) -> None:
        tombstones.take_away(*arguments, **fields)
        if meanwhile:
            said(bob, general, *meanwhile.pop())

    monkeypatch.setattr("chat.actions.moderation.purging.take_away", take_away_and_see_more)
    assert purge(by=Actor(alice), person_id=bob.pk, room_id=general.pk, since=LONG_AGO, reason="x") == 6
    assert left_of(bob) == []


def test_what_was_purged_is_restored_one_by_one_or_at_once(
    alice: User, bob: User, general: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "BATCH", 2)
    said(bob, general, "1", "2", "3", "4", "5", "6")
    removed, deleted, first, *others = Message.objects.order_by("pk")
    messages.delete(user_id=alice.pk, message_id=removed.pk)
    messages.delete(user_id=bob.pk, message_id=deleted.pk)
    before = encoding.messages(others)
    purge(by=Actor(alice), person_id=bob.pk, room_id=general.pk, since=LONG_AGO, reason="x")
    restore(by=Actor(alice), message_id=first.pk)
    act = ModerationAction.objects.get(action="purge_messages")
    assert restore_purged(by=Actor(alice), action_id=act.pk, reason="Somebody else’s account") == 3
    assert left_of(bob) == ["3", "4", "5", "6"]
    after = encoding.messages(Message.objects.filter(pk__in=[row.pk for row in others]).order_by("pk"))
    assert [(row.text, row.html, row.mentions) for row in after] == [
        (row.text, row.html, row.mentions) for row in before
    ]
    assert list(Removal.objects.values_list("message", flat=True)) == [removed.pk]
    assert restore_purged(by=Actor(alice), action_id=act.pk) == 0


def test_only_moderators_purge_and_only_those_below_them(
    alice: User, bob: User, charlie: User, dora: User, general: Room, backroom: Room
) -> None:
    erin = add_person("erin")
    add_member(general, erin, "moderator")
    said(bob, general, "1")
    said(erin, general, "1")

    def refused(by: Actor, person_id: int, room_id: int | None) -> str:
        return refusal_of(lambda: purge(by=by, person_id=person_id, room_id=room_id, since=LONG_AGO, reason="x"))

    assert refused(Actor(bob), charlie.pk, general.pk) == "forbidden"
    assert refused(Actor(erin), bob.pk, None) == "forbidden"
    assert refused(Actor(erin), alice.pk, general.pk) == "forbidden"
    assert refused(Actor(dora), alice.pk, None) == "forbidden"
    assert refused(Actor(dora), bob.pk, backroom.pk) == "not_found"
    assert refused(Actor(alice), bob.pk, 10**9) == "not_found"
    assert refused(Actor(alice), 10**9, None) == "not_found"
    assert refused(RULE, erin.pk, general.pk) == "forbidden"
    why: dict[str, Any] = {"by": Actor(alice), "person_id": bob.pk, "since": LONG_AGO}
    assert refusal_of(lambda: purge(**why, reason=" ")) == "invalid"
    assert not Removal.objects.exists()
    purge(by=Actor(erin), person_id=bob.pk, room_id=general.pk, since=LONG_AGO, reason="x")
    act = ModerationAction.objects.get(action="purge_messages")
    for by, code in ((bob, "forbidden"), (charlie, "forbidden")):
        assert refusal_of(lambda: restore_purged(by=Actor(by), action_id=act.pk)) == code  # noqa: B023
    assert refusal_of(lambda: restore_purged(by=Actor(erin), action_id=act.pk + 1)) == "not_found"
    restore_purged(by=Actor(erin), action_id=act.pk)
    assert not Removal.objects.exists()


def test_what_was_done_before_the_moderator_was_dismissed_is_on_the_record(
    alice: User, bob: User, dora: User, general: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "BATCH", 2)
    said(bob, general, "1", "2", "3", "4", "5")

    def take_away_and_be_dismissed(*arguments: Any, **fields: Any) -> None:
        tombstones.take_away(*arguments, **fields)
        dismiss(by=Actor(alice), person_id=dora.pk)

    monkeypatch.setattr("chat.actions.moderation.purging.take_away", take_away_and_be_dismissed)
    assert refusal_of(lambda: purge(by=Actor(dora), person_id=bob.pk, since=LONG_AGO, reason="x")) == "forbidden"
    assert left_of(bob) == ["3", "4", "5"]
    assert ModerationAction.objects.get(action="purge_messages").after["messages"] == 2


@pytest.mark.django_db(transaction=True)
def test_a_purge_ends_while_the_person_is_still_posting(
    alice: User, bob: User, general: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "BATCH", 20)
    told: list[announce.Announcement] = []
    monkeypatch.setattr(announce, "_sink", told.append)
    said(bob, general, *(f"before {number}" for number in range(100)))
    ended = threading.Event()
    posting = threading.Event()

    def keep_posting() -> int:
        number = 0
        while not ended.is_set() or number < 50:
            post(Draft(bob.pk, general.pk, f"meanwhile {number}", "Buy this"))
            number += 1
            if number == 10:
                posting.set()
        return number

    def purge_meanwhile() -> int:
        try:
            assert posting.wait(60)
            return purge(by=Actor(alice), person_id=bob.pk, room_id=general.pk, since=LONG_AGO, reason="Adverts")
        finally:
            ended.set()

    posted, purged = together(keep_posting, purge_meanwhile)
    rows = Message.objects.filter(author=bob)
    assert rows.count() == posted + 100
    gone = rows.filter(deleted=True)
    assert gone.count() == purged >= 110
    end = max(gone.values_list("changed", flat=True))
    assert all(tick > end for tick in rows.filter(deleted=False).values_list("tick", flat=True))
    assert ModerationAction.objects.get().after["messages"] == purged
    # Nobody sees a gap: what was announced has each tick once, and says what can be read of it.
    clock = Room.objects.get(pk=general.pk).clock
    changes = [each for each in told if isinstance(each, announce.Changes)]
    ticks = [
        change["tick"]
        for each in sorted(changes, key=lambda each: each.first)
        for change in msgspec.json.decode(b"[" + each.body + b"]")
    ]
    assert ticks == list(range(3, clock + 1))
    assert clock == 2 + posted + 100 + purged
