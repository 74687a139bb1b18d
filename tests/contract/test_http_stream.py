"""Server-sent events over real servers."""

import json

from tests.contract.browsing import browser, clock, end_sessions, say, streaming
from tests.people import Company, add_room
from tests.services.site import Server


async def test_a_stream_tells_what_was_missed_and_what_happens(server: Server, company: Company) -> None:
    async with browser(server, company.alice) as alice, browser(server, company.bob) as bob:
        before = await clock(bob, company.general)
        missed = await say(alice, company.general, "missed")
        async with streaming(bob, {company.general: before}) as stream:
            delta = await stream.until("delta")
            assert [change["message"] for change in delta["changes"]] == [missed]
            assert json.loads(stream.last_id) == {str(company.general): missed["tick"]}
            live = await say(alice, company.general, "live")
            events = await stream.until("events")
            assert [change["message"] for change in events["changes"]] == [live]
            assert json.loads(stream.last_id) == {str(company.general): live["tick"]}


async def test_a_stream_resumes_where_it_ended(server: Server, company: Company) -> None:
    async with browser(server, company.alice) as alice, browser(server, company.bob) as bob:
        start = {company.general: await clock(bob, company.general)}
        async with streaming(bob, start) as stream:
            await stream.until("delta")
            await say(alice, company.general, "one")
            await stream.until("events")
        between = await say(alice, company.general, "two")
        # The address of a stream never changes: what it names is older than the last event.
        async with streaming(bob, start, last_id=stream.last_id) as again:
            delta = await again.until("delta")
        assert [change["message"] for change in delta["changes"]] == [between]


async def test_a_stream_ends_after_its_window(server: Server, company: Company) -> None:
    async with browser(server, company.alice) as alice, browser(server, company.bob) as bob:
        cursors = {company.general: await clock(bob, company.general)}
        sent = [(await say(alice, company.general, "x" * 8000))["id"] for _ in range(60)]
        seen: list[int] = []
        last_id, streams = "", 0
        while len(seen) < len(sent):
            size = 0
            streams += 1
            async with streaming(bob, cursors, last_id=last_id) as stream:
                while len(seen) < len(sent) and (frame := await stream.next()) is not None:
                    size += len(json.dumps(frame))
                    seen += [c["message"]["id"] for o in frame for c in o.get("changes", ()) if "message" in c]
            last_id = stream.last_id
            assert size <= 512 * 1024 + 192 * 1024
        assert seen == sent, "nothing lost, doubled or out of order over the seams"
        assert streams > 1


async def test_a_stream_names_rooms_that_are_gone(server: Server, company: Company) -> None:
    foreign = add_room(server.site, "Elsewhere", members={company.charlie: "owner"})
    async with (
        browser(server, company.alice) as alice,
        browser(server, company.bob) as bob,
        streaming(bob, {foreign: 0, company.general: 0}) as stream,
    ):
        assert (await stream.until("gone"))["room"] == foreign
        await stream.until("delta")
        await alice.delete(f"/api/rooms/{company.general}/members/{company.bob.id}")
        assert (await stream.until("gone"))["room"] == company.general


async def test_rooms_that_are_not_named_are_not_told(server: Server, company: Company) -> None:
    other = add_room(server.site, "Other", members={company.alice: "owner", company.bob: "member"})
    async with (
        browser(server, company.alice) as alice,
        browser(server, company.bob) as bob,
        streaming(bob, {company.general: 0}) as stream,
    ):
        await stream.until("delta")
        await say(alice, other, "elsewhere")
        marker = await say(alice, company.general, "here")
        events = await stream.until("events")
    assert (events["room"], events["changes"][0]["message"]["id"]) == (company.general, marker["id"])


async def test_signing_out_ends_a_stream(server: Server, company: Company) -> None:
    async with browser(server, company.bob) as bob, streaming(bob, {company.general: 0}) as stream:
        await stream.until("delta")
        server.site.call(end_sessions, company.bob.id)
        while await stream.next() is not None:
            pass
