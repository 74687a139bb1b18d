"""What people type becomes what others read: marked up, linked, mentioned and coloured."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.rendering import Person, mention_candidates, render
from chat.rendering.code import LEXERS, MOST_CODE
from tests.markup import Document, assert_harmless

PEOPLE = {
    "alice": Person(1, "Alice <3"),
    "bob": Person(2, "Bob"),
    "lin_wei": Person(3, "Lin Wei"),
    "ann.lee": Person(4, "Ann Lee"),
    "秀英": Person(5, "Xiùyīng"),
}


def html(text: str) -> str:
    return render(text, PEOPLE).html


# Markup


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hello", "<p>hello</p>"),
        ("a < b & c > d", "<p>a &lt; b &amp; c &gt; d</p>"),
        ("**a** *b* ~~c~~ `d`", "<p><strong>a</strong> <em>b</em> <s>c</s> <code>d</code></p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("one\n\ntwo", "<p>one</p>\n<p>two</p>"),
        ("snake_case_name", "<p>snake_case_name</p>"),
        ("> quoted", "<blockquote>\n<p>quoted</p>\n</blockquote>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. a", '<ol start="3">\n<li>a</li>\n</ol>'),
        ("***", "<hr>"),
        ("<b>bold</b>", "<p>&lt;b&gt;bold&lt;/b&gt;</p>"),
        ("manage.py and README.md", "<p>manage.py and README.md</p>"),
    ],
)
def test_markdown_becomes_html(text: str, expected: str) -> None:
    assert html(text) == expected


def test_headings_leave_the_first_two_levels_to_the_page() -> None:
    assert [element.tag for element in Document(html("# a\n\n## b\n\n###### c")).elements] == ["h3", "h4", "h6"]


def test_a_table_scrolls_and_is_aligned_without_style() -> None:
    document = assert_harmless(html("|a|b|c|\n|-|:-:|-:|\n|1|2|3|"))
    assert document.elements[0].attributes == {"class": "table-scroll", "tabindex": "0"}
    cells = [element.attributes.get("align") for element in document.elements if element.tag == "td"]
    assert cells == [None, "center", "right"]


def test_an_image_becomes_a_link_so_that_its_host_learns_nothing() -> None:
    document = assert_harmless(
        html("![weir](https://example.org/w.png) [![in](https://a.example/i)](https://b.example/)")
    )
    assert [element.tag for element in document.elements] == ["p", "a", "a"]
    assert document.elements[1].attributes["href"] == "https://example.org/w.png"
    assert document.elements[2].attributes["href"] == "https://b.example/"
    assert document.text == "weir in"


@pytest.mark.parametrize(
    "text", ["-", "#", ">", "[a]: /hidden", "[a]: https://example.org 'hidden'", "1.", "```\n```"]
)
def test_nothing_said_is_invisible(text: str) -> None:
    assert Document(html(text)).text.split() == text.split()


def test_no_text_is_no_html() -> None:
    assert render("").html == ""
    assert render(" \n ").html == ""


# Addresses


@pytest.mark.parametrize(
    ("text", "href", "shown"),
    [
        ("see https://example.org/a_b_c?d=1&e=2#f.", "https://example.org/a_b_c?d=1&e=2#f", None),
        ("(https://example.org/a(b))", "https://example.org/a(b)", None),
        ("HTTP://EXAMPLE.ORG/x!", "HTTP://EXAMPLE.ORG/x", None),
        ("**https://example.org**", "https://example.org", None),
        ("www.example.org/x, yes", "http://www.example.org/x", "www.example.org/x"),
        ("mail first_last@example.org.", "mailto:first_last@example.org", "first_last@example.org"),
        ("<https://example.org/y>", "https://example.org/y", None),
        ("[label](https://example.org/z)", "https://example.org/z", "label"),
        ("看https://example.org/路，然后", "https://example.org/%E8%B7%AF", "https://example.org/路"),
        ("http://localhost:8000/rooms/1/", "http://localhost:8000/rooms/1/", None),
        ("https://medium.example/@bob/x", "https://medium.example/@bob/x", None),
        ("https://bücher.example", "https://xn--bcher-kva.example", "https://bücher.example"),
    ],
)
def test_addresses_become_links(text: str, href: str, shown: str | None) -> None:
    links = [element for element in assert_harmless(html(text)).elements if element.tag == "a"]
    assert [link.attributes["href"] for link in links] == [href]
    assert f">{(shown or href).replace('&', '&amp;')}</a>" in html(text)


@pytest.mark.parametrize(
    "text",
    [
        "xhttps://example.org",
        "ftp://example.org",
        "https://",
        "https://a.b[",
        "https://a.b:99999",
        "a@b",
        "://x",
        "`https://example.org`",
    ],
)
def test_other_text_is_not_linked(text: str) -> None:
    assert "<a" not in html(text)


# Mentions


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("@bob", (2,)),
        ("@BOB, @alice and @bob!", (2, 1)),
        ("thanks @bob.", (2,)),
        ("@ann.lee.", (4,)),
        ("_@lin_wei_ hello", (3,)),
        ("**@bob**", (2,)),
        ("你好@bob看一下", (2,)),
        ("@秀英", (5,)),
        ("[@bob](https://example.org)", (2,)),
        ("> @bob", (2,)),
        ("mail alice@bob.example", ()),
        ("x@bob", ()),
        ("example.org/@bob", ()),
        ("@nobody", ()),
        ("@bobby", ()),
        (r"\@bob", ()),
        ("`@bob`", ()),
        ("```\n@bob\n```", ()),
        ("    @bob", ()),
        ("![@bob](https://example.org)", ()),
        ("@" + "b" * 65, ()),
    ],
)
def test_people_are_mentioned_outside_code(text: str, mentions: tuple[int, ...]) -> None:
    rendered = render(text, PEOPLE)
    assert rendered.mentions == mentions
    assert rendered.html.count('class="mention"') >= len(mentions)
    assert not rendered.everyone


def test_a_mention_shows_the_display_name_escaped() -> None:
    assert html("@alice") == '<p><span class="mention" data-user="1">@Alice &lt;3</span></p>'


def test_the_room_is_mentioned_as_a_whole() -> None:
    rendered = render("hey @room.", PEOPLE)
    assert rendered == ('<p>hey <span class="mention" data-user="room">@room</span>.</p>', (), True)
    assert not render("`@room` @roommate", PEOPLE).everyone


def test_candidates_hold_every_name_a_text_may_mean() -> None:
    assert mention_candidates("no sign") == frozenset()
    assert mention_candidates("@Bob. and a@b.c @room") == {"bob.", "bob"}
    assert mention_candidates("你好@bob看一下") == {"bob看一下", "bob"}


def test_candidates_are_bounded() -> None:
    assert len(mention_candidates(" ".join(f"@u{i}" for i in range(2_000)))) == 100


@given(st.text(st.sampled_from("@ab.é看 `*_\\[]()\n"), max_size=60))
def test_whoever_is_mentioned_was_a_candidate(text: str) -> None:
    everybody = {name: Person(i, name) for i, name in enumerate(("a", "b", "ab", "a.b", "aé", "看"))}
    names = {everybody[name].id for name in mention_candidates(text) if name in everybody}
    assert set(render(text, everybody).mentions) <= names


# Code


def test_code_is_coloured_with_the_classes_of_the_style_sheet() -> None:
    assert html('```python\ndef f():  # why\n    return "s", 1\n```') == (
        '<figure class="code" dir="ltr"><figcaption><span>Python</span></figcaption><pre tabindex="0"><code>'
        '<span class="k">def</span> <span class="f">f</span>():  <span class="c"># why</span>\n'
        '    <span class="k">return</span> <span class="s">"s"</span>, <span class="n">1</span>'
        "</code></pre></figure>"
    )


def test_code_of_an_unknown_language_is_plain_and_named_as_written() -> None:
    document = assert_harmless(html("```mermaid x\na -> b\n```"))
    assert document.text == "mermaida -> b"
    assert not [element for element in document.elements if element.attributes.get("class") == "k"]


@pytest.mark.parametrize("name", [*sorted(LEXERS), "c", "c++", "c#", "java"])
def test_every_language_keeps_the_code_as_it_was_typed(name: str) -> None:
    code = '\n  if (a < b) { x = "q\\n"; } // why & how\n\n# 1.5e3 \'c\' `d` <a href="x">\n\tend'
    document = assert_harmless(html(f"```{name}\n{code}\n```"))
    assert document.text.endswith(code)


@pytest.mark.parametrize("code", ["a = 1\n" * (MOST_CODE // 6 + 1), "1," * 300, "x = 1" + "\n" * 300 + "y"])
def test_code_that_would_take_long_is_not_coloured(code: str) -> None:
    assert '<span class="n">' in html("```python\na = 1\n```")
    assert '<span class="n">' not in html(f"```python\n{code}\n```")
