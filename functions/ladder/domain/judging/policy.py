"""What becomes of a verdict: nothing, a person decides, or the badge is granted.

Why a text alone never grants anything, whatever the policy: everything in a verdict, the confidence of 1.0 and the
evidence quoted word for word included, can be dictated by whoever wrote the text, to a model that obeys it. A quote
from an attack is a true quote. So no check of the answer can tell an honest verdict from a dictated one, and no
threshold can. Nor can a number that came in the same event, such as `helpful: 3`: whoever sent the text sent the number
too, and nothing shows that three other people stand behind it. `auto` therefore asks for two independent signals, the
model's and a record that no text came with (`Case.vouched`): tries that were recorded. Without it the case goes to a
person, as under `approve`, who sees the numbers (`confirmed_by`) beside the text. The worst that a text can then do is
to cost a reviewer a minute, and the budget of cases per member and day bounds how many.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from ladder.domain.judging.case import Case
from ladder.domain.judging.verdict import Verdict
from ladder.domain.programs.judged_badge import JudgedBadge

type Outcome = Literal["nothing", "review", "grant"]


@dataclass(frozen=True, slots=True)
class Decision:
    outcome: Outcome
    because: str


def decide(verdict: Verdict, badge: JudgedBadge, case: Case, *, today: date) -> Decision:
    """`today` is a local day of the program."""
    if verdict.badge is None:
        return Decision("nothing", "the model proposes no badge")
    if verdict.confidence < badge.confidence:
        return Decision("nothing", f"its confidence of {verdict.confidence:g} is below {badge.confidence:g}")
    if today < probation_ends(badge):
        return Decision("review", f"the badge is on probation until {probation_ends(badge)}")
    if badge.policy != "auto":
        return Decision("review", f"the policy is {badge.policy}")
    if not case.vouched:
        return Decision("review", "no independent evidence: the text and its numbers came in one event")
    return Decision("grant", "the policy is auto, and the tries were recorded")


def probation_ends(badge: JudgedBadge) -> date:
    """The first day on which its own policy counts."""
    return badge.since + timedelta(days=badge.probation_days)
