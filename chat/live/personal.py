"""What concerns one person's connections: rooms given and lost, changed markers and roles, sessions that ended."""

import time
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef
from django.utils import timezone

from chat import announce, protocol, snapshots
from chat.models import Membership, Sanction, User

from .connection import notify_all

if TYPE_CHECKING:
    from .connection import Connection
    from .hub import Hub
    from .pools import Pool
    from .presence import Presence

SLICES = 10  # an audit of all connections is spread over so many seconds
HANDSHAKE = 30.0  # seconds that a connection may take from the reading of its session to the hub

Mute = tuple[int, int | None]  # the sanction, and its room or none for the whole site


class Personal:
    def __init__(self, hub: "Hub", presence: "Presence", audits: "Pool") -> None:
        self._hub = hub
        self._presence = presence
        # Apart from the other reads: the promised seconds must not pass in the queue behind a storm of them.
        self._audits = audits
        self._pairs: set[tuple[int, int]] = set()
        self._refreshing = False
        self._doubted: dict[int, float] = {}  # whose sessions changed lately, and until when that counts
        self._mutes: dict[int, set[Mute]] = {}  # of the people here, as they were told last
        self._audited = int(time.monotonic())  # the second of the last slice

    # Rooms

    def receive(self, announced: announce.Personal) -> None:
        """Read again what these people see of these rooms; what comes while that runs is read together next."""
        for user_id, event in announced.events:
            # A copy: who has too many notices waiting is closed, and leaves the set.
            for connection in list(self._hub.by_user.get(user_id, ())):
                if connection.greeted:
                    connection.push(event)
        self._pairs.update(pair for pair in announced.pairs if pair[0] in self._hub.by_user)
        if self._pairs and not self._refreshing:
            self._refreshing = True
            self._hub.spawn(self._refresh())

    async def _refresh(self) -> None:
        try:
            while self._pairs:
                pairs, self._pairs = self._pairs, set()
                rooms = await self._hub.reads.run(snapshots.rooms_by_pair, pairs)
                for user_id, room_id in pairs:
                    room = rooms.get((user_id, room_id))
                    for connection in list(self._hub.by_user.get(user_id, ())):
                        # A stream is never welcomed, and loses rooms all the same.
                        if connection.greeted or room is None:
                            self.show_room(connection, room_id, room)
                        if not connection.greeted:
                            connection.missed.add(room_id)
        finally:
            self._refreshing = False

    def catch_up(self, connection: "Connection") -> None:
        """The welcome may be older than what was announced while it was read."""
        if connection.missed_blocks:
            connection.missed_blocks = False
            self.show_blocks([connection.identity.user_id])
        missed, connection.missed = connection.missed, set()
        if missed:
            self.receive(announce.Personal([(connection.identity.user_id, room_id) for room_id in missed]))

    def show_room(self, connection: "Connection", room_id: int, room: protocol.Room | None) -> None:
        """Bring a connection in line with what its person sees of a room now; None: nothing."""
        reader = connection.readers.get(room_id)
        if room is None:
            if reader is not None:
                # The announcement of the leaving, if it comes first, has set the exact tick.
                self._hub.end_reading(reader, reader.position)
            return
        if reader is not None and reader.end is not None:
            # Removed and back again before the end was reached.
            self._hub.drop_reader(reader)
            connection.notify(protocol.Gone(room=room_id))
            reader = None
        connection.notify(protocol.RoomGiven(room=room))
        if reader is None:
            self._hub.follow(connection, [(room_id, room.clock, None)])
            self._presence.greet(connection, [room_id])

    def show_person(self, announced: announce.Person) -> None:
        """Someone's name or avatar changed: for those who share a room, and for themselves."""
        known = {
            reader.connection
            for connection in self._hub.by_user.get(announced.user.id, ())
            for own in connection.readers.values()
            for reader in own.feed.readers
        }
        if not known:
            # Held by another process, if at all: who shares a room with them is not known here.
            known = self._hub.connections
        notify_all([c for c in known if c.greeted], protocol.UserChanged(user=announced.user))

    def show_blocks(self, user_ids: Iterable[int]) -> None:
        """Read again whom these people block; to be told to all their connections."""
        here = [user_id for user_id in user_ids if user_id in self._hub.by_user]
        if here:
            self._hub.spawn(self._tell_blocks(here))

    async def _tell_blocks(self, user_ids: list[int]) -> None:
        blocked = await self._hub.reads.run(snapshots.blocked_by, user_ids)
        for connection in self._connections(user_ids):
            if connection.greeted:
                connection.blocks = blocked[connection.identity.user_id]
                connection.notify(protocol.Blocks(users=blocked[connection.identity.user_id]))
            else:
                connection.missed_blocks = True

    # Sessions

    def doubt(self, user_ids: Iterable[int]) -> None:
        """Sessions of these people changed: check their connections at once, and those that are on their way."""
        users = list(user_ids)
        self._doubted |= dict.fromkeys(users, time.monotonic() + HANDSHAKE)
        self._hub.spawn(self.check(self._connections(users)))

    def admit(self, connection: "Connection") -> None:
        """A session that ended after it was read for this connection, and before it came here."""
        if self._doubted.get(connection.identity.user_id, 0) > time.monotonic():
            self._hub.spawn(self.check([connection]))

    async def check_slice(self) -> None:
        """Every second a tenth of all people, so that each is checked every ten seconds.

        What came due while a slice took long is checked with the next one: it delays nobody by more than itself.
        """
        now = time.monotonic()
        self._doubted = {user_id: until for user_id, until in self._doubted.items() if until > now}
        self._mutes = {user_id: known for user_id, known in self._mutes.items() if user_id in self._hub.by_user}
        second = int(now)
        due = {passed % SLICES for passed in range(second, max(self._audited, second - SLICES), -1)}
        await self.check(self._connections(user_id for user_id in self._hub.by_user if user_id % SLICES in due))
        # Not before: a slice that failed is due again.
        self._audited = second

    def _connections(self, user_ids: Iterable[int]) -> "list[Connection]":
        return [connection for user_id in user_ids for connection in self._hub.by_user.get(user_id, ())]

    async def check(self, connections: "list[Connection]") -> None:
        """Compare these connections with the database, and close or end what is gone."""
        if not connections:
            return
        keys = {connection.identity.session_key for connection in connections}
        users = {connection.identity.user_id for connection in connections}
        found = await self._audits.run(_read, keys, users)
        differing: set[int] = set()
        for connection in connections:
            identity = connection.identity
            account = found.accounts.get(identity.user_id)
            if account is None or not account[0]:
                connection.close(protocol.Close.DISABLED)
            elif identity.session_key not in found.sessions or account[1] != identity.credentials:
                connection.close(protocol.Close.SIGNED_OUT)
            else:
                self._compare_rooms(connection, found.memberships.get(identity.user_id, set()))
                if connection.greeted and set(connection.blocks) != set(found.blocks.get(identity.user_id, ())):
                    differing.add(identity.user_id)
        for user_id in users:
            self._compare_mutes(user_id, found.mutes.get(user_id, set()))
        # Read anew: what this audit read may be older than what was told meanwhile.
        self.show_blocks(differing)

    def _compare_rooms(self, connection: "Connection", rooms: set[int]) -> None:
        """A stream reads the rooms it asked for; whoever was welcomed, all of theirs."""
        read = connection.readers.keys()
        differing = rooms ^ read if connection.greeted else read - rooms
        if differing:
            user_id = connection.identity.user_id
            self.receive(announce.Personal([(user_id, room_id) for room_id in differing]))

    def _compare_mutes(self, user_id: int, mutes: set[Mute]) -> None:
        """A mute takes no tick, so that nothing else tells of it once its announcement is lost. Whoever came with
        one is told again."""
        differing = self._mutes.get(user_id, set()) ^ mutes
        if not differing:
            return
        self._mutes[user_id] = mutes
        places = {room_id for _, room_id in differing}
        read = {room_id for connection in self._connections([user_id]) for room_id in connection.readers}
        self.receive(
            announce.Personal([(user_id, room_id) for room_id in (read if None in places else read & places)])
        )


class _State(NamedTuple):
    """Of some people, as the database has it."""

    sessions: set[str]  # the keys of those that are valid
    accounts: dict[int, tuple[bool, tuple[str, int]]]  # whether each person may be here, and credentials
    memberships: dict[int, set[int]]
    mutes: dict[int, set[Mute]]
    blocks: dict[int, list[int]]


def _read(session_keys: set[str], user_ids: set[int]) -> _State:
    """Five queries."""
    sessions = Session.objects.filter(session_key__in=session_keys, expire_date__gt=timezone.now())
    banned = Exists(Sanction.objects.bans(None).filter(user=OuterRef("pk")))
    people = User.objects.filter(pk__in=user_ids).annotate(banned=banned)
    accounts = {
        user_id: (active and not banned, (password, version))
        for user_id, active, banned, password, version in people.values_list(
            "pk", "is_active", "banned", "password", "session_version"
        )
    }
    memberships: dict[int, set[int]] = defaultdict(set)
    rows = Membership.objects.filter(user_id__in=user_ids, left=False)
    for user_id, room_id in rows.values_list("user_id", "room_id"):
        memberships[user_id].add(room_id)
    mutes: dict[int, set[Mute]] = defaultdict(set)
    standing = Sanction.objects.active().filter(kind=Sanction.Kind.MUTE, user_id__in=user_ids)
    for user_id, sanction_id, room_id in standing.values_list("user_id", "pk", "room_id"):
        mutes[user_id].add((sanction_id, room_id))
    keys = set(sessions.values_list("session_key", flat=True))
    return _State(keys, accounts, memberships, mutes, snapshots.blocked_by(user_ids))
