"""What a soak counts."""

import json
from collections import Counter
from dataclasses import dataclass, field

from tests.faults.record import Story


@dataclass
class Tally:
    """The sum of all rounds.

    Attributes:
        messages: posts that were acknowledged.
        changes: edits, deletes and reactions that were acknowledged.
        deliveries: changes that readers were told and that were checked.
        connections_lost: how often a person had to come back.
        faults: how often each struck.
        violations: a sentence for each broken promise.
    """

    seed: int
    rounds: int = 0
    messages: int = 0
    changes: int = 0
    deliveries: int = 0
    connections_lost: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)

    def count(self, story: Story) -> None:
        acknowledged = Counter(
            command.kind == "post"
            for command in story.all_commands("post", "edit", "delete", "react")
            if command.answer
        )
        self.messages += acknowledged[True]
        self.changes += acknowledged[False]
        for connections in story.connections.values():
            self.deliveries += sum(len(connection.heard) for connection in connections)
            self.connections_lost += len(connections) - 1

    def to_json(self) -> str:
        return json.dumps(vars(self), indent=2) + "\n"

    def __str__(self) -> str:
        faults = ", ".join(f"{name} {times}" for name, times in sorted(self.faults.items()))
        closing = (
            f"soak: {self.rounds} rounds, {self.messages} messages and {self.changes} changes acknowledged, "
            f"{self.deliveries} deliveries checked, {self.faults.total()} faults ({faults}), "
            f"{self.connections_lost} connections lost, {len(self.violations)} violations"
        )
        return "\n".join([*self.violations[:40], closing])
