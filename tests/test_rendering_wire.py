"""Text that no database could keep is refused at the door."""

import pytest

from chat.rendering import clean_text


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x0b", "\x1b", "\r", "\ud800"])
def test_what_cannot_be_stored_is_refused_by_name(character: str) -> None:
    assert clean_text("ab") == "ab"
    with pytest.raises(ValueError, match=rf"U\+{ord(character):04X}") as refused:
        clean_text(f"a{character}b")
    str(refused.value).encode()


def test_line_ends_become_one_character() -> None:
    assert clean_text("a\r\nb\n\tc") == "a\nb\n\tc"


def test_everything_else_passes() -> None:
    text = "é 看 👩\u200d👩 \u202e \x7f \x85 \ufeff \U0010ffff"
    assert clean_text(text) == text
