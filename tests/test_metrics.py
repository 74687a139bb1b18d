"""What `/metrics` tells, how it is named, and to whom it is told. That the numbers move: tests/contract."""

from pathlib import Path

import pytest
from django.test import Client
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

import chat.views.metrics  # noqa: F401  # registers what is read from the engine
from chat import metrics
from tests.documents import ROOT, read, spans, table

pytestmark = pytest.mark.django_db
TOKEN = "a token of forty characters, or thereabouts"


def families() -> dict[str, Metric]:
    """By the name under which Prometheus stores it: a counter's ends in `_total`."""
    found = {}
    for family in metrics.REGISTRY.collect():
        ending = {"counter": "_total", "info": "_info"}.get(family.type, "")
        found[family.name + ending] = family
    return found


# Names


def test_names_begin_with_chat_and_end_with_their_unit() -> None:
    for name, family in families().items():
        assert name.startswith(("chat_", "process_"))
        assert family.documentation.endswith(".")
        if family.type == "histogram" and name != "chat_batch_size":
            assert name.endswith("_seconds")


def test_the_document_has_every_metric_with_its_labels() -> None:
    documented = {
        spans(name)[0]: set(spans(labels))
        for name, labels, _ in table(read(ROOT / "docs/monitoring.md"), "metric")
    }
    ours = {name: family for name, family in families().items() if name.startswith("chat_")}
    assert documented.keys() == ours.keys()
    for collected in (metrics.POSTS, metrics.COMMIT, metrics.BATCH, metrics.REQUESTS, metrics.REQUEST):
        [family] = collected.describe()
        name = family.name + ("_total" if family.type == "counter" else "")
        assert documented[name] == set(collected._labelnames)


# Who may see them


def test_they_are_for_this_machine(client: Client) -> None:
    assert client.get("/metrics", REMOTE_ADDR="127.0.0.1").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404
    through_proxy = client.get("/metrics", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.9")
    assert through_proxy.status_code == 404


def test_they_are_for_whoever_has_the_token(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN

    def ask(authorization: str | None, address: str = "203.0.113.9", **headers: str) -> int:
        if authorization is not None:
            headers["Authorization"] = authorization
        return client.get("/metrics", headers=headers, REMOTE_ADDR=address).status_code

    assert ask(f"Bearer {TOKEN}") == 200
    assert ask(f"bearer {TOKEN}") == 200
    assert ask(f"Bearer {TOKEN}", X_Forwarded_For="203.0.113.9") == 200
    assert ask(None, address="127.0.0.1") == 200
    wrong = ("", "Bearer", "Bearer ", "Bearer tökén", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}")
    for other in (None, TOKEN, *wrong):
        assert ask(other) == 404


def test_without_a_token_none_is_right(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = ""
    for empty in ("Bearer ", "Bearer"):
        answer = client.get("/metrics", headers={"Authorization": empty}, REMOTE_ADDR="203.0.113.9")
        assert answer.status_code == 404


# What they tell


def test_prometheus_can_read_them(client: Client) -> None:
    answer = client.get("/metrics", REMOTE_ADDR="127.0.0.1")
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    told = {family.name: family for family in text_string_to_metric_families(answer.content.decode())}
    [build] = told["chat_build_info"].samples
    assert build.labels == {"version": "0.1.0", "server": "daphne"}
    [memory] = told["process_resident_memory_bytes"].samples
    assert memory.value > 10_000_000
    assert {sample.labels["outcome"] for sample in told["chat_posts"].samples} >= {"stored", "unavailable"}


def test_the_limit_of_the_container(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def limit() -> float | None:
        return metrics.REGISTRY.get_sample_value("chat_memory_limit_bytes")

    monkeypatch.setattr(metrics, "CONTAINER_LIMIT", tmp_path / "memory.max")
    assert limit() is None
    metrics.CONTAINER_LIMIT.write_text("1073741824\n")
    assert limit() == 2**30
    metrics.CONTAINER_LIMIT.write_text("max\n")
    assert limit() is None
