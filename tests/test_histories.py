from datetime import timedelta

from chat import histories
from chat.actions.moderation.banning import ban
from chat.actions.moderation.muting import mute, unmute
from chat.actions.moderation.noting import note
from chat.actions.moderation.record import Action, Actor, record
from chat.actions.moderation.warning import warn
from chat.models import Room, User
from tests.cast import add_member, add_person
from tests.moderation.refusals import refusal_of

HOUR = timedelta(hours=1)


def test_the_record_about_a_person_and_what_stands(alice: User, bob: User, charlie: User, general: Room) -> None:
    by = Actor(alice)
    mute(by=by, person_id=bob.pk, duration=HOUR, reason="First")
    unmute(by=by, person_id=bob.pk)
    warn(by=by, person_id=bob.pk, reason="Second")
    row = ban(by=by, person_id=bob.pk, room_id=general.pk, reason="Third")
    warn(by=by, person_id=charlie.pk, reason="Another")
    found = histories.of_person(alice, bob.pk)
    assert [act.action for act in found.acts] == ["ban", "warn", "unmute", "mute"]
    assert (found.person, found.sanctions, found.more) == (bob, [row], False)


def test_a_rooms_moderators_see_what_was_done_there(alice: User, bob: User, general: Room) -> None:
    erin = add_person("erin")
    add_member(general, erin, "moderator")
    mute(by=Actor(alice), person_id=bob.pk, duration=HOUR, reason="Everywhere")
    row = mute(by=Actor(alice), person_id=bob.pk, room_id=general.pk, duration=HOUR, reason="Here")
    found = histories.of_person(erin, bob.pk, room_id=general.pk)
    assert [act.reason for act in found.acts] == ["Here"]
    assert found.sanctions == [row]


def test_the_record_is_for_moderators(
    alice: User, bob: User, charlie: User, dora: User, general: Room, backroom: Room
) -> None:
    erin, fred = add_person("erin"), add_person("fred")
    add_member(general, erin, "moderator")

    def refused(user: User, room: Room | None) -> str:
        return refusal_of(lambda: histories.of_person(user, fred.pk, room_id=room.pk if room else None))

    assert refused(bob, None) == "forbidden"
    assert refused(bob, general) == "forbidden"
    assert refused(erin, None) == "forbidden"
    assert refused(charlie, backroom) == "not_found"
    assert refused(dora, backroom) == "not_found"
    assert refusal_of(lambda: histories.of_person(dora, 10**9)) == "not_found"
    assert refusal_of(lambda: histories.of_person(dora, bob.pk, room_id=10**9)) == "not_found"
    assert histories.of_person(dora, charlie.pk).person == charlie


def test_nobody_reads_the_record_about_themselves_or_their_betters(
    alice: User, bob: User, dora: User, general: Room
) -> None:
    erin = add_person("erin")
    add_member(general, erin, "moderator")
    for user, person in ((dora, alice), (dora, dora), (erin, erin), (erin, alice)):
        room_id = general.pk if user == erin else None
        assert refusal_of(lambda: histories.of_person(user, person.pk, room_id=room_id)) == "forbidden"  # noqa: B023
    assert histories.of_person(erin, bob.pk, room_id=general.pk).person == bob
    assert histories.of_person(alice, dora.pk).person == dora


def test_the_record_comes_in_pages(alice: User, bob: User) -> None:
    rows = [record(by=Actor(alice), action=Action.NOTE, person=bob) for _ in range(histories.PAGE + 1)]
    newest = histories.of_person(alice, bob.pk)
    assert (newest.acts, newest.more) == (rows[:0:-1], True)
    rest = histories.of_person(alice, bob.pk, before=newest.acts[-1].pk)
    assert (rest.acts, rest.more) == (rows[:1], False)


def test_notes_are_for_the_sites_moderators_above_the_person(
    alice: User, bob: User, charlie: User, dora: User
) -> None:
    row = note(by=Actor(dora), person_id=bob.pk, text="Careful")
    note(by=Actor(alice), person_id=dora.pk, text="New here")
    assert histories.notes_about(dora, bob.pk) == [row]
    assert histories.notes_about(alice, bob.pk) == [row]
    for user, person in ((charlie, bob), (bob, bob), (dora, dora), (dora, alice)):
        assert refusal_of(lambda: histories.notes_about(user, person.pk)) == "forbidden"  # noqa: B023
    assert refusal_of(lambda: histories.notes_about(dora, 10**9)) == "not_found"
