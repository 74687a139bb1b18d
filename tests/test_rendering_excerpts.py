"""The one line above a reply."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.rendering import excerpt


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plain", "plain"),
        ("**bold** _and_ `code` ~~gone~~", "bold and code gone"),
        ("# Head\n\n- one\n- two", "Head one two"),
        ("> quoted\n\nanswer", "quoted answer"),
        ("```python\nx = 1\n```", "x = 1"),
        ("[label](https://example.org) ![alt](https://example.org/i)", "label alt"),
        ("[![in](https://a.example/i)](https://b.example/)", "in"),
        ("snake_case_name 2 < 3", "snake_case_name 2 < 3"),
        (r"\*kept\*", "*kept*"),
        ("|a|b|\n|-|-|\n|1|2|", "a b 1 2"),
        ("***", "***"),
        ("-", "-"),
    ],
)
def test_an_excerpt_reads_like_the_message(text: str, line: str) -> None:
    assert excerpt(text) == line


def test_an_excerpt_is_cut_with_an_ellipsis() -> None:
    assert excerpt("word " * 100, 12) == "word word w…"
    assert excerpt("a" * 140) == "a" * 140
    assert excerpt("a" * 141) == "a" * 139 + "…"
    assert excerpt("👩\u200d👩", 3) == "👩\u200d👩"
    assert excerpt("👩\u200d👩\u200d👧", 3) == "👩…"


@given(st.text(max_size=300), st.integers(10, 200))
def test_an_excerpt_is_one_line_within_its_limit(text: str, limit: int) -> None:
    line = excerpt(text, limit)
    assert len(line) <= limit
    assert len(line.splitlines()) <= 1
