"""`ladder simulate --members N --days D [--rule bands|literal] [--seed S] [--json]`: what a tier rule does by chance.

In JSON, a rule asked for is the document; without, it is that of the default bands, the literal rule's under "literal".
"""

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

import numpy as np
from rich.console import Console

from infra.cli.simulate.measure import Measured, measure
from infra.cli.simulate.population import DAYS_NEEDED, Drawn, Slump
from infra.cli.simulate.screen import show
from ladder.domain.programs.program import LITERAL, TierRule

RULES: Mapping[str, TierRule] = {"bands": TierRule(), "literal": LITERAL}
MEMBERS_NEEDED = TierRule().min_peers
MOST_VALUES = 50_000_000  # members times days: what an ordinary machine holds in memory


def run(arguments: Sequence[str]) -> int:
    """The exit status: 0, whatever the figures are; argparse leaves with 2 on arguments it refuses."""
    asked = _asked(arguments)
    drawn = Drawn.stationary(np.random.default_rng(asked.seed), members=asked.members, days=asked.days)
    slump = Slump.in_the_middle(members=asked.members, days=asked.days)
    measured = [measure(name, RULES[name], drawn, slump) for name in ([asked.rule] if asked.rule else RULES)]
    if asked.json:
        print(json.dumps(_document(measured), indent=2))
    else:
        show(measured, Console())
    return 0


def _document(measured: Sequence[Measured]) -> dict[str, object]:
    first, *others = measured
    return asdict(first) | {other.rule: asdict(other) for other in others}


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = _parser()
    asked = parser.parse_args(arguments)
    if asked.members * asked.days > MOST_VALUES:
        parser.error(f"--members times --days: at most {MOST_VALUES:,} fit into memory; ask for fewer of either")
    return asked


def _parser() -> argparse.ArgumentParser:
    least = f"{MEMBERS_NEEDED} or more, over {DAYS_NEEDED} days or more"
    parser = argparse.ArgumentParser(
        prog="ladder simulate",
        description=f"What a tier rule does to drawn members: {least}. A quarter of them have a slump; 2000 members "
        "over 500 days are enough to conclude from.",
    )
    few = f"at least {MEMBERS_NEEDED}, so that there are peers to compare with"
    short = f"at least {DAYS_NEEDED}, so that there is a slump with time to settle before and to recover after it"
    parser.add_argument("--members", type=_at_least(MEMBERS_NEEDED, few), required=True, metavar="N", help=few)
    parser.add_argument("--days", type=_at_least(DAYS_NEEDED, short), required=True, metavar="D", help=short)
    parser.add_argument("--rule", choices=tuple(RULES), help="one rule only; without, both stand side by side")
    parser.add_argument(
        "--seed", type=_at_least(0, "0 or more"), default=0, metavar="S", help="of chance; 0 if left out"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object for other programs to read")
    return parser


def _at_least(least: int, told: str) -> Callable[[str], int]:
    def whole_number(text: str) -> int:
        if not text.strip().removeprefix("-").isdecimal():
            raise argparse.ArgumentTypeError(f'"{text}" is not a whole number; write {told}')
        if int(text) < least:
            raise argparse.ArgumentTypeError(f"{text} is too small; write {told}")
        return int(text)

    return whole_number
