"""What the engine of this process counts and holds, read when Prometheus asks.

In the thread of the request, beside the event loop: each value is one number, or copied in one step.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from chat.metrics import REGISTRY

from . import engine as engines
from .engine import Engine

Family = type[CounterMetricFamily] | type[GaugeMetricFamily]


@dataclass(frozen=True)
class Reading:
    """`read` gives one number; or, with the name of a label, one for each of its values."""

    family: Family
    name: str
    help: str
    read: Callable[[Engine], float | Mapping[str, float]]
    label: str = ""


class EngineReport(Collector):
    def collect(self) -> Iterable[Metric]:
        """Without an engine, families that hold nothing: so the names are known anywhere."""
        engine = engines.current()
        for reading in READINGS:
            family = reading.family(reading.name, reading.help, labels=[reading.label] if reading.label else None)
            found = {} if engine is None else reading.read(engine)
            if isinstance(found, Mapping):
                for value, number in found.items():
                    family.add_metric([value], number)
            else:
                family.add_metric([], found)
            yield family

    describe = collect


def _closes(engine: Engine) -> dict[str, float]:
    return {str(code): number for code, number in dict(engine.hub.counts.closes).items()}


def _queues(engine: Engine) -> dict[str, float]:
    posts, markers = engine.writer.waiting
    return {
        "posts": posts,
        "markers": markers,
        "announcements": engine.link.waiting if engine.link else 0,
        "reads": engine.reads.waiting,
        "changes": engine.changes.waiting,
        "audits": engine.audits.waiting,
    }


READINGS = (
    Reading(GaugeMetricFamily, "chat_connections", "Open connections.", lambda e: len(e.hub.connections)),
    Reading(GaugeMetricFamily, "chat_people", "People with a connection here.", lambda e: len(e.hub.by_user)),
    Reading(GaugeMetricFamily, "chat_rooms_followed", "Rooms with a reader here.", lambda e: len(e.hub.feeds)),
    Reading(
        CounterMetricFamily,
        "chat_connections_opened",
        "Connections, WebSockets and others, ever opened.",
        lambda e: e.hub.counts.opened,
    ),
    Reading(
        CounterMetricFamily,
        "chat_connections_closed",
        "Connections closed by this process, by close code.",
        _closes,
        "code",
    ),
    Reading(
        CounterMetricFamily,
        "chat_deliveries",
        "Changes of rooms handed to sockets, once for each connection.",
        lambda e: e.hub.counts.deliveries,
    ),
    Reading(
        CounterMetricFamily,
        "chat_sent_bytes",
        "Payload of frames handed to sockets.",
        lambda e: e.hub.counts.bytes,
    ),
    Reading(
        GaugeMetricFamily,
        "chat_windows_full",
        "Connections that have something to be sent and do not report what they received.",
        lambda e: len(e.hub.stalled),
    ),
    Reading(
        CounterMetricFamily,
        "chat_gaps_healed",
        "Gaps between the ticks of announcements that were read from the database.",
        lambda e: e.hub.counts.healed,
    ),
    Reading(
        CounterMetricFamily,
        "chat_announce_failures",
        "Failures of the channel layer: publishing, joining or listening.",
        lambda e: e.link.failures if e.link else 0,
    ),
    Reading(
        CounterMetricFamily,
        "chat_announcements_dropped",
        "Announcements dropped because too many waited for Redis.",
        lambda e: e.link.dropped if e.link else 0,
    ),
    Reading(
        GaugeMetricFamily,
        "chat_queue_length",
        "What waits: posts and markers for the writer, announcements for Redis, the others for a thread.",
        _queues,
        "queue",
    ),
    Reading(
        GaugeMetricFamily,
        "chat_database_silent_seconds",
        "Since the database last answered; it is asked every five seconds.",
        lambda e: time.monotonic() - e.database_answered,
    ),
    Reading(
        GaugeMetricFamily,
        "chat_stopping",
        "1 while the process stores what it took and takes nothing more.",
        lambda e: e.closing,
    ),
)

REGISTRY.register(EngineReport())
