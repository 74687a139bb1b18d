"""What people typed elsewhere reads here as they typed it."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.importing.literal import literal
from chat.rendering import Person, clean_text, render

PEOPLE = {"ann": Person(7, "Ann")}
PIECES = st.lists(
    st.sampled_from(
        [
            *"ab1_*`~[]()<>&;:#@\\!|-+=.,/'\" \t中é，",
            "http://x.org/a",
            "https://b.de",
            "www.c.org",
            "@ann",
            "&amp;",
            "```",
        ]
    ),
    max_size=14,
).map("".join)


@given(PIECES)
def test_any_line_reads_as_it_was_typed(text: str) -> None:
    rendered = render(clean_text(literal(text)), PEOPLE)
    assert _seen(rendered.html) == " ".join(text.split())
    assert set(re.findall(r"<(\w+)", rendered.html)) <= {"p", "a"}
    assert not rendered.mentions


@pytest.mark.parametrize(
    "text",
    [
        "# not a heading",
        "> not a quote",
        "- not a list",
        "1. nor this",
        "---",
        "a *b* _c_ `d` ~~e~~ <f@g.de> &lt; \\*",
        "[a](http://b.org)",
        "@ann: @room",
        "    indented",
    ],
)
def test_markup_is_text(text: str) -> None:
    assert _seen(render(text, PEOPLE).html) != text or render(text, PEOPLE).mentions
    rendered = render(literal(text), PEOPLE)
    assert _seen(rendered.html) == text.strip()
    assert not rendered.mentions
    assert not rendered.everyone


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("see http://a.org/b_c_d/*e.", "http://a.org/b_c_d/*e"),
        ("<http://a.org/b>", "http://a.org/b"),
        ("(http://a.org/b_(c))", "http://a.org/b_(c)"),
        ("http://a.org/_ `x`", "http://a.org/"),
        ("www.a.org/b_", "www.a.org/b"),
    ],
)
def test_addresses_stay_links(text: str, address: str) -> None:
    rendered = render(literal(text)).html
    assert f">{address}</a>" in rendered
    assert _seen(rendered) == text


def test_words_that_need_nothing_are_left_alone() -> None:
    for plain in (
        "sudo apt-get install build_essential",
        "2 * 3 < 4 & 5 > 1",
        "C:\\temp",
        "it's 5.5 (or so) | wc -l",
    ):
        assert literal(plain) == plain


def _seen(rendered: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", rendered)).split())
