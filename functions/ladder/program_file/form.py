"""From the form that people write to the stored form: maps to lists, short forms to full ones, words to values.

What is wrong by itself (a type, a bound) is left as it stands, and found by the check of the stored form. Only what
that form cannot show is told here: unknown keys, missing keys of nightly challenges, what a preset fixes.
"""

import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field
from datetime import date, time
from typing import Any, get_origin

from ladder.domain.validation.constraints import Says
from ladder.domain.validation.problem import Path, Problem, error
from ladder.program_validation import NO_HINT, Key, Kind, keys_of, kinds_in, unknown_key

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_NEITHER = "?"  # neither a date nor a time, whatever else pydantic would take for one


@dataclass(slots=True)
class Form:
    """Turns the values of one file into the stored form, and collects the problems. `program`: the key in the file."""

    program: object
    problems: list[Problem] = field(default_factory=list)

    def value(self, value: object, kind: Kind, path: Path) -> object:
        says = kind.says or NO_HINT
        if isinstance(value, str) and says.short:
            return {says.short: value} if kind.is_whole else value
        if isinstance(value, str) and says.one:
            value = [value]
        if says.by:
            return self._map(value, kind, says, path)
        if isinstance(value, list) and get_origin(kind.type) is tuple:
            return [self.value(item, self._nth(kind, n), (*path, n)) for n, item in enumerate(value)]
        if isinstance(value, Mapping) and kind.is_whole:
            return self.whole(value, kind.type, path)
        if isinstance(value, Mapping) and get_origin(kind.type) in {None, dict, Mapping}:
            return {key: self.value(item, self._said(kind), (*path, key)) for key, item in value.items()}
        return _scalar(value, kind)

    def whole(self, tree: Mapping[str, object], whole: type, path: Path) -> dict[str, object]:
        keys = {key.name: key for key in keys_of(whole)}
        for name in tree:
            if name not in keys:
                here = (*path, name)
                self.problems.append(unknown_key(here, list(keys), program=self.program))
        if any(key.says.nights and tree.get(name) is not None for name, key in keys.items()):
            # All that nightly challenges need, or nothing of them: an academy has none.
            self.problems += [
                error((*path, name), "is missing", key.says.hint)
                for name, key in keys.items()
                if key.says.nights == "needed" and tree.get(name) is None
            ]
        return self._attributes(self._with_presets(tree, keys, path), whole, path)

    def _attributes(self, tree: Mapping[str, object], whole: type, path: Path) -> dict[str, object]:
        """Return the attributes that the tree has; an optional key that is left empty is left out."""
        required = {key.attribute for key in keys_of(whole) if key.default is MISSING}
        found: dict[str, Any] = {}
        for name, kind in kinds_in(whole).items():
            says = kind.says
            if says is None:
                continue
            if says.inline:
                found[name] = self._attributes(tree, kind.type, path)
            elif says.spread:
                for n, key in enumerate(says.spread):
                    if key not in tree:
                        self.problems.append(error((*path, key), "is missing", says.hint))
                    found.setdefault(name, []).append(self.value(tree.get(key), kind.item(n), (*path, key)))
            elif (key := says.name or name) in tree and (tree[key] is not None or name in required):
                found[name] = self.value(tree[key], kind, (*path, key))
        return found

    def _map(self, value: object, kind: Kind, says: Says, path: Path) -> object:
        item = kind.item()
        if says.keys_alone and isinstance(value, list):
            twice = next((key for place, key in enumerate(value) if key in value[:place]), None)
            texts = all(isinstance(key, str) for key in value)
            if not texts or twice is not None:
                wrong = f"names {twice} twice" if texts else "holds something that is no text"
                self.problems.append(error(path, wrong, says.hint))
                value = []
            value = {key: {} for key in value}
        if not isinstance(value, Mapping):
            return None if value is None else _NEITHER
        by, short = says.by or "", kinds_in(item.type).get(says.short or "")
        items: list[object] = []
        for key, written in value.items():
            if isinstance(written, Mapping):
                part: object = self.whole(written, item.type, (*path, key))
            elif short and written is not None:
                part = {says.short: self.value(written, short, (*path, key))}
            else:
                part = written
            items.append({by: _key(key, kinds_in(item.type)[by]), **part} if isinstance(part, dict) else part)
        return items

    def _with_presets(self, tree: Mapping[str, object], keys: Mapping[str, Key], path: Path) -> Mapping[str, object]:
        for name, key in keys.items():
            preset = key.says.presets.get(str(tree.get(name)))
            if preset is None:
                continue
            own = [fixed for fixed in preset.fixed if tree.get(fixed) is not None]
            if own:
                words = f"sets {', '.join(own)} although the {tree[name]} rule fixes {'them' if own[1:] else 'it'}"
                self.problems.append(error(path, words, key.says.hint))
            values = {**preset.usual, **preset.fixed, **{k: v for k, v in tree.items() if v is not None}}
            return {k: [*v] if isinstance(v, tuple) else v for k, v in values.items()}
        return tree

    @staticmethod
    def _nth(kind: Kind, place: int) -> Kind:
        try:
            return kind.item(place)
        except IndexError:  # one too many
            return kind.item(0)

    @staticmethod
    def _said(kind: Kind) -> Kind:
        """Return the kind of the values of a plain mapping: what is said of it holds for them."""
        if get_origin(kind.type) is None:
            return kind
        item = kind.item()
        return Kind(item.type, item.says or kind.says, item.bounds)


def _scalar(value: object, kind: Kind) -> object:
    """YAML 1.2 knows no dates and no times: they come as text, quoted or not. JSON may write 50 as 50.0."""
    if value is None or isinstance(value, bool):
        return value
    if kind.type is date:
        return value if _DAY.fullmatch(str(value)) else _NEITHER
    if kind.type is time:
        found = _CLOCK.fullmatch(str(value))
        return f"{int(found[1]):02}:{found[2]}" if found else _NEITHER
    if isinstance(value, str):
        words = kind.says.words if kind.says else {}
        return words.get(value.casefold(), value.strip() if kind.type is str else value)
    if kind.type is str and kind.says and kind.says.as_text and isinstance(value, int | float):
        return str(value)
    return int(value) if kind.type is int and isinstance(value, float) and value.is_integer() else value


def _key(written: str, kind: Kind) -> object:
    """A key is text; where it stands for a number, it is one."""
    return int(written) if kind.type is int and written.isascii() and written.isdigit() else written
