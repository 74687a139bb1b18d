"""How a refusal is looked at here: its code alone, because the words are for people."""

from collections.abc import Callable
from typing import Any

import pytest

from chat.errors import Refused


def refusal_of(work: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as refused:
        work()
    return refused.value.code
