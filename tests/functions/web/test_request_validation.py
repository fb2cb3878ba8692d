"""Request validation: what cannot be a request is refused before anything reads it."""

import base64
import json
import re

import pytest

from ladder.domain.errors import InvalidRequest, TooLarge, Unsupported
from ladder.web.app import validate_body


@pytest.mark.parametrize("letter", ["a", "é", "語", "🏅"])
@pytest.mark.parametrize("encoded", [False, True])
def test_a_body_is_measured_in_bytes_as_it_was_sent(letter: str, *, encoded: bool) -> None:
    text = f'"{letter * 20}"'
    body = base64.b64encode(text.encode()).decode() if encoded else text
    most = len(text.encode())
    validate_body(body, encoded=encoded, content_type="application/json", most_bytes=most)
    with pytest.raises(TooLarge, match=f"web.body_too_large bytes={most - 1}"):
        validate_body(body, encoded=encoded, content_type="application/json", most_bytes=most - 1)


@pytest.mark.parametrize(("body", "encoded"), [("{", False), ("no base64", True), ("/w==", True), ("[" * 9_999, False)])
def test_what_is_no_json_is_refused(body: str, *, encoded: bool) -> None:
    with pytest.raises(InvalidRequest, match=r"web\.body_not_(json|base64)"):
        validate_body(body, encoded=encoded, content_type="")


def test_an_empty_body_is_as_good_as_none_and_another_kind_is_not_read() -> None:
    validate_body("", encoded=False, content_type="application/json; charset=utf-8")
    with pytest.raises(Unsupported):
        validate_body("{}", encoded=False, content_type="text/plain")


@pytest.mark.parametrize("body", ['{"reason": "a", "reason": "b"}', '{"changes": [{"points": 1, "points": 900}]}'])
def test_a_key_that_stands_twice_in_an_object_is_refused_and_named(body: str) -> None:
    with pytest.raises(InvalidRequest, match=r"web\.key_repeated key=(reason|points)"):
        validate_body(body, encoded=False, content_type="application/json")


def test_the_same_key_in_two_objects_is_taken() -> None:
    validate_body('[{"points": 1}, {"points": 2, "of": {"points": 3}}]', encoded=False, content_type="application/json")


@pytest.mark.parametrize("letter", ["\x00", "\x0b", "\x1f", "\uffff", "\ufdd0", "\U0010fffe", "\ud800"])
@pytest.mark.parametrize(
    ("shape", "where"),
    [
        ('{{"text": "so {}"}}', "body.text"),
        ('{{"attributes": {{"note": "{}"}}}}', "body.attributes.note"),
        ('["a", ["{}"]]', "body.1.0"),
        ('{{"{}": 1}}', "body"),
    ],
)
def test_a_character_that_no_text_can_carry_is_refused_wherever_it_stands(letter: str, shape: str, where: str) -> None:
    body = shape.format(json.dumps(letter)[1:-1])
    with pytest.raises(
        InvalidRequest, match=rf"web\.illegible where={re.escape(where)} character=U\+{ord(letter):04X}"
    ):
        validate_body(body, encoded=False, content_type="application/json")


def test_what_a_person_writes_over_several_lines_in_any_script_is_taken() -> None:
    body = json.dumps({"text": "Zeile 1\n\tZeile 2\r\n語 🏅 \ufffd"}, ensure_ascii=False)
    validate_body(body, encoded=False, content_type="application/json")
