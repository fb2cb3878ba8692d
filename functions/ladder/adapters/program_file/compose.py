"""YAML's events to plain values.

They are read one by one, so that keys given twice, references and foreign tags are found where they stand, and nothing
can expand. Plain scalars follow YAML 1.2: 10:30 is text, not 630, and `no` is not false.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import yaml

from ladder.adapters.program_file.text import Unreadable
from ladder.domain.program_check import Path, Problem, error

DEEPEST = 16
_WHOLE = re.compile(r"[-+]?[0-9]{1,18}")
_NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,3})?")
_WORDS: Mapping[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


@dataclass(frozen=True, slots=True)
class Place:
    file: str
    line: int


@dataclass(slots=True)
class Composer:
    """Builds values, and notes the place of each path and what no program file may hold."""

    file: str
    places: dict[Path, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def document(self, events: Iterator[yaml.Event]) -> object:
        """The one document of a stream, None where it is empty. Raises Unreadable where it is nested too deeply."""
        content = (event for event in events if not isinstance(event, yaml.DocumentStartEvent | yaml.StreamStartEvent))
        first = next(content)
        if isinstance(first, yaml.StreamEndEvent):
            self.places[()] = Place(self.file, 1)
            return None
        self.places[()] = Place(self.file, _line(first))
        tree = self._value(first, content, ())
        next(content)  # the document ends
        after = next(content)
        if not isinstance(after, yaml.StreamEndEvent):
            self._refuse(after, (), "a second document begins", "Keep one program in a file.")
        return tree

    def _value(self, event: yaml.Event, events: Iterator[yaml.Event], path: Path) -> object:
        self._refuse_references_and_tags(event, path)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, path)
        if len(path) > DEEPEST:
            problem = error((), f"it is nested more than {DEEPEST} levels deep", "Look for brackets never closed.")
            raise Unreadable(replace(problem, file=self.file, line=_line(event)))
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, path)
        return self._mapping(events, path) if isinstance(event, yaml.MappingStartEvent) else None

    def _sequence(self, events: Iterator[yaml.Event], path: Path) -> list[object]:
        items: list[object] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            place = (*path, len(items))
            self.places[place] = Place(self.file, _line(event))
            items.append(self._value(event, events, place))
        return items

    def _mapping(self, events: Iterator[yaml.Event], path: Path) -> dict[str, object]:
        entries: dict[str, object] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self._key(event, events, path)
            place = path if key is None else (*path, key)
            if key in entries:
                first = self.places[place].line
                self._refuse(
                    event, place, f"this key stands here for the second time (first in line {first})", "Keep one."
                )
                self._value(next(events), events, place)
                continue
            self.places.setdefault(place, Place(self.file, _line(event)))
            value = self._value(next(events), events, place)
            if key is not None:
                entries[key] = value
        return entries

    def _key(self, event: yaml.Event, events: Iterator[yaml.Event], path: Path) -> str | None:
        """A key is the text it is written with, even where it looks like a number."""
        if isinstance(event, yaml.ScalarEvent):
            self._refuse_references_and_tags(event, path)
            return self._text(event, path)
        self._refuse(event, path, "a key is not a single word", "Write each key as plain text, then a colon.")
        self._value(event, events, path)
        return None

    def _scalar(self, event: yaml.ScalarEvent, path: Path) -> object:
        return _plain(event.value) if event.style is None else self._text(event, path)

    def _text(self, event: yaml.ScalarEvent, path: Path) -> str:
        r"""JSON writes a rare character as two halves (\ud83d\ude00): they are joined, a half alone is refused."""
        try:
            return event.value.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            self._refuse(event, path, "the text holds half a character", r"Remove the \ud… that stands alone.")
            return "?"

    def _refuse_references_and_tags(self, event: yaml.Event, path: Path) -> None:
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
            self._refuse(event, path, f"{sign}{event.anchor} is a reference", "Write the values out where they belong.")
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag is not None:
            self._refuse(event, path, f"{event.tag} is a tag", "Leave it out: plain values are enough.")

    def _refuse(self, event: yaml.Event, path: Path, message: str, mend: str) -> None:
        self.problems.append(replace(error(path, message, mend), file=self.file, line=_line(event)))


def _plain(text: str) -> object:
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1
