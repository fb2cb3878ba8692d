"""German addresses its reader as "du", in what the API says and on the pages: nobody is a stranger in one of them."""

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.paths import FUNCTIONS

FORMAL = re.compile(r"\b(Sie|Ihnen|Ihre?[nmrs]?)\b")
BEGINNINGS = (*".:!?{}", "")  # a sentence, or a branch of a pattern, may begin with "sie" for several people or things


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, str):
        yield value


def formal(text: str) -> list[str]:
    found = (match for match in FORMAL.finditer(text) if text[: match.start()].rstrip()[-1:] not in BEGINNINGS)
    return [match.group() for match in found]


def test_the_check_knows_an_address_from_people_spoken_of() -> None:
    assert formal("Wenn Sie wollen: Ihre Punkte. Das gehört Ihnen.") == ["Sie", "Ihnen"]
    assert formal("Freie Tage: Sie unterbrechen nichts. {days, plural, other {Sie bleiben}}") == []


def test_german_says_du_to_its_reader_everywhere() -> None:
    for folder in ("ladder", "console"):
        catalogue = json.loads((FUNCTIONS / folder / "messages" / "de.json").read_text(encoding="utf-8"))
        assert {text: found for text in texts(catalogue) if (found := formal(text))} == {}
