"""Reading cases: who sees which, the queue, one case with its message, and how many wait for whom."""
