"""What a post must satisfy, read for a whole batch under the rooms' locks."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.utils import timezone

from chat import ranks
from chat.errors import Refused, not_found
from chat.models import Attachment, Membership, Message, Query, Room, Sanction, User
from chat.ranks import Rank

from .blocking import UNWANTED, closed_by_blocks

if TYPE_CHECKING:
    from .posting import Draft


class Member(NamedTuple):
    user: User
    role: str
    sanctioned: bool  # at some time and somewhere: whether it holds is read for those few alone


@dataclass(slots=True)
class Rules:
    """The rows that decide over a batch of drafts. At most six queries, whatever its size; more for slow mode."""

    rooms: dict[int, Room]
    members: dict[tuple[int, int], Member]
    mutes: list[Sanction]
    banned: set[int]  # from the site; who is banned from a room is no member of it
    moderators: set[int]  # of the site; asked for where a room restricts its members, of those who may be
    last_post: dict[tuple[int, int], datetime]
    sources: dict[int, Message]
    uploads: dict[int, Attachment]
    unwanted: set[int]  # rooms of two people, one of whom blocks the other
    now: datetime
    # A file goes with one message: a later draft of the batch that names it finds nothing.
    taken: set[int] = field(default_factory=set)

    @classmethod
    def read(cls, drafts: "Sequence[Draft]", rooms: dict[int, Room], rows: Iterable[User]) -> "Rules":
        """`rows` are those of `members`, read under the rooms' locks."""
        slow = [room for room in rooms.values() if room.slow_mode]
        sources = {draft.reply_to for draft in drafts if draft.reply_to is not None}
        uploads = {key for draft in drafts for key in draft.attachments}
        members = {(row.pk, row.room_id): Member(row, row.role, row.sanctioned) for row in rows}  # type: ignore[attr-defined]
        sanctioned = {member.user.pk for member in members.values() if member.sanctioned}
        sanctions = _standing(sanctioned) if sanctioned else []
        now = timezone.now()
        return cls(
            rooms=rooms,
            members=members,
            mutes=[row for row in sanctions if row.kind == Sanction.Kind.MUTE],
            banned={row.user_id for row in sanctions if row.kind == Sanction.Kind.BAN and row.room_id is None},
            moderators=_site_moderators(members, rooms),
            last_post=_last_posts(slow, drafts, now),
            sources=_by_id(Message.objects.filter(pk__in=sources).select_related("author")) if sources else {},
            uploads=_by_id(Attachment.objects.filter(pk__in=uploads, message=None)) if uploads else {},
            unwanted=closed_by_blocks(rooms.values()),
            now=now,
        )

    def require_member(self, draft: "Draft") -> None:
        member = self.members.get((draft.author_id, draft.room_id))
        if member is None or not member.user.is_active or draft.author_id in self.banned:
            raise not_found()

    def require_may_post(self, draft: "Draft") -> None:
        """Raises the first refusal that applies."""
        room = self.rooms[draft.room_id]
        role = Membership.Role(self.members[draft.author_id, draft.room_id].role)
        moderates = ranks.OF_ROLE[role] >= Rank.ROOM_MODERATOR or self._moderates_site(draft.author_id, room)
        if draft.limited is not None:
            raise Refused("rate_limited", "You are sending too fast.", draft.limited)
        if room.archived:
            raise Refused("archived", "This room is archived.")
        require_open(room, moderates=moderates)
        if room.pk in self.unwanted:
            raise Refused("forbidden", UNWANTED)
        require_not_muted(self.mutes, draft.author_id, room.pk, self.now)
        if draft.reply_to is not None and self.quoted(draft) is None:
            raise not_found("message")
        if len(self.files(draft)) != len(draft.attachments) or not self.taken.isdisjoint(draft.attachments):
            raise not_found("file")
        if room.slow_mode and not moderates:
            self._require_pace(draft, room.slow_mode)

    def _moderates_site(self, user_id: int, room: Room) -> bool:
        return user_id in self.moderators and room.kind != Room.Kind.DIRECT

    def _require_pace(self, draft: "Draft", seconds: int) -> None:
        last = self.last_post.get((draft.author_id, draft.room_id))
        if (wait := pause_left(seconds, last, self.now)) is not None:
            raise Refused("slow_mode", "This room is in slow mode.", wait)

    def accept(self, draft: "Draft") -> None:
        """Count a draft that nothing refuses against those after it in the batch."""
        self.last_post[draft.author_id, draft.room_id] = self.now
        self.taken.update(draft.attachments)

    def author(self, draft: "Draft") -> User:
        return self.members[draft.author_id, draft.room_id].user

    def quoted(self, draft: "Draft") -> Message | None:
        source = self.sources.get(draft.reply_to) if draft.reply_to is not None else None
        return source if source is not None and source.room_id == draft.room_id else None

    def files(self, draft: "Draft") -> list[Attachment]:
        found = [self.uploads[key] for key in dict.fromkeys(draft.attachments) if key in self.uploads]
        return [file for file in found if file.owner_id == draft.author_id]


def members(drafts: "Sequence[Draft]") -> Query[User]:
    """The authors, once for each of their rooms here, with `room_id`, `role`, and whether ever `sanctioned`."""
    return Query(
        User,
        "SELECT u.id, u.username, u.name, u.avatar, u.bot, u.is_active, u.is_staff, "
        "u.is_superuser, u.date_joined, m.room_id, m.role, EXISTS ("
        "SELECT 1 FROM chat_sanction s WHERE s.user_id = u.id AND NOT s.lifted) AS sanctioned "
        "FROM chat_membership m JOIN chat_user u ON u.id = m.user_id "
        'WHERE m.user_id IN ({}) AND m.room_id IN ({}) AND NOT m."left"',
        [{draft.author_id for draft in drafts}, {draft.room_id for draft in drafts}],
    )


def _site_moderators(members: dict[tuple[int, int], Member], rooms: dict[int, Room]) -> set[int]:
    restricted = {room.pk for room in rooms.values() if room.locked or room.announcements or room.slow_mode}
    able = {
        key: member
        for key, member in members.items()
        if key[1] in restricted and (member.user.is_staff or member.user.is_superuser)
    }
    return ranks.site_moderators({user_id for user_id, _ in able}) if able else set()


def _standing(user_ids: Collection[int]) -> list[Sanction]:
    return list(Sanction.objects.active().filter(user_id__in=user_ids))


def active_mutes(user_ids: Collection[int]) -> list[Sanction]:
    """Of the site and of any room."""
    return list(Sanction.objects.active().filter(kind=Sanction.Kind.MUTE, user_id__in=user_ids))


def require_voice(user: User, room: Room | None) -> None:
    """Raises `muted` for somebody who may not speak in a room, or on the whole site if none is named."""
    require_not_muted(active_mutes([user.pk]), user.pk, room.pk if room is not None else None, timezone.now())


def require_open(room: Room, *, moderates: bool) -> None:
    """Raises `forbidden` where moderators alone speak: in a locked room, and in one for announcements."""
    if room.locked and not moderates:
        raise Refused("forbidden", "This room is locked: only moderators can post.")
    if room.announcements and not moderates:
        raise Refused("forbidden", "This room is for announcements: only moderators can post.")


def require_not_muted(mutes: list[Sanction], user_id: int, room_id: int | None, now: datetime) -> None:
    for mute in mutes:
        if mute.user_id == user_id and mute.room_id in (None, room_id):
            wait = (mute.until - now).total_seconds() if mute.until else None
            raise Refused("muted", "You are muted.", wait)


def pause_left(seconds: int, last: datetime | None, now: datetime) -> float | None:
    """What is left of a pause of slow mode that began at `last`, in seconds to a tenth; None if nothing is."""
    left = seconds - (now - last).total_seconds() if last is not None else 0
    return round(left, 1) if left > 0 else None


def _last_posts(slow: list[Room], drafts: "Sequence[Draft]", now: datetime) -> dict[tuple[int, int], datetime]:
    """When the authors of the drafts last posted in rooms of slow mode, as far back as the pause reaches."""
    last: dict[tuple[int, int], datetime] = {}
    for room in slow:
        authors = {draft.author_id for draft in drafts if draft.room_id == room.pk}
        last |= {(author, room.pk): sent_at for author, sent_at in _last_posts_in(room, authors, now).items()}
    return last


def _last_posts_in(room: Room, authors: set[int], now: datetime) -> dict[int, datetime]:
    """Newest first and no further than needed: a post must not cost more the more was said before."""
    last: dict[int, datetime] = {}
    texts = Message.objects.filter(room=room, kind=Message.Kind.TEXT).order_by("-tick")
    rows, size = texts, 100
    while True:
        page = list(rows.values_list("author_id", "sent_at", "tick")[:size])
        for author, sent_at, _ in page:
            # What another process dated by a clock that is ahead of ours would silence its author until then.
            if author in authors and sent_at <= now:
                last.setdefault(author, sent_at)
        if len(last) == len(authors) or len(page) < size or pause_left(room.slow_mode, page[-1][1], now) is None:
            return last
        rows, size = texts.filter(tick__lt=page[-1][2]), size * 4


def _by_id(rows: Iterable) -> dict:  # type: ignore[type-arg]
    return {row.pk: row for row in rows}
