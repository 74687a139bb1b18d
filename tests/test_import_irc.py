"""An IRC log becomes a room: who said what when, and what it answered; and again, and a little longer."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from chat import snapshots
from chat.importing import conversation
from chat.models import Membership, Mention, Message, Room, User

pytestmark = pytest.mark.usefixtures("alice")

LOG = """\
=== ogra [~ogra@p5089.dip.example.net] has joined #ubuntu
[23:58] <ogra> hi, is apt_get *broken*?
[23:59] <|trey|> ogra: see http://example.org/apt_get_faq
[23:59]  * genii slides ogra more coffee
[00:01] <ogra> @room thanks
=== |trey| is now known as trey
=== genii has left #ubuntu ["gone"]
=== ogra wonders
--- Log closed
[00:02] <silent>
"""
LINKS = "1 1 -\n0 2 -\n1 2 -\n3 4 -\n4 7 -\n"

Import = Callable[..., str]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "2004-11-15_03.raw.txt"
    path.write_text(LOG)
    return path


@pytest.fixture
def links(tmp_path: Path) -> Path:
    path = tmp_path / "links.txt"
    path.write_text(LINKS)
    return path


@pytest.fixture
def import_irc(log: Path) -> Import:
    def run(*options: str, file: Path = log, room: str = "ubuntu") -> str:
        out = StringIO()
        call_command("import_irc", str(file), "--room", room, *options, stdout=out)
        return out.getvalue()

    return run


def test_the_room_tells_what_the_log_tells(import_irc: Import, links: Path) -> None:
    assert import_irc("--links", str(links)) == "ubuntu: 9 lines imported, 0 were there already.\n"
    room = Room.objects.get(name="ubuntu")
    assert room.kind == Room.Kind.PUBLIC
    rows = room.messages.order_by("tick").select_related("author")
    assert [(row.author.name, row.kind, row.text) for row in rows] == [
        ("ogra", "notice", "joined #ubuntu"),
        ("ogra", "text", "hi, is apt_get \\*broken\\*?"),
        ("|trey|", "text", "ogra: see http://example.org/apt_get_faq"),
        ("genii", "text", "_genii slides ogra more coffee_"),
        ("ogra", "text", "\\@room thanks"),
        ("|trey|", "notice", "is now known as trey"),
        ("genii", "notice", "left #ubuntu"),
        ("ogra", "text", "_ogra wonders_"),
        ("irc-log", "notice", "--- Log closed"),
    ]
    assert [row.sent_at for row in rows[1:5]] == [
        datetime(2004, 11, 15, 23, 58, tzinfo=UTC),
        datetime(2004, 11, 15, 23, 59, tzinfo=UTC),
        datetime(2004, 11, 15, 23, 59, tzinfo=UTC),
        datetime(2004, 11, 16, 0, 1, tzinfo=UTC),
    ]
    assert {row.text: row.reply_to.text for row in rows if row.reply_to} == {
        "ogra: see http://example.org/apt_get_faq": "hi, is apt_get \\*broken\\*?",
        "\\@room thanks": "_genii slides ogra more coffee_",
        "_ogra wonders_": "\\@room thanks",
    }
    assert '<a href="http://example.org/apt_get_faq"' in rows[2].html
    assert rows[1].html == "<p>hi, is apt_get *broken*?</p>"
    assert not Mention.objects.exists()
    assert not rows.filter(everyone=True).exists()


def test_authors_are_members_nobody_can_sign_in_as(import_irc: Import, alice: User) -> None:
    import_irc()
    room = Room.objects.get()
    members = Membership.objects.filter(room=room, left=False)
    assert members.get(role="owner").user == alice
    people = {row.user.username: row.user for row in members.exclude(user=alice).select_related("user")}
    assert set(people) - {"ogra", "genii", "irc-log"} == {next(name for name in people if "trey" in name)}
    assert not any(user.has_usable_password() or user.is_staff or user.email for user in people.values())
    assert [name for name, user in people.items() if user.bot] == ["irc-log"]
    ticks = [*members.values_list("changed", flat=True), *room.messages.values_list("tick", flat=True)]
    assert sorted(ticks) == list(range(1, room.clock + 1))


def test_what_was_said_long_ago_is_not_news_to_the_owner(import_irc: Import, alice: User) -> None:
    import_irc()
    room = Room.objects.get()
    assert snapshots.unread_counts([(alice.pk, room.pk)])[alice.pk, room.pk] == {"unread": 0, "mentions": 0}


def test_twice_adds_nothing_and_a_longer_log_the_rest(import_irc: Import, log: Path, links: Path) -> None:
    import_irc("--links", str(links))
    before = _state()
    assert import_irc("--links", str(links)).endswith("0 lines imported, 9 were there already.\n")
    assert _state() == before
    log.write_text(f"{LOG}[00:05] <ogra> bye\n[00:06] <new[one]> bye\n")
    links.write_text(f"{LINKS}10 11 -\n4 10 -\n")
    assert import_irc("--links", str(links)).endswith("2 lines imported, 9 were there already.\n")
    first, second = Message.objects.filter(text="bye").order_by("tick")
    assert second.reply_to == first
    assert first.reply_to is not None
    assert first.reply_to.text == "\\@room thanks"


def test_links_that_come_later_leave_what_is_there(import_irc: Import, log: Path, links: Path) -> None:
    import_irc()
    before = _state()
    assert import_irc("--links", str(links)).endswith("0 lines imported, 9 were there already.\n")
    assert _state() == before
    log.write_text(f"{LOG}[00:05] <ogra> bye\n")
    links.write_text(f"{LINKS}4 10 -\n")
    import_irc("--links", str(links))
    # Line 4 itself answers something by now: stored under other words, it is found all the same.
    source = Message.objects.get(text="bye").reply_to
    assert source is not None
    assert source.text == "\\@room thanks"


def test_the_same_log_fills_two_rooms(import_irc: Import) -> None:
    import_irc()
    assert import_irc(room="other").startswith("other: 9 lines imported")
    assert User.objects.filter(name="ogra").count() == 1


def test_batches_of_any_size_tell_the_same(
    import_irc: Import, links: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_irc("--links", str(links))
    whole = _said("ubuntu")
    monkeypatch.setattr(conversation, "BATCH", 2)
    import_irc("--links", str(links), room="small")
    assert _said("small") == whole


def test_no_account_of_a_real_person_is_taken(import_irc: Import, bob: User, log: Path) -> None:
    log.write_text("[01:00] <Bob> hi\n[01:01] <bob> still me\n[01:02] <room> me too\n")
    import_irc()
    authors = {row.author.username for row in Message.objects.select_related("author")}
    assert authors == {"bob-irc", "room-irc"}
    assert not Membership.objects.filter(user=bob).exists()
    # Another log finds the same author again, though the name without the suffix is free now.
    User.objects.filter(pk=bob.pk).update(username="robert")
    log.write_text("[02:00] <BOB> another log\n")
    import_irc()
    assert Message.objects.get(text="another log").author.username == "bob-irc"


def test_an_author_who_was_given_a_password_stays_the_author(import_irc: Import) -> None:
    import_irc()
    ogra = User.objects.get(username="ogra")
    ogra.set_password("eels swim upstream")
    ogra.save()
    assert import_irc().endswith("0 lines imported, 9 were there already.\n")
    # But a log that this account has no part in is somebody else's until proven otherwise.
    import_irc(room="other")
    assert {row.author.username for row in Message.objects.filter(text__contains="apt_get \\*")} == {
        "ogra",
        "ogra-irc",
    }


def test_nicks_that_differ_only_in_their_signs_are_different_people(import_irc: Import, log: Path) -> None:
    log.write_text("[01:00] <a|b> x\n[01:00] <a_b> x\n[01:00] <a^b> x\n[01:00] <[]> x\n[01:00] <\u4e2d\u6587> x\n")
    import_irc()
    users = [row.author for row in Message.objects.select_related("author")]
    assert len({user.pk for user in users}) == 5
    for user in users:
        user.clean_fields(exclude=["password"])


def test_odd_bytes_and_long_lines_are_made_fit(import_irc: Import, log: Path) -> None:
    colours = b"[01:00] <ann> \x0304,01red\x03 \x02bold\x0f\x08 caf\xe9 \x00\xe4\xb8\xad\r lone\r\n"
    log.write_bytes(colours + b"\n\n[01:01] <ann> " + b"*" * 200_000 + b"\n[01:02] <ann> last\n")
    import_irc()
    texts = list(Message.objects.order_by("tick").values_list("text", flat=True))
    assert texts[0] == "red bold caf\ufffd \u4e2d lone"
    assert texts[1] == "\\*" * 4_000
    assert texts[2] == "last"


def test_a_given_day_wins_over_the_name(import_irc: Import) -> None:
    import_irc("--date", "2020-02-29")
    first = Message.objects.get(text__startswith="hi")
    assert first.sent_at == datetime(2020, 2, 29, 23, 58, tzinfo=UTC)


def test_what_a_room_refuses_is_left_out_and_named(import_irc: Import) -> None:
    import_irc()
    User.objects.filter(username="genii").update(is_active=False)
    with pytest.raises(CommandError, match=r"^Lines left out: 2\. The first is line 4: There is no such room\.$"):
        import_irc()
    assert Message.objects.count() == 9


def _state() -> list[object]:
    return [
        list(Room.objects.values_list("pk", "clock")),
        list(User.objects.order_by("pk").values_list("username")),
        list(Message.objects.order_by("pk").values_list("pk", "changed", "reply_to")),
        list(Membership.objects.order_by("pk").values_list("pk", "changed", "last_read")),
    ]


def _said(room: str) -> list[tuple[object, ...]]:
    rows = Message.objects.filter(room__name=room).order_by("tick")
    return list(rows.values_list("author", "text", "sent_at", "reply_to__text"))
