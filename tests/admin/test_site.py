"""Who comes to the desk, what they see there, and that nothing leads past the actions."""

import pytest
from django.apps import apps
from django.test import Client

from chat.actions.moderation import noting, warning
from chat.actions.moderation.record import Actor
from chat.admin import desk
from chat.models import Invite, Membership, Message, Note, Room, Sanction, User, WordRule
from tests.admin.desk import client_of, page
from tests.cast import add_member, add_moderator, add_room
from tests.moderation.reported import case_of, posted

pytestmark = pytest.mark.django_db


def test_moderators_enter_and_nobody_else(client: Client, alice: User, bob: User, dora: User) -> None:
    for user in (alice, dora):
        assert client_of(user).get("/admin/").status_code == 200
    assert client.get("/admin/").status_code == 302
    User.objects.filter(pk=bob.pk).update(is_staff=True)
    assert client_of(bob).get("/admin/", follow=True).status_code == 403, "being staff opens nothing"
    assert client_of(bob).get("/admin/chat/user/").status_code == 302


def rows(alice: User, bob: User, general: Room) -> list[object]:
    """One of each kind that the desk shows."""
    message = posted(bob, general)
    return [
        bob,
        general,
        message,
        case_of(message),
        Invite.objects.create(created_by=bob),
        Sanction.objects.create(kind=Sanction.Kind.MUTE, user=bob),
        noting.note(by=Actor(alice), person_id=bob.pk, text="Again"),
        WordRule.objects.create(pattern="kayak", mode="flag"),
        alice_s_act(alice, bob),
    ]


def alice_s_act(alice: User, bob: User) -> object:
    warning.warn(by=Actor(alice), person_id=bob.pk, reason="Adverts")
    return apps.get_model("chat", "ModerationAction").objects.latest("pk")


def test_nothing_is_added_changed_or_deleted_behind_the_actions(
    alice: User, bob: User, dora: User, general: Room
) -> None:
    shown = rows(alice, bob, general)
    assert {type(row) for row in shown} == set(desk._registry), "a new page of the desk belongs into this test"
    for client in (client_of(alice), client_of(dora)):
        for row in shown:
            address = f"/admin/chat/{row._meta.model_name}"  # type: ignore[attr-defined]
            key = row.pk  # type: ignore[attr-defined]
            assert client.get(f"{address}/").status_code == 200
            assert client.get(f"{address}/{key}/change/").status_code == 200, address
            assert client.get(f"{address}/add/").status_code == 403
            assert client.post(f"{address}/add/", {}).status_code == 403
            assert client.post(f"{address}/{key}/change/", {}).status_code in (403, 404)
            assert client.post(f"{address}/{key}/delete/", {"post": "yes"}).status_code == 403
            bulk = {"action": "delete_selected", "_selected_action": [key], "post": "yes", "index": "0"}
            client.post(f"{address}/", bulk)
            assert "delete_selected" not in client.get(f"{address}/").content.decode()
            assert type(row).objects.filter(pk=key).exists()  # type: ignore[attr-defined]


def test_other_tables_have_no_page(alice: User) -> None:
    client = client_of(alice)
    for address in ("auth/group/", "account/emailaddress/", "chat/membership/", "chat/site/"):
        assert client.get(f"/admin/{address}").status_code == 404


def test_private_rooms_are_seen_by_their_members_alone(alice: User, bob: User, dora: User, backroom: Room) -> None:
    general = add_room("Open", members={bob: "member"})
    heard, secret = posted(bob, general, "For everybody"), posted(bob, backroom, "For a few")
    eve = add_moderator("eve", owner=alice)
    add_member(backroom, eve)
    direct = add_room("", "direct", members={eve: "member", bob: "member"})
    intimate = posted(bob, direct, "For one")
    for user, sees in ((dora, False), (eve, True), (alice, True)):
        listed = page(client_of(user), "chat/message/")
        assert "For everybody" in listed
        assert ("For a few" in listed) is sees
        assert "For one" not in listed
        assert ("Backroom" in page(client_of(user), "chat/room/")) is sees
    assert client_of(dora).get(f"/admin/chat/message/{heard.pk}/change/").status_code == 200
    for message in (secret, intimate):
        assert client_of(dora).get(f"/admin/chat/message/{message.pk}/change/").status_code == 302
    Membership.objects.filter(user=alice, room=backroom).update(left=True)
    assert "For a few" not in page(client_of(alice), "chat/message/"), "the site's owner is no exception"


def test_addresses_and_passwords_are_not_for_moderators(alice: User, bob: User, dora: User) -> None:
    assert bob.email in page(client_of(alice), "chat/user/")
    client = client_of(dora)
    for address in ("chat/user/", f"chat/user/{bob.pk}/change/"):
        assert bob.email not in page(client, address)
        assert "argon2" not in page(client, address)
    assert "bob" not in page(client, f"chat/user/?q={bob.email}").split("result_list")[-1].split("</table>")[0]


def test_no_column_is_asked_for_but_by_a_filter(alice: User, bob: User, dora: User) -> None:
    client = client_of(dora)
    assert client.get("/admin/chat/user/?is_active__exact=1").status_code == 200
    for column in ("password__startswith=argon2", "email__startswith=b", "id__gt=0", "groups__name=x"):
        assert client.get(f"/admin/chat/user/?{column}").status_code == 400, column


def test_notes_about_oneself_and_equals_are_not_read(alice: User, bob: User, dora: User) -> None:
    Note.objects.create(person=dora, author=alice, text="Watch her")
    Note.objects.create(person=bob, author=alice, text="Watch him")
    assert "Watch her" in page(client_of(alice), "chat/note/")
    seen = page(client_of(dora), "chat/note/")
    assert "Watch him" in seen
    assert "Watch her" not in seen


def test_the_first_page_counts_what_waits_and_draws_what_was(
    alice: User, bob: User, dora: User, general: Room
) -> None:
    case_of(posted(bob, general))
    posted(bob, general, "And so on")
    answer = client_of(dora).get("/admin/")
    assert answer.context["numbers"] == {"open": 1, "in_progress": 0, "mine": 0}
    said, reported, done = answer.context["charts"]
    assert [bar.count for bar in said.bars] == [0] * 13 + [2]
    assert (said.total, reported.total, said.bars[-1].height, said.complete) == (2, 1, 80, True)
    assert done.total == len(answer.context["latest"])
    assert "<svg" in answer.content.decode()
    assert "style=" not in answer.content.decode().split("<svg", 1)[1].split("</svg>", 1)[0]


def test_a_chart_of_too_many_rows_says_that_it_is_of_the_newest(
    dora: User, bob: User, general: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        posted(bob, general, f"{number}")
    monkeypatch.setattr("chat.admin.dashboard.WINDOW", 3)
    chart = client_of(dora).get("/admin/").context["charts"][0]
    assert (chart.total, chart.complete) == (3, False)
    assert Message.objects.count() == 4
