import pytest

from chat.rendering import render
from chat.screening import holds_link, readings_of_message
from chat.screening.visible import visible


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("v**ia**gra", "viagra"),
        ("v[ia](https://a.example)gra", "viagra"),
        ("&#118;iagra &amp; more", "viagra & more"),
        ("v*i*a~~g~~ra", "viagra"),
    ],
)
def test_markup_within_a_word_hides_nothing(text: str, seen: str) -> None:
    assert visible(render(text).html).split() == seen.split()


def test_blocks_do_not_run_together() -> None:
    assert visible(render("- via\n- gra\n\nvia  \ngra").html).split() == ["via", "gra", "via", "gra"]


def test_without_markup_the_source_says_it_all() -> None:
    assert readings_of_message("hello there", render("hello there").html) == ["hello there"]


@pytest.mark.parametrize(("text", "seen"), [("v&#105;agra", "viagra"), (r"t\.me/x", "t.me/x")])
def test_markup_that_leaves_no_trace_hides_nothing(text: str, seen: str) -> None:
    assert seen in readings_of_message(text, render(text).html)


@pytest.mark.parametrize(
    ("text", "is_link"),
    [
        ("https://a.example", True),
        ("www.a.example", True),
        ("[x](http://a.example)", True),
        ("me@a.example", False),
        ("`https://a.example`", False),
        ("a.example", False),
    ],
)
def test_links_are_what_readers_can_follow(text: str, is_link: bool) -> None:
    assert holds_link(render(text).html) is is_link
