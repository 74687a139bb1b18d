import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.screening import Matcher, checked_pattern, matching, normalise, readings


def catches(pattern: str, text: str) -> bool:
    matcher = Matcher([checked_pattern(pattern)])
    return any(matcher.find(reading) for reading in readings(text))


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("spam", "spam"),
        ("spam", "This is SPAM!"),
        ("SPAM", "(spam)"),
        ("spam", "_spam_, **spam**"),
        ("spam", "ѕраm"),
        ("spam", "5p4m"),
        ("v1agra", "v1agra"),
        ("buy followers", "Buy \n followers."),
        ("c++", "I like C++."),
        ("$$$", "make $$$ now"),
        ("viag*", "viagra"),
        ("viag*", "viag"),
        ("*coin", "a dogecoin"),
        ("f*k", "f**k"),
        ("*spam*", "antispammer"),
        ("buy * followers", "buy 1000 followers"),
        ("* here", "here"),
        ("微信", "加微信领取"),
        ("微信vx", "加微信vx"),
        ("賭*場", "賭博場"),
        ("카지노", "카지노를 추천"),
        ("казино", "Лучшее КАЗИНО."),
        ("हिन्दी", "यह हिन्दी है"),
    ],
)
def test_caught(pattern: str, text: str) -> None:
    assert catches(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("cunt", "Scunthorpe"),
        ("ass", "a class assembly of bass"),
        ("spam", "s p a m"),
        ("spam", "s.p.a.m"),
        ("s*m", "s p a m"),
        ("viag*", "a-b via g"),
        ("*coin", "coinage"),
        ("f*k", "for a walk"),
        ("buy followers", "buy the followers"),
        ("buy * followers", "buy a thousand followers"),
        ("loo", "100"),
        ("c++", "c+"),
        ("微信vx", "加微信vx123"),
        ("казино", "казиношный"),
        ("हिन्द", "हिन्दी"),
    ],
)
def test_not_caught(pattern: str, text: str) -> None:
    assert not catches(pattern, text)


@pytest.mark.parametrize("pattern", ["", "  ", "*", "* *", "\u200b", "a" * 101, "a*b*c*d*e*f*g", "\u0301"])
def test_patterns_that_say_nothing_or_too_much_are_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="rule"):
        checked_pattern(pattern)


letters = "ab .微é*"
patterns = st.text(letters, min_size=1, max_size=6).filter(lambda text: bool(normalise(text).strip("* ")))


@given(st.lists(patterns, max_size=8), st.text(letters, max_size=40))
def test_finds_what_regular_expressions_find(rules: list[str], text: str) -> None:
    rules = [rule for rule in (" ".join(rule.split()) for rule in rules) if rule.count("*") <= 5]
    text = normalise(text)
    expected = {index for index, rule in enumerate(rules) if expression(rule).search(f" {text} ")}
    assert Matcher(rules).find(text) == expected


def expression(rule: str) -> re.Pattern[str]:
    """What a rule means, said in the plainest way, which may take any time."""
    normal = normalise(rule)
    word = r"[^\W_微]"
    core = normal.strip("*")
    body = "".join(r"\S*" if char == "*" else re.escape(char) for char in core)
    if core[0] == normal[0] and re.match(word, core[0]):
        body = rf"(?<!{word}){body}"
    if core[-1] == normal[-1] and re.match(word, core[-1]):
        body = rf"{body}(?!{word})"
    return re.compile(body)


def hostile() -> Iterator[tuple[list[str], str]]:
    yield ["a*a*a*a*a*b"] * 1000, "a" * 8000
    yield [f"{'a' * 90}*{number}" for number in range(1000)], "a" * 8000
    yield [f"a a a a *{number}" for number in range(1000)], "a " * 4000
    yield [f"微信*{number}" for number in range(1000)], "微信" * 4000
    yield [f"*{'ab' * 20}*{number}" for number in range(1000)], "ab" * 4000


@pytest.mark.parametrize(("rules", "text"), list(hostile()))
def test_each_character_is_one_step_whatever_it_is(
    rules: list[str], text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = 0

    class Counted(matching._Masks):
        def __getitem__(self, char: str) -> int:
            nonlocal steps
            steps += 1
            return super().__getitem__(char)

    monkeypatch.setattr(matching, "_Masks", Counted)
    Matcher(rules).find(normalise(text))
    assert 0 < steps <= len(text) + 2
