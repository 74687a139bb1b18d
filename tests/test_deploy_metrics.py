"""What deploy/ holds for Prometheus and Grafana asks for what `/metrics` tells, and compose finds it."""

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

import chat.views.metrics  # noqa: F401  # registers what is read from the engine
from chat.metrics import REGISTRY
from tests.documents import ROOT, read, spans, table

DEPLOY = ROOT / "deploy"
# Of the names in an expression, those that are metrics.
NAME = re.compile(r"\b(?:chat|process)_\w+|\bup\b")
# Histograms are stored as these.
PARTS = ("_bucket", "_sum", "_count")
# What Prometheus itself adds, and what the rules make of names in the network.
LABELS_ADDED = {"job", "instance", "le"}


def parsed(name: str) -> Any:
    text = read(DEPLOY / name)
    return json.loads(text) if name.endswith(".json") else yaml.safe_load(text)


def told() -> set[str]:
    """Every name under which Prometheus stores something of ours; of the process itself only on Linux."""
    names = {"up"}
    for family in REGISTRY.collect():
        match family.type:
            case "counter":
                names.add(f"{family.name}_total")
            case "histogram":
                names.update(f"{family.name}{part}" for part in PARTS)
            case _:
                names.add(family.name)
    return names


def rules() -> list[dict[str, Any]]:
    [group] = parsed("prometheus/alerts.yml")["groups"]
    found: list[dict[str, Any]] = group["rules"]
    return found


def panels() -> list[dict[str, Any]]:
    return [panel for panel in parsed("grafana/dashboards/chatsite.json")["panels"] if panel["type"] != "row"]


def expressions() -> Iterator[tuple[str, str]]:
    """Who asks, and what."""
    for rule in rules():
        yield rule["alert"], rule["expr"]
    for panel in panels():
        for target in panel["targets"]:
            yield panel["title"], target["expr"]
    for annotation in parsed("grafana/dashboards/chatsite.json")["annotations"]["list"]:
        yield annotation["name"], annotation["expr"]


def test_every_metric_that_is_asked_for_is_told() -> None:
    for name in ("chat_connections", "chat_posts_total", "chat_commit_seconds_bucket", "process_open_fds"):
        assert name in told(), "the premise"
    for who, expression in expressions():
        asked = set(NAME.findall(expression))
        assert asked, who
        assert asked <= told(), who


def test_every_label_that_is_asked_for_is_told() -> None:
    labels = LABELS_ADDED.copy()
    for _, documented, _ in table(read(ROOT / "docs/monitoring.md"), "metric"):
        labels |= set(spans(documented))
    assert {"code", "outcome", "queue", "route"} <= labels, "the premise"
    for who, expression in expressions():
        asked = {label for group in re.findall(r"\bby \(([^)]*)\)", expression) for label in group.split(", ")}
        asked |= {
            label for group in re.findall(r"\{([^}]*)\}", expression) for label in re.findall(r"(\w+)[=!]", group)
        }
        assert asked <= labels, who


def test_each_metric_of_the_engine_is_seen_somewhere() -> None:
    asked = {name for _, expression in expressions() for name in NAME.findall(expression)}
    unseen = {
        family.name for family in REGISTRY.collect() if not any(name.startswith(family.name) for name in asked)
    }
    # For a look at a single process.
    assert {name for name in unseen if name.startswith("chat_")} == {"chat_build", "chat_stopping"}


def test_every_alert_says_what_to_do_and_is_documented() -> None:
    documented = {
        (spans(name)[0], severity) for name, severity, _ in table(read(ROOT / "docs/monitoring.md"), "alert")
    }
    assert documented == {(rule["alert"], rule["labels"]["severity"]) for rule in rules()}
    for rule in rules():
        assert len(rule["annotations"]["summary"].rstrip(".").split(".")) > 1, rule["alert"]


def test_prometheus_asks_each_process_with_the_token() -> None:
    [job] = parsed("prometheus/prometheus.yml")["scrape_configs"]
    [names] = [found["names"] for found in job["dns_sd_configs"]]
    services = yaml.safe_load(read(ROOT / "docker-compose.yml"))["services"]
    assert set(names) == {name for name in services if name.startswith("web-")}
    assert job["authorization"] == {"credentials_file": "/run/secrets/metrics_token"}
    assert "metrics_token" in services["prometheus"]["secrets"]
    assert services["web-1"]["environment"]["METRICS_TOKEN_FILE"] == "/run/secrets/metrics_token"
    assert parsed("prometheus/prometheus.yml")["rule_files"] == ["alerts.yml"]
    assert all(f'job="{job["job_name"]}"' in expression for _, expression in expressions() if "up{" in expression)


def test_grafana_finds_what_it_shows() -> None:
    [source] = parsed("grafana/provisioning/datasources/prometheus.yml")["datasources"]
    [provider] = parsed("grafana/provisioning/dashboards/chatsite.yml")["providers"]
    services = yaml.safe_load(read(ROOT / "docker-compose.yml"))["services"]
    mounted = dict(volume.split(":")[:2] for volume in services["grafana"]["volumes"])
    assert mounted["./deploy/grafana/dashboards"] == provider["options"]["path"]
    assert source["url"] == "http://prometheus:9090"
    for panel in panels():
        assert {target["datasource"]["uid"] for target in panel["targets"]} == {source["uid"]}
        assert panel["description"]


def test_no_panel_covers_another() -> None:
    all_panels = parsed("grafana/dashboards/chatsite.json")["panels"]
    taken: set[tuple[int, int]] = set()
    for panel in all_panels:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert at["x"] + at["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells
    assert len({panel["id"] for panel in all_panels}) == len(all_panels)
