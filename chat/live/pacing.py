"""The limit on posts over all processes, looked at in the writer's thread right before a batch is stored."""

import time
from collections import defaultdict
from collections.abc import Sequence

from chat import limits
from chat.actions.posting import Draft
from chat.limits.shared import TIMEOUT


def hold_back(drafts: Sequence[Draft]) -> None:
    """Mark what is too much for its author. One question to Redis for each author; none without limits."""
    if (counts := limits.everywhere()) is None:
        return
    by_author: dict[int, list[Draft]] = defaultdict(list)
    for draft in drafts:
        if draft.limited is None:
            by_author[draft.author_id].append(draft)
    patience = time.monotonic() + TIMEOUT
    for author_id, wanted in by_author.items():
        if time.monotonic() > patience:
            # A Redis that is slow for each of many must not hold the whole batch: the rest goes uncounted.
            return
        taken, wait = counts.admit(limits.POSTS, author_id, len(wanted))
        for draft in wanted[taken:]:
            draft.limited = wait
