"""Whether an activity is of the kind that a rule means."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

from ladder.domain.activities.activity import number
from ladder.domain.points.state import STEP_BYTES, Fingerprint, StepMark
from ladder.domain.programs.rules import Condition, EventFilter, Plain

type Attributes = Mapping[str, Plain]
type Predicate = Callable[[Attributes], bool]


def predicate(tests: Sequence[Condition]) -> Predicate:
    """All tests at once. A rule without any fits every activity of its type."""
    checks = tuple((test.attribute, _check(test)) for test in tests)
    if not checks:
        return _always
    if len(checks) == 1:
        ((attribute, check),) = checks
        return lambda attributes: check(attributes.get(attribute))

    def holds(attributes: Attributes) -> bool:
        for attribute, check in checks:  # noqa: SIM110 - quicker than all(), and run for every rule and activity
            if not check(attributes.get(attribute)):
                return False
        return True

    return holds


def same(value: Plain, expected: Plain) -> bool:
    """Equal and of one kind: 1 is 1.0, but neither "1" nor true. What is absent is the same as nothing."""
    return value is not None and value == expected and _kind(value) is _kind(expected)


def subject_fingerprint(of: str, subject: Plain) -> Fingerprint:
    """Of what a rule, or a count, knows again: the subjects 1 and 1.0 are one."""
    same_one = isinstance(subject, float) and subject.is_integer()
    return fingerprint(of, int(subject) if same_one else subject)  # type: ignore[arg-type]


def fingerprint(*parts: object) -> Fingerprint:
    """5 bytes: among 300 subjects of a member, two share them once in twenty-five million members."""
    text = json.dumps(parts, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.blake2b(text.encode(), digest_size=5).digest()


def step_mark(key: str) -> StepMark:
    """Among the 32 steps of a path, two share one once in thirty thousand paths."""
    return fingerprint(key)[:STEP_BYTES]


def filter_fingerprint(match: EventFilter, distinct: str | None) -> Fingerprint:
    return fingerprint(asdict(match), distinct)


def _check(test: Condition) -> Callable[[Plain], bool]:
    least, most = test.at_least, test.at_most
    if least is not None:
        return lambda value: (found := number(value)) is not None and found >= least
    if most is not None:
        return lambda value: (found := number(value)) is not None and found <= most
    if test.one_of:
        return lambda value: any(same(value, each) for each in test.one_of)
    if isinstance(test.equals, bool):
        return lambda value: value is test.equals
    return lambda value: same(value, test.equals)


def _kind(value: Plain) -> type:
    return float if isinstance(value, int) and not isinstance(value, bool) else type(value)


def _always(_: Attributes) -> bool:
    return True
