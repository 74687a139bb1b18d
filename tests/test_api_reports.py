"""Reports and the moderators' queue over HTTP."""

import pytest
from django.test import Client
from pytest_django import Settings

from chat.models import Case, ModerationAction, Report, Room, User
from tests.moderation.reported import case_of, posted
from tests.test_api_rooms import refused, send, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _unlimited(settings: Settings) -> None:
    settings.RATE_LIMITS = False


def test_a_message_is_reported_and_again(alice: User, bob: User, general: Room) -> None:
    message = posted(bob, general)
    client = signed_in(alice)
    body = {"message": message.pk, "category": "spam", "note": "Third today"}
    first = send(client, "POST", "reports", body)
    again = send(client, "POST", "reports", body | {"category": "other"})
    assert (first.status_code, again.status_code) == (201, 200)
    row = Report.objects.get()
    assert again.json() == {
        "id": row.pk,
        "message": message.pk,
        "person": None,
        "category": "other",
        "note": "Third today",
        "created_at": first.json()["created_at"],
        "state": "open",
        "outcome": "",
    }
    assert send(client, "GET", "reports/mine").json() == {"reports": [again.json()], "more": False}


def test_a_person_is_reported(alice: User, bob: User) -> None:
    answer = send(signed_in(alice), "POST", "reports", {"person": bob.pk, "category": "harassment"})
    assert (answer.status_code, answer.json()["person"]["id"], answer.json()["message"]) == (201, bob.pk, None)


def test_the_refusals_of_a_report(alice: User, bob: User, charlie: User, backroom: Room) -> None:
    message = posted(bob, backroom)
    body = {"message": message.pk, "category": "spam"}
    assert refused(send(signed_in(charlie), "POST", "reports", body)) == (404, "not_found")
    assert refused(send(signed_in(bob), "POST", "reports", body)) == (403, "forbidden")
    client = signed_in(alice)
    for wrong in (
        {"message": message.pk},
        {"category": "spam"},
        body | {"category": "boring"},
        body | {"person": bob.pk},
        body | {"note": "x" * 1001},
        body | {"state": "resolved"},
    ):
        assert refused(send(client, "POST", "reports", wrong)) == (400, "invalid")
    assert refused(send(Client(), "POST", "reports", body)) == (401, "signed_out")
    assert not Case.objects.exists()
    assert send(client, "POST", "reports", body).status_code == 201


def test_my_reports_are_mine(alice: User, bob: User, charlie: User, general: Room) -> None:
    case = [case_of(posted(bob, general), charlie) for _ in range(51)][-1]
    case_of(posted(bob, general), alice)
    send(signed_in(alice), "PATCH", f"moderation/cases/{case.pk}", {"state": "resolved", "outcome": "Done"})
    client = signed_in(charlie)
    page = send(client, "GET", "reports/mine").json()
    assert (len(page["reports"]), page["more"]) == (50, True)
    assert (page["reports"][0]["state"], page["reports"][0]["outcome"]) == ("resolved", "Done")
    rest = send(client, "GET", f"reports/mine?after={page['reports'][-1]['id']}").json()
    assert (len(rest["reports"]), rest["more"]) == (1, False)


def test_the_queue_is_read_and_filtered(alice: User, bob: User, general: Room) -> None:
    case = case_of(posted(bob, general), alice)
    client = signed_in(alice)
    assert [item["id"] for item in send(client, "GET", "moderation/cases").json()["cases"]] == [case.pk]
    for query, found in (
        (f"room={general.pk}", 1),
        (f"person={bob.pk}&state=open", 1),
        (f"person={alice.pk}", 0),
        ("state=resolved", 0),
        (f"after={case.pk}", 0),
    ):
        assert len(send(client, "GET", f"moderation/cases?{query}").json()["cases"]) == found, query
    assert refused(send(client, "GET", "moderation/cases?state=lost")) == (400, "invalid")
    assert refused(send(signed_in(bob), "GET", "moderation/cases")) == (403, "forbidden")


def test_a_case_is_opened(alice: User, bob: User, charlie: User, dora: User, backroom: Room) -> None:
    case = case_of(posted(bob, backroom, "Between us"), alice)
    address = f"moderation/cases/{case.pk}"
    opened = send(signed_in(dora), "GET", f"{address}?reason=Asked").json()
    assert (opened["case"]["sealed"], opened["message"]["text"]) == (True, "Between us")
    assert [row["reporter"]["id"] for row in opened["reports"]] == [alice.pk]
    look = ModerationAction.objects.get(action="look")
    assert (look.actor, look.reason, look.source, look.address) == (dora, "Asked", "api", "127.0.0.1")
    for user in (bob, charlie):
        assert refused(send(signed_in(user), "GET", address)) == (404, "not_found")


def test_a_case_goes_its_way(alice: User, bob: User, charlie: User, general: Room) -> None:
    case = case_of(posted(bob, general), charlie)
    client, address = signed_in(alice), f"moderation/cases/{case.pk}"
    for body, state in (
        ({"assignee": alice.pk}, "in_progress"),
        ({"assignee": None}, "open"),
        ({"state": "resolved", "outcome": "We talked"}, "resolved"),
        ({"state": "reopened"}, "in_progress"),
        ({"state": "dismissed"}, "dismissed"),
    ):
        answer = send(client, "PATCH", address, body)
        assert (answer.status_code, answer.json()["state"]) == (200, state), answer.content
    for wrong in ({}, {"outcome": "x"}, {"state": "open"}, {"state": "reopened", "assignee": alice.pk}):
        assert refused(send(client, "PATCH", address, wrong)) == (400, "invalid")
    assert refused(send(client, "PATCH", address, {"state": "resolved"})) == (409, "conflict")
    assert refused(send(signed_in(bob), "PATCH", address, {"state": "reopened"})) == (404, "not_found")
    assert ModerationAction.objects.filter(actor=alice, source="api", address="127.0.0.1").count() == 5
