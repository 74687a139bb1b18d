"""The checker on stories made by hand: the true one passes, and each lie in it is named."""

from collections.abc import Callable

import pytest

from tests.faults.checker import Broken, check
from tests.faults.record import Attempt, Command
from tests.faults.tales import ALICE, BOB, CHANGES, CHARLIE, ROOM, THUMB, Tale, made, post

Spoil = Callable[[Tale], object]

LIES: dict[str, tuple[Spoil, str]] = {
    # Posts
    "lost": (lambda tale: tale.lose(14), "ref g of user 1 was acknowledged at tick 11 and is not stored"),
    "another tick": (lambda tale: tale.store(14, tick=12), "was acknowledged as message 14 at tick 11, stored is"),
    "another id": (lambda tale: tale.answer("g", id=15), "was acknowledged as message 15 at tick 11, stored is"),
    "another answer": (lambda tale: tale.answer("a", id=12), "ref a of user 1 was answered with"),
    "ref twice": (lambda tale: tale.add(15, tick=12), "ref g of user 1 is stored 2 times"),
    "tick twice": (lambda tale: tale.add(15, ref="x"), "room 7 has 2 messages of tick 11"),
    "nobody's": (
        lambda tale: tale.add(15, ref="x", tick=12),
        "tick 12: ref x of user 1 is stored, nobody sent it",
    ),
    "after removal": (Tale.let_the_removed_talk, "ref h is of user 3, who was removed before"),
    "refused": (lambda tale: tale.refuse("d", "conflict"), "ref d of user 2, a react, was refused with conflict"),
    "not found": (
        lambda tale: tale.refuse("g", "not_found"),
        "ref g of user 1, a post, was refused with not_found",
    ),
    "out of order": (lambda tale: swap(tale, "e", "g"), "user 1 sent e before g, their ticks are 11 and 9"),
    "early answer": (
        lambda tale: setattr(tale.command("a").attempts[0], "sent", 4.5),
        "b was acknowledged at tick 5 before a was sent, which got tick 4",
    ),
    # What was done to them
    "edit forgotten": (lambda tale: tale.store(11, text="one"), "message 11 says 'one', acknowledged or possible"),
    "words of nobody": (lambda tale: tale.store(13, text="thirteen"), "message 13 says 'thirteen', acknowledged"),
    "delete forgotten": (lambda tale: tale.store(12, deleted=False), "message 12 was deleted, which was acknow"),
    "deleted by nobody": (lambda tale: tale.store(13, deleted=True, text=""), "13 is deleted, nobody did that"),
    "ghost": (lambda tale: tale.store(12, text="two"), "message 12 is deleted and still says 'two'"),
    "reaction forgotten": (lambda tale: tale.store(11, reactions=()), "message 11 lacks 👍 of user 2"),
    "reaction of nobody": (lambda tale: tale.store(13, reactions=THUMB), "13 has 👍 of user 2, who sent none"),
    # Readers
    "contract": (Tale.break_the_contract, "user 2, connection 0 to ws://door/: ticks go on after 4"),
    "reset": (lambda tale: tale.story.connections[BOB][0].resets.append(ROOM), "room 7 was reset"),
    "signed out": (
        lambda tale: setattr(tale.story.connections[BOB][0], "close_code", 4401),
        "user 2, connection 0 to ws://door/: closed with 4401",
    ),
    "other words": (lambda tale: tale.tell(BOB, 9, text="3"), "room 7 tick 9: user 1 was told"),
    "other reactions": (lambda tale: tale.tell(BOB, 7, reactions=()), "room 7 tick 7: events told user 1"),
    "not as posted": (lambda tale: tell_all(tale, 4, text="1"), "acknowledged was post a"),
    "not as edited": (lambda tale: tell_all(tale, 6, text="one"), "acknowledged was edit c"),
    "not as deleted": (lambda tale: tell_all(tale, 10, deleted=False), "acknowledged was delete f"),
    "not as reacted": (lambda tale: tell_all(tale, 7, reactions=()), "acknowledged was react d"),
    "another row": (lambda tale: tale.answer("c", tick=5), "room 7 tick 5: acknowledged was edit c"),
    "told the removed": (
        lambda tale: tale.story.connections[CHARLIE][0].heard.append(CHANGES[5]),
        "room 7 tick 9: told to user 3, who was removed at 8",
    ),
    "behind": (
        lambda tale: tale.story.connections[BOB][0].cursors.update({ROOM: 10}),
        "user 2 in room 7: read to 10, acknowledged is 11",
    ),
    "never told": (lambda tale: tale.hide([9], BOB), "user 2 in room 7: was never told of message 13 (tick 9"),
    "old words": (lambda tale: tale.hide([6, 7], BOB), "user 2 in room 7: holds (4, 4, 1, 'a', 'one'"),
    "told and not stored": (lambda tale: tale.lose(13), "was told of message 13 (tick 9), which is not stored"),
    # Ticks
    "gap": (lambda tale: tale.rows.clocks.update({ROOM: 12}), "ticks [12] up to the clock 12 are nobody's change"),
    "beyond": (lambda tale: tale.rows.clocks.update({ROOM: 10}), "ticks [11] are beyond the clock 10"),
}


@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_named(name: str) -> None:
    tale = Tale()
    check(tale.story, tale.rows)
    spoil, sentence = LIES[name]
    spoil(tale)
    with pytest.raises(Broken) as broken:
        check(tale.story, tale.rows)
    assert any(sentence in violation for violation in broken.value.violations), str(broken.value)


def test_a_command_without_an_answer_may_have_happened_or_not() -> None:
    tale = Tale()
    tale.unanswer("c")
    check(tale.story, tale.rows)
    edited = Command(ALICE, ROOM, "h", "edit", "ONE", 11, attempts=[Attempt(20)])
    tale.story.commands[ALICE].append(edited)
    check(tale.story, tale.rows)
    # It happened after everybody had left.
    tale.store(11, text="ONE", changed=12)
    tale.rows.clocks[ROOM] = 12
    check(tale.story, tale.rows)


def test_who_is_removed_and_what_is_deleted_is_refused() -> None:
    tale = Tale()
    late = Command(ALICE, ROOM, "h", "react", "", 12, "👍", True, [Attempt(20, 21, refusal="conflict")])
    tale.story.commands[ALICE].append(late)
    tale.story.commands[CHARLIE].append(post(CHARLIE, "h", "still here", Attempt(20, 21, refusal="not_found")))
    check(tale.story, tale.rows)


def test_what_was_refused_once_may_come_later() -> None:
    tale = Tale()
    # Sent before `e` and `g`, and again after them.
    late = post(ALICE, "h", "five", Attempt(8, 9, refusal="unavailable"), Attempt(20, 21, made(15, 12)))
    tale.story.commands[ALICE].insert(2, late)
    tale.add(15, ref="h", text="five", tick=12, changed=12)
    tale.rows.clocks[ROOM] = 12
    for user in (ALICE, BOB):
        connection = tale.story.connections[user][0]
        connection.heard.append(CHANGES[-1]._replace(tick=12, row=15, born=12, ref="h", text="five"))
        connection.cursors[ROOM] = 12
    check(tale.story, tale.rows)
    late.attempts[0].refusal = ""
    with pytest.raises(Broken, match="sent h before e, their ticks are 12 and 9"):
        check(tale.story, tale.rows)


def test_a_delta_may_show_later_reactions_but_no_other_words() -> None:
    tale = Tale()
    tale.tell(BOB, 6, live=False, reactions=THUMB)
    check(tale.story, tale.rows)
    tale.tell(BOB, 6, text="ONE")
    with pytest.raises(Broken, match="room 7 tick 6: user 1 was told"):
        check(tale.story, tale.rows)


def test_a_tick_that_nobody_saw_needs_a_command_that_may_have_taken_it() -> None:
    tale = Tale()
    tale.hide([6], ALICE, BOB, CHARLIE)
    check(tale.story, tale.rows)
    tale.unanswer("c")
    check(tale.story, tale.rows)
    tale.story.commands[ALICE] = [each for each in tale.story.commands[ALICE] if each.ref != "c"]
    with pytest.raises(Broken, match=r"ticks \[6\] up to the clock 11 are nobody's change"):
        check(tale.story, tale.rows)


def swap(tale: Tale, first: str, second: str) -> None:
    """Both were acknowledged with each other's tick."""
    ticks = tale.command(first).tick, tale.command(second).tick
    tale.answer(first, tick=ticks[1])
    tale.answer(second, tick=ticks[0])


def tell_all(tale: Tale, tick: int, **fields: object) -> None:
    for user in (ALICE, BOB, CHARLIE):
        tale.tell(user, tick, **fields)
