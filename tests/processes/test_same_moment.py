"""Two people, or one in two windows, do the same in the same moment through both processes: one result."""

from typing import Any

import httpx

from tests.people import Person, add_person, add_room, gather
from tests.processes.pairs import Pair
from tests.services.site import Server
from tests.together import together

Asked = tuple[Person, str, str, dict[str, Any]]  # who, method, path, body
ROUNDS = 12  # a race is not run once


def ask(server: Server, person: Person, method: str, path: str, body: dict[str, Any]) -> httpx.Response:
    with person.http(server.url) as http:
        return http.request(method, path, json=body)


def both(pair: Pair, one: Asked, two: Asked) -> list[httpx.Response]:
    answers: list[Any] = together(lambda: ask(pair.first, *one), lambda: ask(pair.second, *two))
    assert all(isinstance(answer, httpx.Response) for answer in answers), answers
    return answers


def test_two_people_open_the_same_direct_room(pair: Pair) -> None:
    company = gather(pair.site)
    for number in range(ROUNDS):
        third = add_person(pair.site, f"third{number}").id
        answers = both(
            pair,
            (company.alice, "POST", "/api/rooms", {"kind": "direct", "members": [company.bob.id, third]}),
            (company.bob, "POST", "/api/rooms", {"kind": "direct", "members": [third, company.alice.id]}),
        )
        assert sorted(answer.status_code for answer in answers) == [200, 201]
        one, two = (answer.json() for answer in answers)
        assert (one["id"], one["clock"], one["members"]) == (two["id"], 3, 3)


def test_someone_joins_twice(pair: Pair) -> None:
    company = gather(pair.site)
    for _ in range(ROUNDS):
        room = add_room(pair.site, members={company.alice: "owner"})
        join: Asked = (company.charlie, "POST", f"/api/rooms/{room}/join", {})
        assert [answer.status_code for answer in both(pair, join, join)] == [200, 200]
        assert pair.site.call(members_of, room) == [[company.alice.id, 1, False], [company.charlie.id, 2, False]]


def test_one_joins_while_another_removes(pair: Pair) -> None:
    """Whichever comes first, the clock and the rows agree."""
    company = gather(pair.site)
    for _ in range(ROUNDS):
        room = add_room(pair.site, members={company.alice: "owner"})
        join, removal = both(
            pair,
            (company.charlie, "POST", f"/api/rooms/{room}/join", {}),
            (company.alice, "DELETE", f"/api/rooms/{room}/members/{company.charlie.id}", {}),
        )
        # 404: removed again before the answer could show the room.
        assert join.status_code in (200, 404)
        removed = removal.status_code != 404
        assert pair.site.call(members_of, room)[1:] == [[company.charlie.id, 3 if removed else 2, removed]]


def test_one_ref_through_both_is_one_message(pair: Pair) -> None:
    company = gather(pair.site)
    for number in range(ROUNDS):
        post = (
            company.alice,
            "POST",
            f"/api/rooms/{company.general}/messages",
            {"ref": f"r{number}", "text": "x"},
        )
        answers = both(pair, post, post)
        assert sorted(answer.status_code for answer in answers) == [200, 201]
        assert answers[0].json() == answers[1].json()
        assert pair.site.call(clock_of, company.general) == 3 + number


def test_one_ref_with_two_bodies_is_one_message_and_a_conflict(pair: Pair) -> None:
    company = gather(pair.site)
    path = f"/api/rooms/{company.general}/messages"
    for number in range(ROUNDS):
        one, two = ({"ref": f"r{number}", "text": text} for text in ("one", "two"))
        answers = both(pair, (company.alice, "POST", path, one), (company.alice, "POST", path, two))
        assert sorted(answer.status_code for answer in answers) == [201, 409]
        assert pair.site.call(clock_of, company.general) == 3 + number


def test_two_owners_leave(pair: Pair) -> None:
    """A room keeps an owner, also when the last two go at once."""
    company = gather(pair.site)
    for _ in range(ROUNDS):
        room = add_room(pair.site, members={company.alice: "owner", company.bob: "owner"})
        path = f"/api/rooms/{room}/leave"
        answers = both(pair, (company.alice, "POST", path, {}), (company.bob, "POST", path, {}))
        assert sorted(answer.is_success for answer in answers) == [False, True]
        assert {answer.status_code for answer in answers if answer.is_error} == {409}


def members_of(room: int) -> list[tuple[int, int, bool]]:
    from chat.models import Membership

    rows = Membership.objects.filter(room=room).order_by("pk")
    return list(rows.values_list("user_id", "changed", "left"))


def clock_of(room: int) -> int:
    from chat.models import Room

    return Room.objects.get(pk=room).clock
