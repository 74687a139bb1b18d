"""The demo: an empty site becomes one that looks lived in, and one with people stays as it is."""

import re
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from chat import snapshots
from chat.actions import setup
from chat.demo_content.conversations import SCENES
from chat.demo_content.script import moment
from chat.models import Membership, Message, Reaction, Room, Site, User

pytestmark = pytest.mark.django_db


def test_it_refuses_a_site_that_has_people(alice: User) -> None:
    with pytest.raises(CommandError, match=r"^This site has people already: the demo fills empty sites only\.$"):
        call_command("demo")
    assert list(User.objects.all()) == [alice]
    assert not Room.objects.exists()


def test_whoever_was_faster_with_the_set_up_keeps_the_site(monkeypatch: pytest.MonkeyPatch, bob: User) -> None:
    seen = iter([False, True])
    monkeypatch.setattr(setup, "is_set_up", lambda: next(seen))
    with pytest.raises(CommandError, match=r"^This site is set up already\.$"):
        call_command("demo")
    assert list(User.objects.all()) == [bob]


def test_a_site_to_look_around_in(client: Client) -> None:
    printed = _perform()
    users = list(User.objects.order_by("pk"))
    owner = users[0]
    assert owner.is_superuser
    assert not any(user.is_staff for user in users[1:])
    assert f"as {owner.username}, who owns the site" in printed
    assert all(user.username in printed for user in users)
    assert client.login(username=users[-1].username, password=printed.split()[-1])
    lobby = Site.load().lobby
    assert lobby is not None
    assert lobby.memberships.filter(left=False).count() == len(users)
    assert set(Room.objects.values_list("kind", flat=True)) == {"public", "private", "direct"}
    assert Room.objects.filter(archived=True).count() == 1
    assert Room.objects.count() == len(SCENES)
    messages = Message.objects.all()
    for shown in ('<figure class="code"', "<table>", "<li>", "<blockquote>", "<s>", "https://", "谢谢"):
        assert messages.filter(html__contains=shown).exists(), shown
    for wanted in ({"pinned": True}, {"deleted": True}, {"reply_to__isnull": False}):
        assert messages.filter(**wanted).exists()
    assert Reaction.objects.values("emoji").distinct().count() > 10


def test_the_owner_finds_something_unread_and_the_others_nothing() -> None:
    _perform()
    pairs = list(Membership.objects.values_list("user", "room"))
    counts = snapshots.unread_counts(pairs)
    owner = User.objects.get(is_superuser=True)
    mine = {Room.objects.get(pk=room).name: found for (user, room), found in counts.items() if user == owner.pk}
    expected = {scene.name: scene.unread for scene in SCENES if scene.name}
    assert {name: found["unread"] for name, found in mine.items() if name} == expected
    assert mine["Workshop"]["mentions"] == 1
    assert not any(found["unread"] for (user, _), found in counts.items() if user != owner.pk)


def test_everything_was_said_in_order_in_the_last_weeks() -> None:
    _perform()
    now = timezone.now()
    for room in Room.objects.all():
        times = list(room.messages.order_by("tick").values_list("sent_at", flat=True))
        assert all(earlier <= later for earlier, later in pairwise(times))
        assert now - timedelta(days=45) < times[0]
        assert times[-1] < now
    assert Message.objects.filter(sent_at__gt=now - timedelta(hours=1)).exists()


@pytest.mark.parametrize("hour", range(24))
def test_the_order_holds_at_any_hour(hour: int) -> None:
    now = datetime(2026, 5, 14, hour, 3, tzinfo=UTC)
    for scene in SCENES:
        times = [moment(said.when, now) for said in scene.said]
        assert times == sorted(times)
        assert times[-1] < now


def test_the_password_is_another_each_time() -> None:
    first = _perform().split()[-1]
    assert re.fullmatch(r"(?:[a-z2-9]{4}-){3}[a-z2-9]{4}", first)
    Message.objects.update(reply_to=None)
    Message.objects.all().delete()
    Room.objects.all().delete()
    User.objects.all().delete()
    assert _perform().split()[-1] != first


def _perform() -> str:
    out = StringIO()
    call_command("demo", stdout=out)
    return out.getvalue().strip()
