"""A file as plain values, each with the line it stands on; and the parts that it keeps in files of their own.

Nothing can expand: references and tags are refused where they stand, as are keys given twice. Plain scalars follow
YAML 1.2: 10:30 is text, not 630, and `no` is not false.

`challenge_library: {file: library.json}` and reward_rules name files beside the program file. A library may be in the
platform's own JSON, unchanged: within its wrapper {"challenge_library": {…}}, each tier with a metric_key.
"""

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any

import yaml
from yaml.reader import ReaderError

from ladder.domain.validation.problem import Path, Problem, error
from ladder.program_validation import shown

DEEPEST = 16
LIBRARY, RULES = "challenge_library", "reward_rules"
_WHOLE = re.compile(r"[-+]?[0-9]{1,18}")
_NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,3})?")
_WORDS: Mapping[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}

# What PyYAML says, what it means to who wrote the file, and what to do. The first that is part of the message counts.
_MEANINGS = (
    ("character '\\t'", "a tab stands where YAML wants spaces", "Indent with spaces."),
    (
        "mapping values are not allowed",
        "a colon stands where no key can be",
        "Put text that holds a colon in quotes, and check the indent of this line.",
    ),
    ("could not find expected ':'", "a key has no colon after it", "Write key: value."),
    ("end of stream", "a quote or a bracket is never closed", "Close it."),
    ("<stream end>", "a quote or a bracket is never closed", "Close it."),
    ("<block end>", "this line does not line up with those above it", "Indent it like its neighbours."),
    (
        "expected ',' or",
        "a comma or a closing bracket is missing",
        "Put a comma between values, and close the bracket.",
    ),
    ("that cannot start any token", "a value begins with a sign that YAML keeps for itself", "Put it in quotes."),
    ("unknown escape character", "a backslash stands before a letter it does nothing for", r"Write \\ for one."),
    ("found another document", "a second document begins", "Keep one program in a file."),
    ("", "this is not YAML", "Look for a stray sign in this line or the one above."),
)  # fmt: skip


class Unreadable(Exception):
    """There is nothing to read; carries the problem."""

    def __init__(self, message: str, hint: str, line: int = 0) -> None:
        super().__init__(message)
        self.problem = replace(error((), message, hint), line=line)


@dataclass(slots=True)
class Tree:
    """`lines`: of each path, the file and the line on which it stands."""

    value: Any = None
    lines: dict[Path, tuple[str, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def located(self, problem: Problem) -> Problem:
        """The problem with the line of its path, or of the nearest part of it that is written."""
        if problem.file:
            return problem
        ends = range(len(problem.path), -1, -1)
        file, line = next((self.lines[problem.path[:end]] for end in ends if problem.path[:end] in self.lines), ("", 0))
        return replace(problem, file=file, line=line)

    def refuse(self, path: Path, message: str, hint: str) -> None:
        self.problems.append(self.located(error(path, message, hint)))

    def at(self, path: Path) -> Any:
        reached: Any = self.value
        for step in path:
            try:
                reached = reached[step]
            except (KeyError, IndexError, TypeError):
                return None
        return reached

    def put(self, path: Path, value: object) -> None:
        self.at(path[:-1])[path[-1]] = value

    def move(self, old: Path, new: Path) -> None:
        """Take for `new` what is known of `old`."""

        def moved(path: Path) -> Path:
            return (*new, *path[len(old) :]) if path[: len(old)] == old else path

        self.lines |= {moved(path): line for path, line in self.lines.items() if path[: len(old)] == old}
        self.problems = [replace(problem, path=moved(problem.path)) for problem in self.problems]


type Read = Callable[[str], Tree]  # a file of that name, beside the others


def read_tree(name: str, read: Read) -> Tree:
    """Return the file with its parts in their places; the value is None where it cannot be told."""
    tree = read(name)
    if isinstance(tree.value, Mapping):
        _include(tree, (LIBRARY,), read)
        library = tree.at((LIBRARY,))
        if isinstance(library, Mapping) and LIBRARY in library:  # in the platform's own wrapper
            for key in library:
                if key != LIBRARY:
                    tree.refuse((LIBRARY, key), "this stands beside the library", "Keep challenge_library alone.")
            tree.put((LIBRARY,), library[LIBRARY])
            tree.move((LIBRARY, LIBRARY), (LIBRARY,))
        for key, category in (tree.at((LIBRARY,)) or {}).items() if isinstance(tree.at((LIBRARY,)), dict) else ():
            _one_metric(tree, (LIBRARY, key), category)
        _include(tree, (RULES,), read)
        rules = tree.at((RULES,))
        if isinstance(rules, Mapping) and "conditions" in rules:  # one rule, as the original file has it
            tree.put((RULES,), [rules])
            tree.move((RULES,), (RULES, 0))
        for number in range(len(rules) if isinstance(rules, list) else 0):
            _include(tree, (RULES, number), read)
    return tree


def parse(text: str, name: str) -> Tree:
    """The one document of a text; None where it is empty."""
    tree = Tree(lines={(): (name, 1)})
    spaced = text
    if "\t" in text and text.lstrip().startswith(("{", "[")):
        # JSON may be indented with tabs, which YAML forbids. A raw tab in valid JSON is never part of a value.
        with suppress(ValueError, RecursionError):
            json.loads(text)
            spaced = text.replace("\t", " ")
    try:
        loader = _Loader(spaced)
        root = loader.get_single_node()
        if root is not None:
            tree.lines[()] = (name, _line(root))
            tree.value = _Values(tree, name).value(root, ())
    except Unreadable as unreadable:
        tree.problems.append(replace(unreadable.problem, file=name))
    except ReaderError as fault:
        problem = error((), "an invisible control character stands in this line", "Remove it.")
        tree.problems.append(replace(problem, file=name, line=text[: fault.position].count("\n") + 1))
    except (yaml.YAMLError, ValueError, OverflowError) as fault:  # PyYAML lets chr() and int() fail as they are
        said, line = str(fault), 1
        if isinstance(fault, yaml.MarkedYAMLError):
            said = fault.problem or ""
            line = fault.problem_mark.line + 1 if fault.problem_mark else 1
        meaning, hint = next((meaning, hint) for part, meaning, hint in _MEANINGS if part in said)
        tree.problems.append(replace(error((), meaning, hint), file=name, line=line))
    return tree


class _Loader(yaml.SafeLoader):
    """Nodes that remember their event: its anchor and its tag, which are refused. A reference stands for nothing."""

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        start: Any = event.start_mark
        self.anchors: dict[str, Any] = {}
        if self.depth > DEEPEST:
            words = f"it is nested more than {DEEPEST} levels deep"
            raise Unreadable(words, "Look for brackets never closed.", start.line + 1)
        self.depth += 1
        if isinstance(event, yaml.AliasEvent):
            self.get_event()  # type: ignore[no-untyped-call]
            node: Any = yaml.ScalarNode("", "", start, start)
        else:
            node = super().compose_node(parent, index)
        self.depth -= 1
        node.event = event
        return node


@dataclass(slots=True)
class _Values:
    """Nodes to plain values; what no program file may hold is noted where it stands."""

    tree: Tree
    file: str

    def value(self, node: Any, path: Path) -> object:
        self._refuse_references_and_tags(node, path)
        if isinstance(node, yaml.ScalarNode):
            return _plain(node.value) if node.style is None else self._text(node, path)
        if isinstance(node, yaml.SequenceNode):
            for place, item in enumerate(node.value):
                self.tree.lines[*path, place] = (self.file, _line(item))
            return [self.value(item, (*path, place)) for place, item in enumerate(node.value)]
        entries: dict[str, object] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                hint = "Write each key as plain text, then a colon."
                self._refuse(key_node, path, "a key is not a single word", hint)
                continue
            self._refuse_references_and_tags(key_node, path)
            key = self._text(key_node, path)  # as it is written, even where it looks like a number
            here = (*path, key)
            if key in entries:
                words = f"this key is given twice (first in line {self.tree.lines[here][1]})"
                self._refuse(key_node, here, words, "Keep one.")
                continue
            self.tree.lines[here] = (self.file, _line(key_node))
            entries[key] = self.value(value_node, here)
        return entries

    def _text(self, node: yaml.ScalarNode, path: Path) -> str:
        r"""JSON writes a rare character as two halves (\ud83d\ude00): they are joined, a half alone is refused."""
        try:
            return str(node.value).encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            self._refuse(node, path, "the text holds half a character", r"Remove the \ud… that stands alone.")
            return "?"

    def _refuse_references_and_tags(self, node: Any, path: Path) -> None:
        if node.event.anchor is not None:
            sign = "*" if isinstance(node.event, yaml.AliasEvent) else "&"
            words = f"{sign}{node.event.anchor} is a reference"
            self._refuse(node, path, words, "Write the values out where they belong.")
        if getattr(node.event, "tag", None) is not None:
            self._refuse(node, path, f"{node.event.tag} is a tag", "Leave it out: plain values are enough.")

    def _refuse(self, node: yaml.Node, path: Path, message: str, hint: str) -> None:
        self.tree.problems.append(replace(error(path, message, hint), file=self.file, line=_line(node)))


def _plain(text: str) -> object:
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _include(tree: Tree, path: Path, read: Read) -> None:
    named = tree.at(path)
    if not isinstance(named, Mapping) or set(named) != {"file"}:
        return
    name = named["file"]
    beside = PurePosixPath(name) if isinstance(name, str) and name.strip() and "\0" not in name else None
    if beside is None or beside.is_absolute() or ".." in beside.parts:
        tree.refuse((*path, "file"), "this is not a file beside the program file", "Write a name such as library.json.")
        tree.put(path, None)
        return
    part = read(str(beside))
    if part.value is None and not part.problems:
        problem = error((), "the file is empty", "Write the library or the rule into it.")
        part.problems.append(replace(problem, file=part.lines[()][0]))
    tree.put(path, part.value)
    tree.lines |= {(*path, *inner): line for inner, line in part.lines.items()}
    tree.problems += [replace(problem, path=(*path, *problem.path)) for problem in part.problems]


def _one_metric(tree: Tree, path: Path, category: object) -> None:
    """The platform's own form names the metric in each tier; a category names it once."""
    if not isinstance(category, dict):
        return
    for tier in ("tier_1", "tier_2", "tier_3"):
        challenge = category.get(tier)
        if not isinstance(challenge, dict) or "metric_key" not in challenge:
            continue
        named = challenge.pop("metric_key")
        if "metric" not in category:
            category["metric"] = named
            tree.move((*path, tier, "metric_key"), (*path, "metric"))
        elif named != category["metric"]:
            words = f"{shown(named)} is not the metric of the category, {shown(category['metric'])}"
            tree.refuse((*path, tier, "metric_key"), words, "Keep the three tiers of a category on one metric.")
