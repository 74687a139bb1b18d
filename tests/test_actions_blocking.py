from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chat import announce, snapshots
from chat.actions import messages, posting, rooms
from chat.actions.blocking import UNWANTED, block, unblock
from chat.actions.moderation import rulebook
from chat.actions.posting import Draft, post_many
from chat.errors import Refused
from chat.models import Block, Room, User
from tests.cast import add_room
from tests.moderation.refusals import refusal_of
from tests.together import together

Capture = Callable[..., CaptureQueriesContext]


def talk(by: User, *others: User) -> Room:
    room, _ = rooms.create_room(by=by, kind="direct", members=[user.pk for user in others])
    return room


def post(user: User, room: Room, ref: str) -> posting.Posted:
    return posting.post(Draft(author_id=user.pk, room_id=room.pk, ref=ref, text="Hello"))


def test_two_people_write_each_other_nothing_while_one_blocks_the_other(alice: User, bob: User) -> None:
    room = talk(alice, bob)
    mine, others = post(bob, room, "before"), post(alice, room, "before")
    block(by=bob, person_id=alice.pk)
    for user in (alice, bob):
        with pytest.raises(Refused) as refused:
            post(user, room, "after")
        assert (refused.value.code, refused.value.message) == ("forbidden", UNWANTED)

        def react(user: User = user) -> int:
            return messages.react(user_id=user.pk, message_id=mine.message_id, emoji="👍", on=True)

        assert refusal_of(react) == "forbidden"
    assert (
        refusal_of(lambda: messages.edit(user_id=alice.pk, message_id=others.message_id, text="Instead"))
        == "forbidden"
    )
    assert talk(alice, bob) == room
    unblock(by=bob, person_id=alice.pk)
    post(alice, room, "after")
    post(bob, room, "after")


def test_what_was_stored_before_is_still_answered(alice: User, bob: User) -> None:
    room = talk(alice, bob)
    first = post(alice, room, "once")
    block(by=bob, person_id=alice.pk)
    assert post(alice, room, "once").message_id == first.message_id


def test_no_conversation_is_opened_in_either_direction(alice: User, bob: User, charlie: User) -> None:
    block(by=bob, person_id=alice.pk)
    talk(charlie, alice)
    for by, other in ((alice, bob), (bob, alice)):
        assert refusal_of(lambda: talk(by, other)) == "forbidden"  # noqa: B023
        assert refusal_of(lambda: talk(by, other, charlie)) == "forbidden"  # noqa: B023
    assert talk(charlie, alice, bob).people_key


def test_in_company_nothing_is_withheld(alice: User, bob: User, charlie: User, general: Room) -> None:
    group = talk(charlie, alice, bob)
    alone = talk(alice)
    block(by=bob, person_id=alice.pk)
    for room in (group, general, alone):
        post(alice, room, f"in {room.pk}")
    seen = snapshots.room_of(bob.pk, general.pk)
    assert seen
    assert seen.unread == 1


def test_a_block_is_one_persons_own_and_of_somebody_else(alice: User, bob: User) -> None:
    block(by=bob, person_id=alice.pk)
    block(by=bob, person_id=alice.pk)
    assert snapshots.blocked_by([alice.pk, bob.pk]) == {alice.pk: [], bob.pk: [alice.pk]}
    unblock(by=alice, person_id=bob.pk)
    assert Block.objects.count() == 1
    assert refusal_of(lambda: block(by=bob, person_id=bob.pk)) == "invalid"
    assert refusal_of(lambda: block(by=bob, person_id=10**9)) == "not_found"


def test_only_conversations_of_two_cost_a_look(
    alice: User,
    bob: User,
    general: Room,
    django_assert_num_queries: Capture,
    django_assert_max_num_queries: Capture,
) -> None:
    room = talk(alice, bob)
    private = add_room("Other", members={alice: "owner", bob: "member"})
    rulebook.current()

    def drafts(*where: Room, run: str) -> list[Draft]:
        return [Draft(user.pk, to.pk, f"{run} {to.pk}", "Hello") for user in (alice, bob) for to in where]

    with django_assert_max_num_queries(20) as without:
        post_many(drafts(general, private, run="first"))
    with django_assert_num_queries(len(without) + 1):
        post_many(drafts(general, room, run="second"))
    with django_assert_num_queries(len(without) + 1):
        post_many(drafts(room, run="third"))


@pytest.mark.django_db(transaction=True)
def test_the_blocker_alone_is_told(alice: User, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[announce.Announcement] = []
    monkeypatch.setattr(announce, "_sink", told.append)
    block(by=bob, person_id=alice.pk)
    block(by=bob, person_id=alice.pk)
    unblock(by=bob, person_id=alice.pk)
    unblock(by=bob, person_id=alice.pk)
    assert told == [announce.Blocks([bob.pk])] * 2


def test_a_block_waits_for_posts_of_the_conversation_that_are_under_way(
    alice: User, bob: User, general: Room, django_assert_max_num_queries: Capture
) -> None:
    talk(alice, bob)
    with django_assert_max_num_queries(20) as asked:
        block(by=bob, person_id=alice.pk)
    statements = [query["sql"] for query in asked.captured_queries]
    [lock] = [
        index for index, sql in enumerate(statements) if sql.startswith("SELECT * FROM chat_room WHERE id IN")
    ]
    [write] = [index for index, sql in enumerate(statements) if sql.startswith("INSERT")]
    assert lock < write
    assert connection.vendor == "sqlite" or statements[lock].endswith("FOR NO KEY UPDATE")


@pytest.mark.django_db(transaction=True)
def test_after_a_block_no_post_of_the_same_moment_comes(alice: User, bob: User) -> None:
    room = talk(alice, bob)
    for turn in range(5):
        outcomes = together(
            lambda: block(by=bob, person_id=alice.pk),
            lambda: post(alice, room, str(turn)),  # noqa: B023
        )
        assert outcomes[0] is None
        assert refusal_of(lambda: post(alice, room, f"{turn} later")) == "forbidden"  # noqa: B023
        unblock(by=bob, person_id=alice.pk)


def test_over_http(alice: User, bob: User, client: Client) -> None:
    client.force_login(bob)

    def ask(method: str, path: str) -> tuple[int, Any]:
        answer = getattr(client, method)(f"/api/blocks{path}")
        return answer.status_code, answer.json()

    assert ask("get", "") == (200, {"users": []})
    assert ask("put", f"/{alice.pk}") == (200, {"users": [alice.pk]})
    assert ask("get", "") == (200, {"users": [alice.pk]})
    assert ask("put", f"/{bob.pk}")[0] == 400
    assert ask("put", "/999999")[0] == 404
    assert ask("delete", f"/{alice.pk}") == (200, {"users": []})
    client.logout()
    assert ask("get", "")[0] == 401
