"""The corpus through the renderer: whatever comes out is harmless, and it is there soon."""

import time

import pytest

from chat.rendering import Person, render
from chat.rendering.messages import MOST_HTML
from tests.hostile.corpus import EXPLOSIVE, LONGEST, SCRIPTS, explosive
from tests.markup import assert_harmless

PEOPLE = {"bob": Person(2, '"><img src=x onerror=alert(1)>'), "alice": Person(1, "Alice")}
# The promise of the site, of processor time and not of the clock: what others do on the machine does not count.
MOST_SECONDS = 0.050
ATTEMPTS = 20
# Six times the length; the square of that would be 39 times the time.
LONGER = 50_000
GROWTH = 30


def test_the_corpus_is_large() -> None:
    assert len(set(SCRIPTS)) == len(SCRIPTS) >= 300
    assert len(EXPLOSIVE) >= 100
    assert all(len(explosive(name)) == LONGEST for name in EXPLOSIVE)


@pytest.mark.parametrize("text", SCRIPTS)
def test_no_text_of_the_corpus_becomes_more_than_harmless_html(text: str) -> None:
    assert_harmless(render(text, PEOPLE).html)


@pytest.mark.parametrize("name", EXPLOSIVE)
def test_no_text_takes_longer_than_50_ms(name: str) -> None:
    text = explosive(name)
    taken = [1.0]
    # A neighbour on the same core slows the processor itself; it cannot make it faster.
    while min(taken) > MOST_SECONDS and len(taken) < ATTEMPTS:
        taken.append(seconds_for(text))
    assert min(taken) <= MOST_SECONDS, f"{min(taken) * 1000:.0f} ms"
    html = render(text, PEOPLE).html
    assert len(html.encode()) <= MOST_HTML
    assert_harmless(html)


@pytest.mark.parametrize("name", EXPLOSIVE)
def test_longer_texts_take_longer_in_proportion(name: str) -> None:
    """No door lets them in; what calls the renderer directly must not depend on that."""
    text, longer = explosive(name), explosive(name, LONGER)
    assert_harmless(render(longer, PEOPLE).html)
    taken, taken_longer = [seconds_for(text)], [seconds_for(longer)]
    while min(taken_longer) > GROWTH * min(taken) and len(taken) < ATTEMPTS:
        taken.append(seconds_for(text))
        taken_longer.append(seconds_for(longer))
    assert min(taken_longer) <= GROWTH * min(taken)


def seconds_for(text: str) -> float:
    """Of processor time."""
    started = time.thread_time()
    render(text, PEOPLE)
    return time.thread_time() - started
