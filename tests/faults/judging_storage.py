"""What was acknowledged, held against what is stored."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from tests.faults.record import Command, Message, Rows, Story


def judge_storage(story: Story, rows: Rows) -> Iterator[str]:
    """Everything that was acknowledged is stored, once, in order; and nothing else is."""
    yield from judge_posts(story, rows)
    yield from judge_strangers(story, rows)
    yield from judge_refusals(story, rows)
    yield from judge_order(story)
    yield from judge_moments(story)
    yield from judge_states(story, rows)


def judge_posts(story: Story, rows: Rows) -> Iterator[str]:
    """Each acknowledged post is one row, with the id and tick of the answer; a repeat got the same answer."""
    by_ref = {(row.author, row.ref): row for row in rows.messages}
    for post in story.all_commands("post"):
        for answer in post.answers:
            if answer.result != (first := post.answer and post.answer.result):
                yield f"{name(post)} was answered with {first}, and its repeat with {answer.result}"
        if not post.tick:
            continue
        row = by_ref.get((post.author, post.ref))
        if row is None:
            yield f"{name(post)} was acknowledged at tick {post.tick} and is not stored"
        elif (row.id, row.tick, row.room) != (post.made, post.tick, post.room):
            yield f"{name(post)} was acknowledged as message {post.made} at tick {post.tick}, stored is {row}"


def judge_strangers(story: Story, rows: Rows) -> Iterator[str]:
    """Nothing is stored twice, by nobody, or after its author had to go."""
    sent = {(post.author, post.ref, post.room) for post in story.all_commands("post")}
    refs = Counter((row.author, row.ref) for row in rows.messages)
    births = Counter((row.room, row.tick) for row in rows.messages)
    yield from (
        f"ref {ref} of user {user} is stored {count} times" for (user, ref), count in refs.items() if count > 1
    )
    yield from (
        f"room {room} has {count} messages of tick {tick}" for (room, tick), count in births.items() if count > 1
    )
    for row in rows.messages:
        if (row.author, row.ref, row.room) not in sent:
            yield f"room {row.room} tick {row.tick}: ref {row.ref} of user {row.author} is stored, nobody sent it"
        if row.tick > rows.removals.get((row.author, row.room), row.tick):
            yield f"room {row.room} tick {row.tick}: ref {row.ref} is of user {row.author}, who was removed before"


def judge_refusals(story: Story, rows: Rows) -> Iterator[str]:
    """Nothing was refused but for a fault, a removal, or a message that is deleted."""
    tombstones = {row.id for row in rows.messages if row.deleted}
    for command in story.all_commands("post", "edit", "delete", "react"):
        fitting = {"", "unavailable"}
        if (command.author, command.room) in rows.removals:
            fitting.add("not_found")
        if command.message in tombstones:
            fitting.add("conflict")
        for attempt in command.attempts:
            if attempt.refusal not in fitting:
                yield f"{name(command)}, a {command.kind}, was refused with {attempt.refusal}"


def judge_order(story: Story) -> Iterator[str]:
    """Each person's posts have ticks in the order of their first sending.

    Everything unanswered is sent again on each connection, in order, before anything new. So this holds over
    any number of connections, but not for a post that was refused once: it is sent again behind later ones.
    """
    for user, commands in story.commands.items():
        last: dict[int, Command] = {}
        for post in commands:
            if post.kind != "post" or post.refused or not post.tick:
                continue
            before = last.get(post.room)
            if before and before.tick > post.tick:
                yield (
                    f"room {post.room}: user {user} sent {before.ref} before {post.ref}, "
                    f"their ticks are {before.tick} and {post.tick}"
                )
            last[post.room] = post


def judge_moments(story: Story) -> Iterator[str]:
    """What was acknowledged before another was first sent has the earlier tick: an `ok` is never early."""
    by_room: dict[int, list[Command]] = defaultdict(list)
    for post in story.all_commands("post"):
        if post.tick:
            by_room[post.room].append(post)
    for room, posts in by_room.items():
        sent = sorted(posts, key=lambda post: post.attempts[0].sent)
        answered = sorted(posts, key=answer_time, reverse=True)
        highest: Command | None = None
        for post in sent:
            while answered and answer_time(answered[-1]) < post.attempts[0].sent:
                highest = max(highest or answered[-1], answered.pop(), key=lambda each: each.tick)
            if highest and highest.tick > post.tick:
                yield (
                    f"room {room}: {highest.ref} was acknowledged at tick {highest.tick} "
                    f"before {post.ref} was sent, which got tick {post.tick}"
                )


def answer_time(post: Command) -> float:
    return post.answer.answered if post.answer else 0.0


def judge_states(story: Story, rows: Rows) -> Iterator[str]:
    """The last acknowledged edit, delete and reaction of each message stands.

    A command that somewhere got no answer may have taken place, and may do so late: in a process that hung.
    """
    deeds: dict[int, list[Command]] = defaultdict(list)
    for deed in story.all_commands("edit", "delete", "react"):
        deeds[deed.message].append(deed)
    posts = {(post.author, post.ref): post for post in story.all_commands("post")}
    for row in rows.messages:
        post = posts.get((row.author, row.ref))
        if post:
            yield from judge_message(row, post, deeds[row.id])


def judge_message(row: Message, post: Command, deeds: list[Command]) -> Iterator[str]:
    where = f"room {row.room} tick {row.tick}: message {row.id}"
    deletes = [deed for deed in deeds if deed.kind == "delete"]
    if any(deed.tick for deed in deletes) and not row.deleted:
        yield f"{where} was deleted, which was acknowledged, and is not"
    if row.deleted:
        if not any(deed.tick or deed.unsettled for deed in deletes):
            yield f"{where} is deleted, nobody did that"
        if row.text or row.reactions:
            yield f"{where} is deleted and still says {row.text!r} {row.reactions}"
        return
    edits = [deed for deed in deeds if deed.kind == "edit"]
    texts = {(last_of(edits) or post).text} | {edit.text for edit in edits if edit.unsettled}
    if row.text not in texts:
        yield f"{where} says {row.text!r}, acknowledged or possible are {sorted(texts)}"
    yield from judge_reactions(row, [deed for deed in deeds if deed.kind == "react"], where)


def judge_reactions(row: Message, reactions: list[Command], where: str) -> Iterator[str]:
    present = {(user, emoji) for emoji, users in row.reactions for user in users}
    by_one: dict[tuple[int, str], list[Command]] = defaultdict(list)
    for deed in reactions:
        by_one[deed.author, deed.emoji].append(deed)
    yield from (f"{where} has {emoji} of user {user}, who sent none" for user, emoji in present - by_one.keys())
    for (user, emoji), deeds in by_one.items():
        last = last_of(deeds)
        possible = {last.on if last else False} | {deed.on for deed in deeds if deed.unsettled}
        if ((user, emoji) in present) not in possible:
            wrong = "lacks" if True in possible else "has"
            yield f"{where} {wrong} {emoji} of user {user}, against the last answer"


def last_of(deeds: list[Command]) -> Command | None:
    """The acknowledged one of the latest tick."""
    return max((deed for deed in deeds if deed.tick), key=lambda deed: deed.tick, default=None)


def name(post: Command) -> str:
    return f"room {post.room}: ref {post.ref} of user {post.author}"
