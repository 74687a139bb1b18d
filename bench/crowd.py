"""Those whom the load generator plays: who they are, where they connect, and what a rate did to them."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import generator
from bench.ceiling import Step, find_ceiling, judge
from bench.machine import LOAD_CORE, core_seconds, settle
from bench.scale import Scale
from bench.seeding import Seat
from tests.services.site import Server

# A generator that is later than that with its own messages would blame the server for what it did not offer.
LATE_SHARE = 0.03
ATTEMPTS = 3
TEXTS = Path(__file__).parent / "texts.txt"


@dataclass(frozen=True)
class Crowd:
    """
    Attributes:
        ports: of the processes; the clients are spread evenly over them.
        seats: the file with a seat a line, written by `write_seats`.
    """

    ports: tuple[int, ...]
    seats: Path
    connections: int
    protocol: str = "chatsite"
    origin: str = ""

    @classmethod
    def of(cls, servers: Sequence[Server], seats: Path, connections: int) -> "Crowd":
        """People of the site itself, who come by all its processes."""
        return cls(tuple(server.port for server in servers), seats, connections, origin=servers[0].site.url)

    def ask(self, mode: str, **options: Any) -> dict[str, Any]:
        """Run the generator on its core in a mode of its own; see `bench.generator`."""
        return generator.run(mode, cores=str(LOAD_CORE), **self._options(), **options)

    def talk(self, rate: float, scale: Scale) -> dict[str, Any]:
        """Offer `rate` messages/s; the generator's report, and how busy the server's core was at most."""
        senders = min(scale.senders, self.connections)
        settle()
        with busiest_second() as busiest:
            report = self.ask(
                "talk", rate=rate, seconds=scale.seconds, warmup=scale.warmup, senders=senders, texts=TEXTS
            )
        return report | {"server_share": busiest()}

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Everybody is connected and signed in, and says nothing."""
        with generator.holding(cores=str(LOAD_CORE), **self._options()):
            yield

    def climb(self, start: float, scale: Scale) -> list[Step]:
        """The search for the ceiling, from `start` messages/s."""
        return find_ceiling(lambda rate: self._step(rate, scale), start, precision=scale.precision)

    def _step(self, rate: float, scale: Scale) -> Step:
        report = self._punctual(rate, scale)
        failure = judge(
            offered=rate,
            sent=report["sent"],
            seconds=scale.seconds,
            late=report["late"],
            acknowledged=report["acknowledged"],
            expected=report["expected"],
            deliveries=report["deliveries"],
            faults=report["gaps"] + report["refused"] + report["closed"] + len(report["errors"]),
            p99=report["p99_ms"],
        )
        return Step(
            rate=rate,
            deliveries=report["deliveries_per_second"],
            p50=report["p50_ms"],
            p99=report["p99_ms"],
            failure=failure,
            server_share=report["server_share"],
            load_share=report["own_cpu_share"],
        )

    def _punctual(self, rate: float, scale: Scale) -> dict[str, Any]:
        for _ in range(ATTEMPTS):
            report = self.talk(rate, scale)
            if report["late"] <= rate * scale.seconds * LATE_SHARE:
                return report
        raise RuntimeError(f"the generator itself was late {ATTEMPTS} times at {rate:g} messages/s")

    def _options(self) -> dict[str, Any]:
        options: dict[str, Any] = {
            "port": ",".join(str(port) for port in self.ports),
            "protocol": self.protocol,
            "people": self.seats,
            "connections": self.connections,
        }
        return options | ({"origin": self.origin} if self.origin else {})


def texts() -> list[str]:
    r"""What people say: a message a line, with `\n` for the end of a line within it."""
    return [line.replace(r"\n", "\n") for line in TEXTS.read_text(encoding="utf-8").splitlines()]


def write_seats(file: Path, seats: Iterable[Seat]) -> Path:
    file.write_text("".join(f"{user} {session} {room}\n" for user, session, room in seats))
    return file


class busiest_second:  # noqa: N801 # reads as the statement it is used in
    """`with busiest_second() as busiest:`, then `busiest()`: the largest share of the server's core in any second.

    The generator connects, warms up, measures and waits in one go, so an average would say nothing.
    """

    def __enter__(self) -> "busiest_second":
        self._over = threading.Event()
        self._readings = [core_seconds()]
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def __call__(self) -> float:
        windows = zip(self._readings, self._readings[4:], strict=False)
        return min(1.0, round(max((after - before for before, after in windows), default=0.0), 2))

    def _watch(self) -> None:
        while not self._over.wait(0.25):
            self._readings.append(core_seconds())
