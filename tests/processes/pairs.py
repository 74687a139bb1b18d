"""What the tests of two processes ask again and again."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from tests.client import ChatClient
from tests.services.site import Server, Site

# Without the layer the others learn of a change by comparing clocks, every 5 seconds; a busy machine is slower.
WITHOUT_LAYER = 30.0
BURST = 20  # posts of a client without an answer; more than 100 would close it


@dataclass(frozen=True)
class Pair:
    site: Site
    first: Server
    second: Server


async def talk(room: int, *clients: ChatClient, messages: int = 20) -> int:
    """Everybody posts at once, in bursts that wait for their answers; returns the last tick."""
    last = 0
    for start in range(0, messages, BURST):
        posts = [
            client.send("post", room=room, text=f"{number} of {index}")
            for number in range(start, min(start + BURST, messages))
            for index, client in enumerate(clients)
        ]
        last = max(answer["tick"] for answer in await asyncio.gather(*posts))
    return last


async def all_told(room: int, tick: int, *clients: ChatClient) -> None:
    """Everybody learns of everything up to `tick`, by the layer or without, and all hold the same."""
    for client in clients:
        await client.until(
            lambda client=client: client.room(room).cursor >= tick,  # type: ignore[misc]
            f"tick {tick}",
            WITHOUT_LAYER,
        )
    # What was said after it may have come to one of them only.
    stories = [
        {id_: message for id_, message in client.room(room).messages.items() if message["tick"] <= tick}
        for client in clients
    ]
    assert all(story == stories[0] for story in stories)


async def heard_by_layer(room: int, speaker: ChatClient, listener: ChatClient, attempts: int = 12) -> None:
    """Post until a post reaches the listener from the layer; what is read from the database comes as a delta."""
    for _ in range(attempts):
        tick = (await speaker.send("post", room=room, text="Do you hear me?"))["tick"]
        await all_told(room, tick, listener)
        if told_by(listener, room, tick) == "events":
            return
    raise AssertionError(f"{attempts} posts came by the database alone")


def told_by(client: ChatClient, room: int, tick: int) -> str:
    """The type of the object that brought a change: `events` from the layer, `delta` from the database."""
    for item in client.received:
        if item.get("room") == room and any(change["tick"] == tick for change in item.get("changes", ())):
            kind: str = item["type"]
            return kind
    raise AssertionError(f"tick {tick} did not come")


async def eventually(happened: Callable[[], bool], what: str, patience: float = WITHOUT_LAYER) -> None:
    """Wait for what is seen in no single connection."""
    try:
        async with asyncio.timeout(patience):
            while True:
                if happened():
                    return
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(f"waited {patience} s for {what}") from None
