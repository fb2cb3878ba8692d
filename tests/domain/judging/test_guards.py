"""What of a learner's text reaches a model, and in which frame."""

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder.domain.judging.question import (
    MASK,
    MAX_CASE_CHARACTERS,
    clean,
    data_field,
    prepare_texts,
)

TEXT = st.text(st.characters(codec="utf-8"), max_size=300)


def test_characters_that_nobody_sees_are_gone_and_white_space_is_one_space() -> None:
    assert clean("a\x00b\u200bc\u202ed\U000e0041e\ufefff") == "abcdef"
    assert clean(" two\t\n\r\x0b words\u2028\u00a0here ") == "two words here"
    assert clean("cafe\u0301") == "café"


@pytest.mark.parametrize(
    "hidden",
    ["\ufe0f", "\U000e0100", "\U000e01ef", "\u034f", "\u115f", "\u1160", "\u17b4", "\u180b", "\u3164", "\uffa0"],
)
def test_letters_and_marks_that_nobody_sees_are_gone_too(hidden: str) -> None:
    """With the 256 selectors of variants any text is written behind one visible letter."""
    assert clean(f"a{hidden}b") == "ab"


@given(TEXT)
def test_a_clean_text_is_clean_and_shows_nothing_hidden(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert all(each.isprintable() for each in once)


@pytest.mark.parametrize(
    "person",
    [
        "jo.doe@example.com",
        "https://intra.example.com/jo",
        "Https://intra.example.com/jo",
        "WWW.example.com/jo",
        "msteams://chat/jo",
        "@jo.doe",
        "+972 (0)3-123 4567",
        "4580 1234 5678 9010",
        "054\u2013123\u20134567",
        "+972\u201154\u2011123\u20114567",
        "jo.doe (at) example (dot) com",
        "jo.doe[at]mail.example.com",
        "jo.doe {at} example.com",
        "jo.doe at example dot com",
        "jo.doe\uff20example.com",
        "\uff20jo.doe",
        "linkedin.com/in/jo-doe",
        "de.example.org/people/jo?x=1",
        "0 1 7 1 2 3 4 5 6 7 8",
        "0171 \u2013 234 567 89",
        "\uff10\uff11\uff17\uff11\uff12\uff13\uff14\uff15\uff16",
        "\u0660\u0661\u0667\u0661\u0662\u0663\u0664\u0665",
        "\u096d\u0968\u0969\u096a\u096b\u096c\u096d\u096e",
        "\u2460\u2461\u2462\u2463\u2464\u2465\u2466",
        "0\ufe0f\u20e31\ufe0f\u20e37\ufe0f\u20e31\ufe0f\u20e32\ufe0f\u20e33\ufe0f\u20e34\ufe0f\u20e3",
        "zero one seven one two three four",
        "null-eins-sieben-eins-zwei-drei-vier",
        "\u96f6\u4e00\u4e03\u4e00\u4e8c\u4e09\u56db\u4e94",
        "0171_234_567",
        "jo at firm dot com",
        "JO.DOE AT FIRM DOT CO DOT UK",
        "jo.doe @ example.com",
        "jo.doe[@]example[.]com",
        "jo.doe(a)example.com",
        "jo.doe-at-example-dot-com",
        "jo.doe <at> example <punkt> com",
        "jo arroba firma punto es",
        "jo arobase firme point fr",
        "\u0436\u043e \u0441\u043e\u0431\u0430\u043a\u0430 firma \u0442\u043e\u0447\u043a\u0430 \u0440\u0443",
        "linkedin dot com slash in slash jo",
        "hxxp://example.com/jo",
        "jodoe#1234",
    ],
)
def test_what_leads_to_a_person_is_masked(person: str) -> None:
    assert prepare_texts([f"ask {person} for it"]) == (f"ask {MASK} for it",)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("WhatsApp me on jo42", f"WhatsApp me on {MASK}"),
        ("whatsapp me at 01714, it helps", f"whatsapp me at {MASK}, it helps"),
        ("my Telegram: jo_doe", f"my Telegram: {MASK}"),
        ("Instagram is jo.doe now", f"Instagram is {MASK} now"),
        ("Discord name = Jo", f"Discord name = {MASK}"),
        ("auf Signal unter jo.99", f"auf Signal unter {MASK}"),
    ],
)
def test_the_name_under_which_somebody_chats_is_masked(written: str, shown: str) -> None:
    assert prepare_texts([written]) == (shown,)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Hi Anna, open the settings", f"Hi {MASK}, open the settings"),
        ("Thanks Anna Maria for it", f"Thanks {MASK} for it"),
        ("Dear Mrs. O'Neil, it works", f"Dear Mrs. {MASK}, it works"),
        ("Frau M\u00fcller-L\u00fcdenscheidt half mir", f"Frau {MASK} half mir"),
        ("Viele Gr\u00fc\u00dfe Tom\u00e1\u0161", f"Viele Gr\u00fc\u00dfe {MASK}"),
        ("Merci, Zo\u00e9 !", f"Merci, {MASK} !"),
    ],
)
def test_who_is_greeted_thanked_or_called_by_a_title_is_masked(written: str, shown: str) -> None:
    assert prepare_texts([written]) == (shown,)


@pytest.mark.parametrize(
    "text",
    [
        "1. open 2. press F5 in 2026, error 10061",
        "hi there, thanks for it; dear me",
        "THANKS FOR THE HELP",
        "we meet at 5.30 at the desk. Then call",
        "and/or, in/out, 1.5 km/h, e.g. a/b, v2.1/v2.2",
        "the rate was 3.5 % of 10.000",
        "Telegram is down today, Teams is slow; WhatsApp on the phone works",
        "look at this point we agreed on",
        "one, two, three: done. Then four or five",
        "press * or # and 1-2-3, then line 4",
        "Signal: it blinks twice",
    ],
)
def test_what_leads_to_nobody_stays_readable(text: str) -> None:
    assert prepare_texts([text]) == (text,)


@pytest.mark.parametrize(
    "part", ["a", "1 ", "a-", "_-", "a.b.", "a@", "a at b dot ", "a-at-b-dot-", "zero ", "x#", "Hi Anna "]
)
def test_no_text_keeps_a_judge_busy_however_it_is_made(part: str) -> None:
    """Masking took 16 seconds for a text of one letter once, and as long for one of hyphens."""
    began = process_time()
    prepare_texts([part * (4 * MAX_CASE_CHARACTERS // len(part))])
    assert process_time() - began < 2


def test_of_pieces_that_are_too_long_together_the_longest_are_cut_and_empty_ones_left_out() -> None:
    pieces = prepare_texts(["a" * 3_000, "\u200b", "b" * 3_000, "c"])
    assert [len(each) for each in pieces] == [1_999, 2_000, 1]
    assert sum(map(len, prepare_texts(["x" * 100_000]))) == MAX_CASE_CHARACTERS


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 2 * MAX_CASE_CHARACTERS), max_size=9))
def test_every_piece_has_an_equal_part_at_least_or_all_it_needs(lengths: list[int]) -> None:
    pieces = prepare_texts([chr(ord("a") + place) * length for place, length in enumerate(lengths)])
    asked = [length for length in lengths if length]
    assert [piece[0] for piece in pieces] == [chr(ord("a") + place) for place, length in enumerate(lengths) if length]
    assert sum(map(len, pieces)) == min(sum(asked), MAX_CASE_CHARACTERS)
    for piece, length in zip(pieces, asked, strict=True):
        assert length >= len(piece) >= min(length, MAX_CASE_CHARACTERS // len(asked))


@given(TEXT)
def test_what_is_kept_as_shown_is_shown_as_it_was_kept(text: str) -> None:
    once = prepare_texts([text])
    assert prepare_texts(once) == once


def test_the_delimiter_is_drawn_until_it_is_not_in_the_text() -> None:
    tokens = iter(["", "abc", "ABC9", "free"])
    found = data_field(["what abc and abc9 say", "more"], lambda: next(tokens))
    assert (found.delimiter, found.text) == ("free", "what abc and abc9 say\n\nmore")


def test_tokens_that_are_not_drawn_at_random_end_in_an_error_and_not_in_a_loop() -> None:
    with pytest.raises(ValueError, match="at random"):
        data_field(["a text"], lambda: "t")


@given(TEXT)
def test_no_text_holds_its_delimiter(text: str) -> None:
    drawn = iter([*text.split()[:20], "fresh-delimiter-1", "fresh-delimiter-2"])
    found = data_field([text], lambda: next(drawn))
    assert found.delimiter.casefold() not in found.text.casefold()
