"""Any interleaving of changes, deltas, cuts and repeats leaves a client with the state of a fresh load."""

import contextlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from chat import sync
from chat.actions import messages, rooms
from chat.actions.moderation.record import Actor
from chat.actions.posting import Draft, post
from chat.errors import Refused
from chat.models import Message, Room
from tests.cast import add_member, add_person, add_room
from tests.model import Object, RoomModel

VECTORS = Path(__file__).parent / "js" / "vectors"

# What people do, and what a client gets: (verb, which message or person, argument).
DEEDS = st.tuples(
    st.sampled_from(["post", "edit", "delete", "react", "unreact", "pin", "join", "leave", "rename"]),
    st.integers(0, 5),
    st.integers(0, 3),
)
# Read from the cursor, from far back, or again what came at some time before.
READS = st.tuples(st.sampled_from(["delta", "chunk", "stale", "repeat"]), st.integers(0, 30))
STEPS = st.lists(st.one_of(DEEDS, READS), max_size=40)


@dataclass
class Story:
    """A room, the people in it, and everything a client has been sent of it."""

    room: Room
    people: list[Any]
    sent: list[Object] = field(default_factory=list)
    posts: int = 0

    def act(self, verb: str, which: int, argument: int) -> None:
        # A refusal changes nothing: that is an outcome too.
        with contextlib.suppress(Refused):
            self._act(verb, which, argument)

    def _act(self, verb: str, which: int, argument: int) -> None:
        person = self.people[argument % len(self.people)]
        if verb == "post":
            self.posts += 1
            post(Draft(person.pk, self.room.pk, f"r{self.posts}", f"text {self.posts}"))
        elif verb == "join":
            rooms.join(user=person, room_id=self.room.pk)
        elif verb == "leave":
            rooms.leave(user=person, room_id=self.room.pk)
        elif verb == "rename":
            rooms.change_room(by=Actor(self.people[0]), room_id=self.room.pk, name=f"Room {which}")
        else:
            said = list(Message.objects.filter(room=self.room).order_by("tick"))
            if said:
                self._touch(verb, person.pk, said[which % len(said)].pk, argument)

    def _touch(self, verb: str, user_id: int, message_id: int, argument: int) -> None:
        if verb == "edit":
            messages.edit(user_id=user_id, message_id=message_id, text=f"edited {argument}")
        elif verb == "delete":
            messages.delete(user_id=user_id, message_id=message_id)
        elif verb == "pin":
            messages.pin(user_id=user_id, message_id=message_id, on=argument % 2 == 0)
        else:
            messages.react(user_id=user_id, message_id=message_id, emoji="👍", on=verb == "react")

    def read(self, model: RoomModel, how: str, number: int) -> None:
        if how == "repeat" and self.sent:
            model.delta(self.sent[number % len(self.sent)])
        elif how == "chunk":
            self.deliver(model, model.cursor, limit=1 + number % 4)
        elif how == "stale":
            self.deliver(model, min(number, model.cursor))
        else:
            self.deliver(model, model.cursor)

    def deliver(self, model: RoomModel, since: int, limit: int = sync.CHUNK_ROWS) -> bool:
        chunk = sync.changes_since(self.room.pk, since, limit=limit)
        item = msgspec.json.decode(chunk.object)
        self.sent.append(item)
        model.delta(item)
        return chunk.more


class Convergence(TestCase):
    @settings(max_examples=60)
    @given(STEPS)
    def test_a_client_ends_as_a_fresh_load(self, steps: list[tuple[Any, ...]]) -> None:
        people = [add_person(name) for name in ("alice", "bob", "charlie")]
        room = add_room("General", members={people[0]: "owner"})
        add_member(room, people[1])
        story = Story(room, people)
        model = RoomModel(cursor=0, loaded=True)
        for step in steps:
            if len(step) == 3:
                story.act(*step)
            else:
                story.read(model, *step)
        while story.deliver(model, model.cursor):
            pass
        fresh = RoomModel(cursor=0, loaded=True)
        while story.deliver(fresh, fresh.cursor, limit=7):
            pass
        assert (model.cursor, model.in_order) == (fresh.cursor, fresh.in_order)
        # Clock and number of members beside a room's state are those of the reading.
        counted = {"clock": 0, "members": 0}
        assert model.members == fresh.members
        assert {**model.room, **counted} == {**fresh.room, **counted}
        assert model.in_order == as_told_by_history(room.pk)


def as_told_by_history(room_id: int) -> list[Object]:
    page = sync.history(room_id, limit=200)
    told: list[Object] = msgspec.json.decode(msgspec.json.encode(page))["messages"]
    return told


def simple_vectors() -> list[Any]:
    """The browser's vectors of order, gaps, repeats and resets, with no page of history but the latest."""
    vectors = [
        pytest.param(vector, id=f"{path.stem}: {vector['name']}")
        for path in sorted(VECTORS.glob("*.json"))
        if path.stem in ("gaps", "loading", "repeats", "resets")
        for vector in json.loads(path.read_text(encoding="utf-8"))
        if all(
            step.keys() <= {"receive", "effects"} or step.get("request", {}).get("kind") == "latest"
            for step in vector["steps"]
        )
    ]
    assert len(vectors) >= 10
    return vectors


@pytest.mark.parametrize("vector", simple_vectors())
def test_the_model_and_the_browser_agree(vector: Object) -> None:
    held: dict[int, RoomModel] = {}
    for step in vector["steps"]:
        for item in step.get("receive", []):
            receive(held, item)
        if "page" in step:
            held[step["request"]["room"]].page(step["page"])
    expected = vector["expect"]["rooms"]
    assert {str(key) for key in held} == set(expected)
    for key, wanted in expected.items():
        model = held[int(key)]
        assert model.cursor == wanted.get("cursor", model.cursor)
        for message, expected_message in zip(
            model.in_order, wanted.get("messages", []), strict="messages" in wanted
        ):
            assert message["tick"] == expected_message.get("tick", message["tick"])


def receive(held: dict[int, RoomModel], item: Object) -> None:
    if item["type"] == "welcome":
        known = {room["id"] for room in item["rooms"]}
        for gone in held.keys() - known:
            del held[gone]
        for room in item["rooms"]:
            held.setdefault(room["id"], RoomModel(cursor=room["clock"]))
    elif item["type"] == "room":
        held.setdefault(item["room"]["id"], RoomModel(cursor=item["room"]["clock"]))
    elif item["type"] == "gone":
        held.pop(item["room"], None)
    elif item["type"] == "events" and item["room"] in held:
        held[item["room"]].events(item)
    elif item["type"] == "delta" and item["room"] in held:
        held[item["room"]].delta(item)
