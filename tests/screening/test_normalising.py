import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.screening.normalising import normalise, readings


@pytest.mark.parametrize(
    "written",
    [
        "ViAgRa",
        "vi\u200bagra",  # zero width space
        "v\u200di\u2060a\ufeffg\u00adra",
        "v\u034fiagra\ufe0f",
        "\u202eviagra\u202c",
        "viag\u3164ra",  # Hangul filler
        "vi\u17b4a\u2065g\ufff3r\U000e0fffa",  # kept free by Unicode, or never shown
        "ｖｉａｇｒａ",
        "𝓿𝓲𝓪𝓰𝓻𝓪",
        "ⓥⓘⓐⓖⓡⓐ",
        "🅥🅘🅐🅖🅡🅐",
        "🆅🅸🅰🅶🆁🅰",
        "🇻\u200b🇮\u200b🇦\u200b🇬\u200b🇷\u200b🇦",
        "ᴠɪᴀɢʀᴀ",
        "viаgrа",  # Cyrillic
        "νιαgrα",  # Greek
        "vïágrà",
        "v̷i̸a̶g̵r̴a",
        "v\u0489iagra",
    ],
)
def test_all_ways_to_write_a_word_are_one(written: str) -> None:
    assert normalise(written) == "viagra"


@pytest.mark.parametrize(("written", "word"), [("v1@gr4", "viagra"), ("c45h", "cash"), ("fоI1ow", "foilow")])
def test_digits_are_read_as_letters_beside_the_plain_reading(written: str, word: str) -> None:
    assert word in readings(written)
    assert readings(written)[0] == normalise(written)


def test_one_and_capital_i_are_read_as_l_too() -> None:
    assert "follower" in readings("fo11ower")
    assert "follower" in readings("foIIower")


def test_numbers_are_not_words() -> None:
    assert readings("100 and 4.50 and 2026-11-28") == ["100 and 4.50 and 2026-11-28"]


@pytest.mark.parametrize(
    "text",
    [
        "加微信领取红包",
        "ひらがなとカタカナ、ガギグゲゴ",
        "한국어 문장",
        "السلام عليكم",
        "مسؤول أحمد إلى آخر",
        "שלום עולם",
        "हिन्दी में लिखा है",
        "ภาษาไทยไม่มีช่องว่าง",
        "щы й ё ї",
    ],
)
def test_other_scripts_keep_what_carries_meaning(text: str) -> None:
    assert normalise(text) == unicodedata.normalize("NFKC", text)


def test_what_arabic_may_leave_out_does_not_count() -> None:
    assert normalise("مُحَمَّد") == normalise("محـــمد") == "محمد"


def test_white_space_of_any_kind_is_one_space() -> None:
    assert normalise(" a\u00a0\u2003b\n\n\tc\u2028d ") == "a b c d"


@given(st.text(max_size=200))
def test_what_is_normalised_stays_so_and_bounded(text: str) -> None:
    normal = normalise(text)
    assert len(normal) <= 6 * len(text)
    assert normalise(normal) == normal


def test_no_character_multiplies_a_text() -> None:
    longest = max((len(normalise(chr(code))), code) for code in range(0x20000) if not 0xD800 <= code < 0xE000)
    assert longest[0] <= 6, hex(longest[1])


@given(st.text("aI1\u0301\u0323\u0430\u200b ", max_size=60))
def test_readings_begin_with_the_plain_one_and_are_few(text: str) -> None:
    found = readings(text)
    assert found[0] == normalise(text)
    assert len(found) == len(set(found)) <= 3


def test_a_pile_of_marks_is_cut_before_it_is_sorted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sorting takes quadratic time, in a library: what it is given is looked at instead of a clock."""
    from chat.screening import normalising as module

    class Watched:
        longest = 0

        def normalize(self, form: str, text: str) -> str:
            run = 0
            for char in text:
                run = run + 1 if unicodedata.combining(char) else 0
                self.longest = max(self.longest, run)
            return unicodedata.normalize(form, text)  # type: ignore[arg-type]

        def __getattr__(self, name: str) -> object:
            return getattr(unicodedata, name)

    watched = Watched()
    monkeypatch.setattr(module, "unicodedata", watched)
    assert normalise("v" + "\u0301\u0323" * 4000 + "iagra") == "viagra"
    assert 0 < watched.longest <= 4
