"""What readers were told, held against what is stored and against each other."""

from collections import defaultdict
from collections.abc import Iterator

from tests.faults.record import Change, Command, Message, Rows, Story

# Left in order; the process stopped, which either server may say; ended without a word, or never begun; reports
# that slow weather held up. No fault signs anybody out, sends too much or makes either side talk nonsense.
ENDINGS = {1000, 1001, 1012, 1006, None, 4408}


def judge_readers(story: Story, rows: Rows) -> Iterator[str]:
    """Every reader got the same story, all of it, and nothing that was no longer for them."""
    yield from judge_connections(story)
    yield from judge_agreement(story)
    yield from judge_answers(story)
    yield from judge_removals(story, rows)
    yield from judge_ends(story, rows)
    yield from judge_density(story, rows)


def judge_connections(story: Story) -> Iterator[str]:
    """No connection broke the contract, none lost its place, and none was ended for what nobody did."""
    for user, connections in story.connections.items():
        for number, connection in enumerate(connections):
            where = f"user {user}, connection {number} to {connection.door}"
            if connection.broken:
                yield f"{where}: {connection.broken}"
            yield from (f"{where}: room {room} was reset" for room in connection.resets)
            if connection.close_code not in ENDINGS:
                yield f"{where}: closed with {connection.close_code}"


def judge_agreement(story: Story) -> Iterator[str]:
    """A tick is the same change for everybody.

    A `delta` may show reactions that are later than its row, which it reads after it; what corrects that follows.
    """
    told: dict[tuple[int, int], tuple[int, Change]] = {}
    live: dict[tuple[int, int], tuple[int, Change]] = {}
    seen: set[Change] = set()
    for user, change in story.all_changes():
        if change in seen:
            continue
        seen.add(change)
        at = (change.room, change.tick)
        bare = change._replace(live=False, reactions=())
        other, first = told.setdefault(at, (user, bare))
        if first != bare:
            yield f"room {at[0]} tick {at[1]}: user {other} was told {first}, user {user} {bare}"
        elif change.live:
            other, first = live.setdefault(at, (user, change))
            if first != change:
                yield f"room {at[0]} tick {at[1]}: events told user {other} {first}, user {user} {change}"


def judge_answers(story: Story) -> Iterator[str]:
    """An acknowledged tick was told as what was acknowledged."""
    live = {(change.room, change.tick): change for _, change in story.all_changes() if change.live}
    for command in story.all_commands("post", "edit", "delete", "react"):
        change = live.get((command.room, command.tick))
        if change and not happened(command, change):
            yield (
                f"room {command.room} tick {command.tick}: acknowledged was "
                f"{command.kind} {command.ref} {command.wire}, told was {change}"
            )


def happened(command: Command, change: Change) -> bool:
    """Whether the row, as it was at this tick, shows that the command took place."""
    if command.kind == "post":
        return (change.author, change.ref, change.born) == (command.author, command.ref, command.tick) and (
            change.text == command.text
        )
    if change.row != command.message:
        return False
    match command.kind:
        case "edit":
            return change.text == command.text
        case "delete":
            return change.deleted
    return (command.author in dict(change.reactions).get(command.emoji, ())) == command.on


def judge_removals(story: Story, rows: Rows) -> Iterator[str]:
    """Nobody was told of what came after their removal."""
    removals = rows.removals
    for user, change in story.all_changes():
        end = removals.get((user, change.room), change.tick)
        if change.tick > end:
            yield f"room {change.room} tick {change.tick}: told to user {user}, who was removed at {end}"


def judge_ends(story: Story, rows: Rows) -> Iterator[str]:
    """Whoever is still in a room read all that was acknowledged there, and holds it as it is stored."""
    last: dict[int, int] = defaultdict(int)
    for command in story.all_commands("post", "edit", "delete", "react"):
        last[command.room] = max(last[command.room], command.tick)
    by_room: dict[int, list[Message]] = defaultdict(list)
    for row in rows.messages:
        by_room[row.room].append(row)
    for member in rows.members:
        if member.left or member.user not in story.connections:
            continue
        held, cursor = final_state(story, member.user, member.room)
        where = f"user {member.user} in room {member.room}"
        if cursor < last[member.room]:
            yield f"{where}: read to {cursor}, acknowledged is {last[member.room]}"
        for row in by_room[member.room]:
            # What nobody was told of an unanswered command may still be on its way.
            if row.changed <= cursor and (lacks := difference(row, held.pop(row.id, None))):
                yield f"{where}: {lacks}"
        stored = {row.id for row in by_room[member.room]}
        yield from (
            f"{where}: was told of message {id_} (tick {change.tick}), which is not stored"
            for id_, change in held.items()
            if id_ not in stored
        )


def final_state(story: Story, user: int, room: int) -> tuple[dict[int, Change], int]:
    """Each message as a client would hold it in the end, and the cursor."""
    held: dict[int, Change] = {}
    cursor = story.clocks[room]
    for connection in story.connections[user]:
        cursor = connection.cursors.get(room, cursor)
        for change in connection.heard:
            if change.room == room and change.kind == "message":
                before = held.get(change.row)
                if before is None or change.tick > before.tick:
                    held[change.row] = change
    return held, cursor


def difference(row: Message, change: Change | None) -> str:
    if change is None:
        return f"was never told of message {row.id} (tick {row.tick}, ref {row.ref})"
    told = (change.born, change.tick, change.author, change.ref, change.text, change.deleted, change.reactions)
    stored = (row.tick, row.changed, row.author, row.ref, row.text, row.deleted, row.reactions)
    return f"holds {told} as message {row.id}, stored is {stored}" if told != stored else ""


def judge_density(story: Story, rows: Rows) -> Iterator[str]:
    """Every tick of a room's clock is somebody's change.

    A tick may be known to nobody only if a command without an answer took it, and a later change of the same
    row came before anybody read it: no more ticks than such commands.
    """
    known: dict[int, set[int]] = defaultdict(set)
    for _, change in story.all_changes():
        known[change.room].update((change.tick, change.born))
    for row in rows.messages:
        known[row.room].update((row.tick, row.changed))
    for member in rows.members:
        known[member.room].add(member.changed)
    for room, changed in rows.rooms_changed.items():
        known[room].add(changed)
    spare: dict[int, int] = defaultdict(int)
    for command in story.all_commands("post", "edit", "delete", "react"):
        known[command.room].add(command.tick)
        if command.kind != "post":
            spare[command.room] += sum(attempt.unsettled for attempt in command.attempts)
    for room, start in story.clocks.items():
        nobodys = sorted(set(range(start + 1, rows.clocks[room] + 1)) - known[room])
        if len(nobodys) > spare[room]:
            yield f"room {room}: ticks {nobodys} up to the clock {rows.clocks[room]} are nobody's change"
        beyond = sorted(tick for tick in known[room] if tick > rows.clocks[room])
        if beyond:
            yield f"room {room}: ticks {beyond} are beyond the clock {rows.clocks[room]}"
