"""Acts from the desk are the site's actions: refused as in the room, on the record, with the door they came by."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from chat import access
from chat.actions.invites import create_invite
from chat.models import Membership, Message, ModerationAction, Note, Notice, Room, Sanction, User, WordRule
from chat.views.app import catalog
from tests.admin.desk import act, client_of, page, said
from tests.cast import add_moderator, add_person
from tests.moderation.reported import posted

pytestmark = pytest.mark.django_db


def last() -> ModerationAction:
    return ModerationAction.objects.latest("pk")


def test_the_page_of_an_act_asks_for_reason_and_duration(dora: User, bob: User) -> None:
    client = client_of(dora)
    asked = page(client, f"chat/user/act/ban/?ids={bob.pk}")
    assert 'name="reason"' in asked
    assert 'name="minutes"' in asked
    assert "Bob" in asked
    answer = client.post(f"/admin/chat/user/act/ban/?ids={bob.pk}", {"minutes": "1440", "reason": ""})
    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() == {"reason"}
    assert not access.is_banned(bob.pk)


def test_a_ban_is_on_the_record_with_its_door(dora: User, bob: User) -> None:
    told = act(client_of(dora), "user", "ban", bob.pk, minutes="1440", reason="Adverts")
    assert told == ["Ban: done."]
    assert access.is_banned(bob.pk)
    until = Sanction.objects.get().until
    assert until is not None
    assert timedelta(hours=23) < until - timezone.now() <= timedelta(days=1)
    row = last()
    assert (row.action, row.actor, row.person, row.reason) == ("ban", dora, bob, "Adverts")
    assert (row.source, row.address) == ("admin", "127.0.0.1")
    act(client_of(dora), "user", "unban", bob.pk)
    assert not access.is_banned(bob.pk)


def test_a_ban_for_good_and_one_from_a_room(dora: User, bob: User, charlie: User, general: Room) -> None:
    act(client_of(dora), "user", "ban", bob.pk, minutes="", reason="x", room=general.pk)
    act(client_of(dora), "user", "ban", charlie.pk, minutes="", reason="x")
    assert list(Sanction.objects.order_by("pk").values_list("room", "until")) == [(general.pk, None), (None, None)]
    assert Membership.objects.get(room=general, user=bob).left


def test_what_is_refused_of_one_leaves_the_others_done(alice: User, bob: User, dora: User, charlie: User) -> None:
    told = act(client_of(dora), "user", "warn", alice.pk, bob.pk, dora.pk, charlie.pk, reason="Adverts")
    assert told == ["Alice, Dora: Nobody acts on a person of an equal or higher role.", "Warn: 2 done."]
    assert set(Notice.objects.values_list("user", flat=True)) == {bob.pk, charlie.pk}


def test_from_a_list_the_chosen_go_to_the_page_that_asks(dora: User, bob: User, charlie: User) -> None:
    client = client_of(dora)
    chosen = {"action": "mute", "_selected_action": [bob.pk, charlie.pk], "index": "0"}
    answer = client.post("/admin/chat/user/", chosen)
    assert answer.headers["Location"] == f"/admin/chat/user/act/mute/?ids={bob.pk},{charlie.pk}"
    assert not Sanction.objects.exists()
    client.post(answer.headers["Location"], {"minutes": "60", "reason": "Adverts"})
    assert Sanction.objects.active().count() == 2


def test_all_people_at_once_are_too_many(dora: User, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat.admin.acting.MOST", 1)
    chosen = {"action": "sign-out", "_selected_action": [bob.pk], "select_across": "1", "index": "0"}
    answer = client_of(dora).post("/admin/chat/user/", chosen)
    assert said(answer) == ["At most 1 at once."]


def test_a_person_is_removed_from_the_room_that_is_named(dora: User, bob: User, general: Room) -> None:
    answer = client_of(dora).post(f"/admin/chat/user/act/remove/?ids={bob.pk}", {"room": ""})
    assert answer.context["form"].errors.keys() == {"room"}
    act(client_of(dora), "user", "remove", bob.pk, room=general.pk, reason="Off topic")
    assert Membership.objects.get(room=general, user=bob).left
    assert (last().action, last().reason) == ("remove", "Off topic")


def test_people_are_deactivated_signed_out_and_noted(dora: User, bob: User) -> None:
    client = client_of(dora)
    act(client, "user", "deactivate", bob.pk, reason="Gone")
    bob.refresh_from_db()
    assert not bob.is_active
    act(client, "user", "reactivate", bob.pk)
    act(client, "user", "sign-out", bob.pk)
    act(client, "user", "note", bob.pk, text="Third time")
    bob.refresh_from_db()
    assert (bob.is_active, bob.session_version) == (True, 2)
    assert Note.objects.get().text == "Third time"
    assert "Third time" in page(client, f"chat/user/{bob.pk}/change/")
    acts = ["deactivate", "reactivate", "sign_out", "note"]
    assert list(ModerationAction.objects.order_by("pk").values_list("action", flat=True))[-4:] == acts


def test_owners_alone_appoint(alice: User, bob: User, dora: User) -> None:
    assert "Make a moderator" not in page(client_of(dora), f"chat/user/{bob.pk}/change/")
    assert client_of(dora).post(f"/admin/chat/user/act/appoint/?ids={bob.pk}").status_code == 404
    assert "Make a moderator" in page(client_of(alice), f"chat/user/{bob.pk}/change/")
    act(client_of(alice), "user", "appoint", bob.pk)
    assert client_of(User.objects.get(pk=bob.pk)).get("/admin/").status_code == 200
    act(client_of(alice), "user", "dismiss", bob.pk)
    assert client_of(User.objects.get(pk=bob.pk)).get("/admin/").status_code == 302


def test_a_person_above_keeps_what_is_known_of_them(alice: User, dora: User) -> None:
    other = add_moderator("eve", owner=alice)
    act(client_of(alice), "user", "note", other.pk, text="Too strict")
    assert "Too strict" in page(client_of(alice), f"chat/user/{other.pk}/change/")
    assert "Too strict" not in page(client_of(dora), f"chat/user/{other.pk}/change/")


def test_messages_are_removed_and_restored(dora: User, bob: User, general: Room) -> None:
    first, second = posted(bob, general, "Buy"), posted(bob, general, "Sell")
    act(client_of(dora), "message", "remove", first.pk, second.pk, reason="Adverts")
    assert set(Message.objects.values_list("deleted", "text")) == {(True, "")}
    assert "Buy" in page(client_of(dora), "chat/message/"), "what can be restored is read by those who may"
    act(client_of(dora), "message", "restore", first.pk)
    first.refresh_from_db()
    assert (first.deleted, first.text) == (False, "Buy")


def test_what_the_list_does_not_show_is_not_acted_on(dora: User, bob: User, general: Room, backroom: Room) -> None:
    secret = posted(bob, backroom)
    told = act(client_of(dora), "message", "remove", secret.pk)
    assert told == ["There is nothing here to act on any more."]
    assert not Message.objects.get(pk=secret.pk).deleted
    act(client_of(dora), "room", "lock", backroom.pk, general.pk)
    assert list(Room.objects.filter(locked=True)) == [general]
    form = client_of(dora).post(
        f"/admin/chat/user/act/ban/?ids={bob.pk}", {"minutes": "", "reason": "x", "room": backroom.pk}
    )
    assert form.context["form"].errors.keys() == {"room"}


def test_rooms_are_locked_slowed_and_kept(dora: User, general: Room) -> None:
    client = client_of(dora)
    act(client, "room", "lock", general.pk)
    act(client, "room", "slow-mode", general.pk, seconds="60")
    act(client, "room", "announcements", general.pk)
    general.refresh_from_db()
    assert (general.locked, general.slow_mode, general.announcements) == (True, 60, True)
    offered = page(client, f"chat/room/{general.pk}/change/")
    assert "act/unlock/" in offered
    assert "act/lock/" not in offered
    act(client, "room", "unlock", general.pk)
    act(client, "room", "conversation", general.pk)
    general.refresh_from_db()
    assert (general.locked, general.announcements) == (False, False)


def test_sanctions_are_lifted(dora: User, bob: User, general: Room) -> None:
    client = client_of(dora)
    act(client, "user", "mute", bob.pk, minutes="60", reason="x")
    act(client, "user", "ban", bob.pk, minutes="", reason="x", room=general.pk)
    both = list(Sanction.objects.values_list("pk", flat=True))
    assert act(client, "sanction", "lift", *both, reason="A mistake")[-1] == "Lift: 2 done."
    assert not Sanction.objects.active().exists()


def test_an_invitation_of_another_is_revoked_on_the_record(dora: User, bob: User, general: Room) -> None:
    invite = create_invite(by=bob, room=general)
    assert invite.token not in page(client_of(dora), "chat/invite/")
    act(client_of(dora), "invite", "revoke", invite.pk)
    invite.refresh_from_db()
    assert invite.revoked
    assert (last().action, last().person, last().room) == ("revoke_invite", bob, general)
    act(client_of(dora), "invite", "revoke", invite.pk)
    assert ModerationAction.objects.filter(action="revoke_invite").count() == 1


def test_a_member_has_no_acts(bob: User, charlie: User) -> None:
    answer = client_of(bob).post(f"/admin/chat/user/act/warn/?ids={charlie.pk}", {"reason": "x"})
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/admin/login/")
    assert not Notice.objects.exists()


def test_a_get_acts_on_nothing(dora: User, general: Room) -> None:
    assert "Lock" in page(client_of(dora), f"chat/room/act/lock/?ids={general.pk}")
    general.refresh_from_db()
    assert not general.locked


def test_word_rules_come_change_and_go(dora: User, general: Room) -> None:
    client = client_of(dora)
    client.post("/admin/chat/wordrule/new/", {"pattern": "kayak*", "mode": "flag", "room": general.pk})
    rule = WordRule.objects.get()
    assert (rule.pattern, rule.room, rule.created_by) == ("kayak*", general, dora)
    again = client.post("/admin/chat/wordrule/new/", {"pattern": "kayak*", "mode": "flag", "room": general.pk})
    assert again.context["form"].non_field_errors() == ["There is such a rule already."]
    asked = page(client, f"chat/wordrule/act/change/?ids={rule.pk}")
    assert 'value="kayak*"' in asked
    act(client, "wordrule", "change", rule.pk, pattern="kayak", mode="block", note="")
    act(client, "wordrule", "off", rule.pk)
    rule.refresh_from_db()
    assert (rule.pattern, rule.mode, rule.active) == ("kayak", "block", False)
    act(client, "wordrule", "remove", rule.pk)
    assert not WordRule.objects.exists()
    acts = ["word_rule_add", "word_rule_change", "word_rule_change", "word_rule_remove"]
    assert list(ModerationAction.objects.order_by("pk").values_list("action", flat=True))[-4:] == acts


def test_a_dry_run_shows_what_a_rule_would_have_caught(dora: User, bob: User, general: Room) -> None:
    posted(bob, general, "Cheap kayak insurance")
    posted(bob, general, "Good morning")
    seen = page(client_of(dora), "chat/wordrule/try/?pattern=kayak&room=")
    assert "would have caught 1 message." in seen
    assert "Cheap kayak insurance" in seen
    assert "Good morning" not in seen
    assert not WordRule.objects.exists()
    assert "errornote" in page(client_of(dora), "chat/wordrule/try/?pattern=*&room=")


@pytest.mark.django_db(transaction=True)
def test_a_purge_takes_what_was_said_lately(alice: User, dora: User, general: Room) -> None:
    spammer = add_person("spammer")
    Membership.objects.create(room=general, user=spammer)
    old, new = posted(spammer, general, "Old"), posted(spammer, general, "New")
    Message.objects.filter(pk=old.pk).update(sent_at=timezone.now() - timedelta(days=3))
    act(client_of(dora), "user", "purge", spammer.pk, since="1440", reason="Adverts")
    assert list(Message.objects.filter(deleted=True)) == [new]
    purged = ModerationAction.objects.get(action="purge_messages")
    assert "act/restore/" in page(client_of(dora), f"chat/moderationaction/{purged.pk}/change/")
    act(client_of(dora), "moderationaction", "restore", purged.pk)
    assert not Message.objects.filter(deleted=True).exists()
    assert "act/restore/" not in page(client_of(dora), f"chat/moderationaction/{last().pk}/change/")


def test_a_refusal_is_told_in_the_language_of_the_moderator(dora: User, alice: User) -> None:
    message = "Nobody acts on a person of an equal or higher role."
    assert act(client_of(dora), "user", "warn", alice.pk, reason="x") == [f"Alice: {message}"]
    User.objects.filter(pk=dora.pk).update(language="zh-hans")
    (told,) = act(client_of(dora), "user", "warn", alice.pk, reason="x")
    assert told == f"Alice: {catalog('zh-hans')[message]}"
    assert not re.search("[A-Za-z]", told.removeprefix("Alice: "))
