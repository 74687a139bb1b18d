from typing import Any

import pytest

from chat.actions.moderation import rulebook
from chat.actions.moderation.record import Actor
from chat.actions.moderation.rules import MOST_OF_ROOM, add_rule, change_rule, remove_rule
from chat.actions.moderation.site_limits import change_limits
from chat.models import ModerationAction, Room, Site, User, WordRule
from tests.cast import add_member, add_person
from tests.moderation.refusals import refusal_of
from tests.together import together


def acts() -> list[tuple[Any, ...]]:
    rows = ModerationAction.objects.exclude(action="role").order_by("pk")
    return [(row.action, row.actor, row.room, row.before, row.after) for row in rows]


def test_rules_are_made_changed_and_removed_on_the_record(alice: User) -> None:
    by = Actor(alice)
    rule = add_rule(by=by, pattern="  buy \n followers ", mode="block", note="Since May")
    first = {"rule": rule.pk, "pattern": "buy followers", "mode": "block", "note": "Since May", "active": True}
    for _ in range(2):
        change_rule(by=by, rule_id=rule.pk, mode="flag", active=False)
    second = first | {"mode": "flag", "active": False}
    remove_rule(by=by, rule_id=first["rule"])  # type: ignore[arg-type]
    assert not WordRule.objects.exists()
    assert acts() == [
        ("word_rule_add", alice, None, {}, first),
        ("word_rule_change", alice, None, first, second),
        ("word_rule_remove", alice, None, second, {}),
    ]


def test_moderators_of_the_site_and_of_a_room_make_rules_for_theirs(
    alice: User, bob: User, dora: User, general: Room, backroom: Room
) -> None:
    erin = add_person("erin")
    add_member(general, erin, "moderator")

    def add(user: User, room: Room | None) -> WordRule:
        key = room.pk if room else None
        return add_rule(by=Actor(user), pattern=f"by {user}", mode="flag", room_id=key)

    of_site, of_room = add(dora, None), add(erin, general)
    add(dora, general)
    for user, room, code in (
        (bob, None, "forbidden"),
        (erin, None, "forbidden"),
        (bob, general, "forbidden"),
        (bob, backroom, "forbidden"),
        (erin, backroom, "not_found"),
        (dora, backroom, "not_found"),
    ):
        assert refusal_of(lambda: add(user, room)) == code  # noqa: B023
    for rule, user in ((of_site, erin), (of_room, bob)):
        assert refusal_of(lambda: change_rule(by=Actor(user), rule_id=rule.pk, mode="block")) == "forbidden"  # noqa: B023
        assert refusal_of(lambda: remove_rule(by=Actor(user), rule_id=rule.pk)) == "forbidden"  # noqa: B023
    assert refusal_of(lambda: remove_rule(by=Actor(alice), rule_id=10**9)) == "not_found"


def test_what_cannot_be_a_rule_is_refused(alice: User) -> None:
    by = Actor(alice)
    rule = add_rule(by=by, pattern="spam", mode="flag")
    wrong: list[dict[str, Any]] = [
        {"pattern": "***"},
        {"pattern": "a\0b"},
        {"mode": "shout"},
        {"note": "x" * 501},
    ]
    for fields in wrong:
        given = {"pattern": "other", "mode": "flag"} | fields
        assert refusal_of(lambda: add_rule(by=by, **given)) == "invalid"  # noqa: B023
        assert refusal_of(lambda: change_rule(by=by, rule_id=rule.pk, **fields)) == "invalid"  # noqa: B023
    assert refusal_of(lambda: add_rule(by=by, pattern="spam", mode="block")) == "conflict"
    other = add_rule(by=by, pattern="other", mode="block")
    assert refusal_of(lambda: change_rule(by=by, rule_id=other.pk, pattern="spam")) == "conflict"


def test_a_room_has_room_for_so_many_rules(alice: User, general: Room) -> None:
    WordRule.objects.bulk_create(
        WordRule(pattern=f"p{number}", mode="flag", room=general) for number in range(MOST_OF_ROOM - 1)
    )
    add_rule(by=Actor(alice), pattern="last", mode="flag", room_id=general.pk)
    code = refusal_of(lambda: add_rule(by=Actor(alice), pattern="more", mode="flag", room_id=general.pk))
    assert code == "conflict"


@pytest.mark.django_db(transaction=True)
def test_the_same_rule_twice_in_one_moment_is_one(alice: User) -> None:
    Site.load()
    for number in range(5):
        outcomes = together(*[lambda: add_rule(by=Actor(alice), pattern=f"p{number}", mode="flag")] * 2)  # noqa: B023
        assert sorted(isinstance(outcome, WordRule) for outcome in outcomes) == [False, True]


@pytest.mark.django_db(transaction=True)
def test_a_rule_is_known_to_its_own_process_at_once(
    alice: User, general: Room, django_assert_num_queries: Any
) -> None:
    def patterns() -> list[str]:
        return [rule.pattern for page in rulebook.current().pages.values() for rule in page.rules]

    assert patterns() == []
    rule = add_rule(by=Actor(alice), pattern="spam", mode="flag", room_id=general.pk)
    assert patterns() == ["spam"]
    with django_assert_num_queries(0):
        assert patterns() == ["spam"]
    page = rulebook.current().pages[general.pk]
    change_limits(by=Actor(alice), max_posts=5)
    assert rulebook.current().site.max_posts == 5
    assert rulebook.current().pages[general.pk] is page, "what did not change keeps its matcher"
    remove_rule(by=Actor(alice), rule_id=rule.pk)
    assert patterns() == []


def test_what_is_read_while_a_change_is_heard_of_is_read_again(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = rulebook._read

    def read_and_miss(before: rulebook.Book | None) -> rulebook.Book:
        book = read(before)
        WordRule.objects.create(pattern="spam", mode="flag")
        rulebook.forget()
        return book

    monkeypatch.setattr(rulebook, "_read", read_and_miss)
    assert None not in rulebook.current().pages
    monkeypatch.setattr(rulebook, "_read", read)
    assert None in rulebook.current().pages


def test_limits_are_changed_on_the_record(alice: User, dora: User) -> None:
    Site.load()
    change_limits(by=Actor(dora), max_posts=5, links_from_new_members="block")
    site = change_limits(by=Actor(dora), max_posts=5, links_from_new_members="block", new_member_hours=24)
    assert (site.max_posts, site.links_from_new_members) == (5, "block")
    assert acts() == [
        (
            "site_settings",
            dora,
            None,
            {"max_posts": 0, "links_from_new_members": "allow"},
            {"max_posts": 5, "links_from_new_members": "block"},
        )
    ]


@pytest.mark.parametrize(
    "limits",
    [
        {"max_posts": -1},
        {"max_posts": 101},
        {"max_duplicates": 51},
        {"flood_mute_minutes": 9},
        {"flood_mute_minutes": 43201},
        {"links_from_new_members": "never"},
        {"epoch": 1},
    ],
)
def test_limits_out_of_their_range_are_refused(alice: User, limits: dict[str, Any]) -> None:
    change_limits(by=Actor(alice), max_posts=100, max_duplicates=50, flood_mute_minutes=0)
    assert refusal_of(lambda: change_limits(by=Actor(alice), **limits)) == "invalid"


def test_only_moderators_of_the_site_change_limits(bob: User, general: Room) -> None:
    assert refusal_of(lambda: change_limits(by=Actor(bob), max_posts=5)) == "forbidden"
