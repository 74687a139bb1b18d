"""The numbers of a real server move with what people do, on both servers."""

from collections import defaultdict

import httpx
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from tests.client import ChatClient, online
from tests.people import Company
from tests.services.site import Server

Numbers = dict[str, float]


def families(server: Server) -> dict[str, Metric]:
    text = httpx.get(f"{server.url}/metrics", trust_env=False).raise_for_status().text
    return {family.name: family for family in text_string_to_metric_families(text)}


def numbers(server: Server) -> Numbers:
    """By name and labels, as Prometheus writes them."""
    found: Numbers = defaultdict(float)
    for family in families(server).values():
        for sample in family.samples:
            labels = ",".join(f'{name}="{value}"' for name, value in sample.labels.items())
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


async def heard(client: ChatClient, room: int, tick: int) -> None:
    await client.until(lambda: client.room(room).cursor >= tick, f"tick {tick}")


async def test_a_post_is_seen_in_all_its_numbers(server: Server, company: Company) -> None:
    room, before = company.general, numbers(server)
    async with online(server, company.alice) as alice, online(server, company.bob) as bob:
        for ref in ("first", "second"):
            await alice.send("post", ref=ref, room=room, text=ref)
        tick = (await alice.send("post", ref="second", room=room, text="second"))["tick"]
        await alice.send("read", room=room, tick=tick)
        for client in (alice, bob):
            await heard(client, room, tick)
        during = numbers(server)
    rise = {name: during[name] - before[name] for name in during}
    assert rise["chat_connections"] == rise["chat_connections_opened_total"] == rise["chat_people"] == 2
    assert rise["chat_rooms_followed"] >= 1
    assert rise['chat_posts_total{outcome="stored"}'] == 2
    assert rise['chat_posts_total{outcome="repeated"}'] == 1
    assert rise["chat_deliveries_total"] >= 4
    assert rise["chat_sent_bytes_total"] > 500
    assert rise['chat_commit_seconds_count{kind="posts"}'] == rise['chat_batch_size_count{kind="posts"}'] == 3
    assert rise['chat_batch_size_sum{kind="posts"}'] == 3
    assert rise['chat_batch_size_sum{kind="markers"}'] == 1
    assert 0 < rise['chat_commit_seconds_sum{kind="posts"}'] < 60
    assert rise["chat_hub_lag_seconds_count"] >= 2
    assert 0 < rise["chat_hub_lag_seconds_sum"] < 60


async def test_what_is_refused_is_counted_by_its_code(server: Server, company: Company) -> None:
    before = numbers(server)
    with company.charlie.http(server.url) as http:
        answer = http.post(f"/api/rooms/{company.general}/messages", json={"ref": "1", "text": "let me in"})
    assert answer.status_code == 404
    after = numbers(server)
    refused = 'chat_posts_total{outcome="not_found"}'
    assert after[refused] == before[refused] + 1
    request = 'chat_http_requests_total{method="POST",route="api/rooms/<int:room_id>/messages",status="404"}'
    assert after[request] == before[request] + 1


async def test_closes_are_counted_by_their_code(server: Server, company: Company) -> None:
    before = numbers(server)
    async with online(server, company.bob) as bob:
        with company.bob.http(server.url) as http:
            assert http.post("/accounts/logout/").status_code in (200, 302)
        assert await bob.closed() == 4401
    signed_out = 'chat_connections_closed_total{code="4401"}'
    assert numbers(server)[signed_out] == before[signed_out] + 1


def test_the_process_tells_of_itself(server: Server) -> None:
    now, told = numbers(server), families(server)
    assert now["process_resident_memory_bytes"] > 10_000_000
    assert now["process_open_fds"] > 3
    assert now["chat_database_silent_seconds"] < 60
    assert now["chat_stopping"] == 0
    [build] = told["chat_build_info"].samples
    assert build.labels["server"] == server.kind
    assert {sample.labels["queue"] for sample in told["chat_queue_length"].samples} == {
        "posts", "markers", "announcements", "reads", "changes", "audits",
    }  # fmt: skip
    assert [
        name for name, family in told.items() if not family.samples and name != "chat_memory_limit_bytes"
    ] == []


async def test_the_event_loop_is_watched(server: Server, company: Company) -> None:
    count = numbers(server)["chat_loop_lag_seconds_count"]
    async with online(server, company.bob) as bob:
        while numbers(server)["chat_loop_lag_seconds_count"] == count:
            await bob.send("ping")
