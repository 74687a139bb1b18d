"""What the engine of a process counts for `/metrics`: plain integers, changed on the event loop alone."""

from collections import Counter


class Counts:
    def __init__(self) -> None:
        self.opened = 0  # connections
        self.closes: Counter[int] = Counter()  # of connections by this process, by code
        self.deliveries = 0  # changes, once for each reader
        self.bytes = 0  # of frames, as payload
        self.healed = 0  # gaps read from the database
