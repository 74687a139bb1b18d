from chat.actions.moderation.noting import note
from chat.actions.moderation.record import Actor
from chat.models import ModerationAction, Note, User
from tests.moderation.refusals import refusal_of


def test_a_note_is_kept_and_the_record_says_only_that_there_is_one(dora: User, bob: User) -> None:
    row = note(by=Actor(dora), person_id=bob.pk, text="  Wrote to him twice.\nNo answer. ")
    row = Note.objects.get(pk=row.pk)
    assert (row.person, row.author, row.text) == (bob, dora, "Wrote to him twice.\nNo answer.")
    act = ModerationAction.objects.get(action="note")
    assert (act.actor, act.person, act.reason, act.after) == (dora, bob, "", {"note": row.pk})


def test_only_the_sites_moderators_and_only_about_those_below_them(alice: User, bob: User, dora: User) -> None:
    for by, person in ((bob, dora), (dora, alice), (dora, dora)):
        assert refusal_of(lambda: note(by=Actor(by), person_id=person.pk, text="x")) == "forbidden"  # noqa: B023
    for text in (" ", "x" * 2001, "a\x00b"):
        assert refusal_of(lambda: note(by=Actor(dora), person_id=bob.pk, text=text)) == "invalid"  # noqa: B023
    assert refusal_of(lambda: note(by=Actor(dora), person_id=10**9, text="x")) == "not_found"
    note(by=Actor(dora), person_id=bob.pk, text="x" * 2000)
