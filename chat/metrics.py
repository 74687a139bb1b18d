"""What is measured where it happens, for `/metrics`; what the engine counts anyway is read by `live.report`.

Nothing here is touched for a single delivery: an observation takes a microsecond and a lock.
"""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

# Of our own: the library's default holds whatever any other library puts there.
REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

CONTAINER_LIMIT = Path("/sys/fs/cgroup/memory.max")

_MILLISECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)

POSTS = Counter(
    "chat_posts",
    "Posts by what became of them: stored, repeated (the ref is stored already), or the code of the refusal.",
    ["outcome"],
    registry=REGISTRY,
)
for outcome in ("stored", "repeated", "unavailable"):
    # From the start: what appears with a number has not risen, to Prometheus.
    POSTS.labels(outcome)
COMMIT = Histogram(
    "chat_commit_seconds",
    "Time to store a batch: of posts, with checks and rendering, or of read markers.",
    ["kind"],
    buckets=(*_MILLISECONDS, 5, 10),
    registry=REGISTRY,
)
BATCH = Histogram(
    "chat_batch_size",
    "Posts, or read markers, stored together.",
    ["kind"],
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256),
    registry=REGISTRY,
)
HUB_LAG = Histogram(
    "chat_hub_lag_seconds",
    "From a change's commit, or its arrival from another process, until it is handed to all sockets here.",
    buckets=_MILLISECONDS,
    registry=REGISTRY,
)
LOOP_LAG = Histogram(
    "chat_loop_lag_seconds",
    "How late the event loop is for a timer of one second.",
    buckets=_MILLISECONDS,
    registry=REGISTRY,
)
REQUESTS = Counter(
    "chat_http_requests",
    "HTTP requests by route, answered with this status.",
    ["method", "route", "status"],
    registry=REGISTRY,
)
REQUEST = Histogram(
    "chat_http_request_seconds",
    "Time until the answer to an HTTP request begins; a long poll waits on purpose.",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    registry=REGISTRY,
)


class MemoryLimit(Collector):
    def collect(self) -> Iterable[GaugeMetricFamily]:
        family = GaugeMetricFamily(
            "chat_memory_limit_bytes", "Memory that the container may use, if it is limited."
        )
        with suppress(OSError, ValueError):  # no container; or no limit, told as "max"
            family.add_metric([], int(CONTAINER_LIMIT.read_text()))
        yield family


REGISTRY.register(MemoryLimit())
