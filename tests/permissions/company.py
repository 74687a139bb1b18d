"""Everybody whom permissions tell apart, with sessions from before anything was done to them; what they act on."""

import io
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from chat.actions import files, invites, people, rooms
from chat.actions.moderation import (
    accounts,
    appointing,
    banning,
    cases,
    muting,
    noting,
    purging,
    removing,
    reporting,
    rules,
    warning,
)
from chat.actions.moderation.record import Actor
from chat.actions.moderation.rules import add_rule
from chat.actions.posting import Draft, post
from chat.models import Case, ModerationAction, Notice, Room, Sanction, User
from tests.cast import add_member, add_moderator, add_person, add_room, sign_in
from tests.pictures import picture

ANONYMOUS, FORMER, BARRED, MUTED = "anonymous", "former", "barred", "muted"
MODERATOR, SITE_MODERATOR, OWNER = "moderator", "site-mod", "owner"
BANNED, DEACTIVATED = "banned", "deactivated"
# The columns of every table: a stranger has an account and is in no room, a former member has left, who is barred
# is banned from the rooms, and who is banned from the site. The moderator is one of the rooms, the site's is in
# none. Who is deactivated has moderated both.
KINDS = [
    ANONYMOUS, "stranger", FORMER, BARRED, "member", MUTED, MODERATOR, SITE_MODERATOR, OWNER, BANNED, DEACTIVATED,
]  # fmt: skip
KEYS = {"public": "public", "private": "private", "direct": "direct", "foreign": "private"}


@dataclass
class Company:
    people: dict[str, User] = field(default_factory=dict)
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)
    things: dict[str, object] = field(default_factory=dict)
    own: dict[str, dict[str, object]] = field(default_factory=dict)

    def name(self, kind: str, thing: str) -> str:
        """What a placeholder stands for in the hands of this person."""
        return str({**self.things, **self.own.get(kind, {})}[thing])


def gather() -> Company:
    """Four rooms (`foreign` is a private one with nobody of the cast in it), and Vera, whose words are in all."""
    company = Company()
    alice = company.people[OWNER] = add_person("alice", owner=True)
    company.people[SITE_MODERATOR] = add_moderator("dora", owner=alice)
    for kind in KINDS[1:]:
        company.people.setdefault(kind, add_person(kind))
    vera, ivan = add_person("vera"), add_person("ivan")
    _fill_rooms(company, vera, ivan)
    _add_things(company, vera, ivan)
    company.cookies = {kind: sign_in(user) for kind, user in company.people.items()}
    _end(company)
    return company


def _fill_rooms(company: Company, vera: User, ivan: User) -> None:
    roles = {OWNER: "owner", MODERATOR: "moderator", DEACTIVATED: "moderator"}
    inside = [kind for kind in company.people if kind not in ("stranger", SITE_MODERATOR)]
    seats = {company.people[kind]: roles.get(kind, "member") for kind in inside} | {vera: "member"}
    talkers = {user: "member" for user in seats if user.username not in (FORMER, BARRED)}
    for key, kind in KEYS.items():
        members = {"direct": talkers, "foreign": {ivan: "owner", vera: "member"}}.get(key, seats)
        room = add_room("" if key == "direct" else key.capitalize(), kind, members=members)
        if key == "direct":
            Room.objects.filter(pk=room.pk).update(
                people_key=",".join(str(pk) for pk in sorted(u.pk for u in members))
            )
        company.things[key] = room.pk
        company.things[f"{key}-message"] = say(vera, room.pk, f"Words in {key}")
        company.things[f"{key}-removed"] = say(vera, room.pk, f"Bad words in {key}")
        company.things[f"{key}-file"] = _post_file(vera, room.pk)
        add_member(room, add_person(f"guest-{key}"))
        company.things[f"{key}-guest"] = User.objects.get(username=f"guest-{key}").pk
    for kind, user in company.people.items():
        company.own[kind] = {"me": user.username, "my-id": user.pk}
        if kind in inside:
            company.own[kind]["own"] = say(user, int(str(company.things["public"])), "My words")
    company.things |= {"me": "nobody", "my-id": 0, "own": company.things["public-message"]}


def say(user: User, room_id: int, text: str, *attachments: int) -> int:
    ref = f"{text} in {room_id} by {user.pk} at {timezone.now()}"[-64:]
    draft = Draft(author_id=user.pk, room_id=room_id, ref=ref, text=text, attachments=attachments)
    return post(draft).message_id


def _post_file(user: User, room_id: int) -> int:
    row = files.upload(user=user, file=io.BytesIO(picture(size=(900, 900))), name="picture.png")
    say(user, room_id, "A picture", row.pk)
    return row.pk


def _add_things(company: Company, vera: User, ivan: User) -> None:
    alice, things = company.people[OWNER], company.things
    things |= {"vera": vera.pk, "alice": alice.pk, "dora": company.people[SITE_MODERATOR].pk}
    things |= {"mona": company.people[MODERATOR].pk, "since": "2020-01-01T00:00:00Z"}
    add_moderator("max", owner=alice)
    things["max"] = User.objects.get(username="max").pk
    since = timezone.now() - timedelta(hours=1)
    for key in KEYS:
        room_id = int(str(things[key]))
        reporter = User.objects.get(username=f"guest-{key}")
        reported = reporting.report(by=reporter, category="spam", message_id=int(str(things[f"{key}-message"])))
        things[f"{key}-case"] = reported.report.case_id
        if key == "direct":
            continue
        by = Actor(ivan if key == "foreign" else alice)
        removing.remove(by=by, message_id=int(str(things[f"{key}-removed"])))
        say(reporter, room_id, "Adverts")
        purging.purge(by=by, person_id=reporter.pk, since=since, reason="x", room_id=room_id)
        things[f"{key}-purge"] = ModerationAction.objects.get(action="purge_messages", room=room_id).pk
        things[f"{key}-rule"] = add_rule(by=by, pattern=f"{key} advert", mode="flag", room_id=room_id).pk
        invite = invites.create_invite(by=by.user or alice, room=Room.objects.get(pk=room_id))
        things |= {f"{key}-invite": invite.token, f"{key}-invite-id": invite.pk}
    reporting.report(by=ivan, category="spam", person_id=vera.pk)
    things["person-case"] = Case.objects.get(person=vera).pk
    things["site-rule"] = add_rule(by=Actor(alice), pattern="site advert", mode="flag").pk
    invite = invites.create_invite(by=company.people["member"], room=Room.objects.get(name="Public"))
    things |= {"member-invite": invite.token, "member-invite-id": invite.pk}
    things["site-invite"] = invites.create_invite(by=alice).token
    avatar = people.update_profile(
        user=vera, name="Vera", language="", time_zone="UTC", avatar=io.BytesIO(picture())
    ).avatar
    things["avatar"] = avatar.removeprefix("avatars/")
    noting.note(by=Actor(alice), person_id=vera.pk, text="A kind person")
    for user in User.objects.exclude(pk=alice.pk):
        warning.warn(by=Actor(alice), person_id=user.pk, reason="No adverts")
    things["notice"] = Notice.objects.get(user=vera).pk
    for kind, user in company.people.items():
        if kind != OWNER:
            company.own[kind]["own-notice"] = Notice.objects.get(user=user).pk
    things["own-notice"] = things["notice"]


def _end(company: Company) -> None:
    """What sets them apart, done by the site's own actions. Sessions were there before."""
    by, room_ids = Actor(company.people[OWNER]), [int(str(company.things[key])) for key in ("public", "private")]
    appointing.appoint(by=by, person_id=company.people[DEACTIVATED].pk)
    for room_id in room_ids:
        rooms.leave(user=company.people[FORMER], room_id=room_id)
        banning.ban(by=by, person_id=company.people[BARRED].pk, room_id=room_id, reason="Adverts")
    muting.mute(by=by, person_id=company.people[MUTED].pk, duration=timedelta(hours=1), reason="Adverts")
    banning.ban(by=by, person_id=company.people[BANNED].pk, reason="Adverts")
    accounts.deactivate(by=by, person_id=company.people[DEACTIVATED].pk, reason="Away")
    _add_what_can_be_undone(company, by)


def _add_what_can_be_undone(company: Company, by: Actor) -> None:
    """For the acts of the desk that end or take back another; guests have no part elsewhere."""
    things = company.things
    things |= {kind: company.people[kind].pk for kind in (MUTED, BANNED, DEACTIVATED)}
    things["mute"] = Sanction.objects.get(user=company.people[MUTED]).pk
    things["closed"] = add_person("closed").pk
    accounts.deactivate(by=by, person_id=int(str(things["closed"])), reason="Away")
    chatter = add_person("chatter")
    room = Room.objects.get(pk=int(str(things["public"])))
    add_member(room, chatter)
    say(chatter, room.pk, "Words to purge")
    purging.purge(by=by, person_id=chatter.pk, since=timezone.now() - timedelta(days=1), reason="Adverts")
    things["purge"] = (
        ModerationAction.objects.filter(action=ModerationAction.Action.PURGE_MESSAGES).latest("pk").pk
    )
    message = say(chatter, room.pk, "Words to decide about")
    reported = reporting.report(by=User.objects.get(username="guest-public"), category="spam", message_id=message)
    things["decided-case"] = reported.report.case_id
    cases.dismiss(by=by, case_id=reported.report.case_id)
    removed = say(chatter, room.pk, "Words to restore")
    reported = reporting.report(by=User.objects.get(username="guest-public"), category="spam", message_id=removed)
    things["removed-case"] = reported.report.case_id
    removing.remove(by=by, message_id=removed)
    rule = add_rule(by=by, pattern="switched off", mode="flag")
    rules.change_rule(by=by, rule_id=rule.pk, active=False)
    things["idle-rule"] = rule.pk
