"""Whatever is typed, what others read is harmless, complete and soon there."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chat.rendering import Person, render
from chat.rendering.messages import MOST_HTML, _render_markup
from tests.markup import Document, assert_harmless
from tests.vectors import XSS

PEOPLE = {"bob": Person(2, "Bob")}


def html(text: str) -> str:
    return render(text, PEOPLE).html


@pytest.mark.parametrize("text", XSS)
def test_no_text_becomes_more_than_harmless_html(text: str) -> None:
    assert_harmless(html(text))


SIGNS = list("<>&\"'`*_~[]()!|-\n :/\\a")
WORDS = ["javascript:", "https://a.b", "<script>", "onerror=", "@bob", "```", "&#x6a;", "www.a.b"]
MARKUP = st.lists(st.sampled_from([*SIGNS, *WORDS]), max_size=40).map("".join)


@given(MARKUP)
def test_no_combination_of_markup_becomes_more_than_harmless_html(text: str) -> None:
    assert_harmless(html(text))


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=80))
@example('R&D; 5 > 3 "quoted" it\'s')
@example("a\xa0b")
@example("1. a")
@example("x\u2028y\x85z")
@example("=")
@example("a: b! {c} ^d $e %f (g)")
def test_the_short_way_and_the_long_way_give_the_same_bytes(text: str) -> None:
    assert render(text).html == _render_markup(text, {}).html


@given(st.text(st.sampled_from("ab1.)(:/w>=!-+#'\"&;{}^$%|é看 \xa0"), max_size=30))
def test_the_short_way_is_as_good_for_what_looks_like_markup(text: str) -> None:
    assert render(text).html == _render_markup(text, {}).html


# Effort: the parser's work is bounded by what it is given, so the size of what comes out shows it


def filled(fragment: str) -> str:
    return (fragment * 8_000)[:8_000]


@pytest.mark.parametrize(
    "fragment",
    [
        *(
            "[",
            "![",
            "[a](",
            "[]",
            "*",
            "**a ",
            "_a",
            "`",
            "~~",
            ">",
            "- ",
            "\n",
            "a\n",
            "|",
            "|a|\n|-|\n",
            "<",
            "&",
        ),
        *("\\", "@a ", "[a]: b\n", "https://", "www.a.b ", "a@b.c ", "&#1;", "<a@b>", "\t", "```\n", "1. \n"),
        *("> - > - a\n", "[a][b]"),
    ],
)
def test_a_text_of_one_marker_is_rendered_within_bounds(fragment: str) -> None:
    rendered = render(filled(fragment), PEOPLE)
    assert len(rendered.html.encode()) <= MOST_HTML
    assert_harmless(rendered.html)


@pytest.mark.parametrize("text", [filled("["), filled("a\n"), filled("*"), "> " * 60 + "deep", "- " * 30 + "deep"])
def test_what_is_too_laborious_or_too_deep_is_shown_as_typed(text: str) -> None:
    document = Document(html(text))
    assert {element.tag for element in document.elements} <= {"p", "br"}
    assert document.text.split() == text.split()


def test_a_table_filled_up_with_empty_cells_is_no_table() -> None:
    header = "|a" * 100 + "|\n" + "|-" * 100 + "|\n"
    assert "<table>" in html(header + "a\n" * 5)
    assert "<table>" not in html(header + "a\n" * 500)


def test_html_beyond_the_limit_is_the_text_as_typed() -> None:
    definition = f"[a]: https://example.org/{'y' * 1_000}\n\n"
    assert "<a" in html(definition + "[a]" * 200)
    text = definition + "[a]" * 900
    assert Document(html(text)).text.split() == text.split()


def test_a_long_document_keeps_its_markup() -> None:
    section = (
        "## Part\n\nSome *words* with `code`, [a link](https://example.org/x) and a list:\n\n- one\n- two\n\n"
    )
    text = (section * 90)[:8_000]
    assert html(text).count("<h4>") > 70
