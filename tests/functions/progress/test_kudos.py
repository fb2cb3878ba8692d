"""Members thank colleagues: a few a week, the same one once in a while, and no trade in thanks pays."""

import gzip
import json
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta

import numpy as np
import pytest

from ladder.domain.activities.activity import KUDOS_RECEIVED
from ladder.domain.delivery.rules import KudosRules
from ladder.domain.errors import Conflict, InvalidRequest, NotAuthorized, NotFound
from ladder.domain.members.roster import Member
from ladder.web.me import Me
from progress.give_kudos import GivenKudos, give_kudos
from progress.show_kudos import MyKudos, show_kudos
from tests.builders.delivery import NOON
from tests.fakes import MemoryActivities
from tests.fakes.kudos import MemoryKudos
from tests.paths import DATA

RULES = KudosRules(weekly=3, same_colleague_after_days=14, values={"helpful": "helped me with a hard case"})
TEAM = {
    name: Member(id=name, user=f"{name}.user", name=name.title(), team="red") for name in ("jo", "al", "ida", "max")
}
FILE = DATA / "security" / "prompt_injection.jsonl.gz"


@dataclass
class Thanking:
    store: MemoryKudos = field(default_factory=MemoryKudos)
    queue: MemoryActivities = field(default_factory=MemoryActivities)
    roster: dict[str, Member] = field(default_factory=lambda: dict(TEAM))
    rules: KudosRules | None = RULES

    def thank(self, by: str, to: str, *, days: float = 0, kudos: str = "", **more: str) -> GivenKudos:
        return give_kudos(
            Me("academy", by),
            kudos=kudos or f"{by}-{to}-{days}",
            to=to,
            value=more.get("value", "helpful"),
            text=more.get("text", "Thank you!"),
            rules=self.rules,
            now=NOON + timedelta(days=days),
            find=self.roster.get,
            store=self.store,
            queue=self.queue,
            pause=lambda tries: None,
        )

    def shown(self, member: str, *, days: float = 0) -> MyKudos:
        return show_kudos(
            Me("academy", member),
            rules=self.rules,
            now=NOON + timedelta(days=days),
            find=self.roster.get,
            teammates=lambda team: [one.id for one in self.roster.values() if one.team == team],
            store=self.store,
        )

    @property
    def paid(self) -> Counter[str]:
        """Return how many events each member has got that a rule may pay for."""
        return Counter(sent.member for sent in self.queue.sent for one in sent.activities if one.type == KUDOS_RECEIVED)


def test_thanks_are_stored_and_audited_and_become_an_event_without_their_text() -> None:
    thanking = Thanking()
    given = thanking.thank("jo", "al", text="You saved my day.")
    (sent,) = thanking.queue.sent
    (activity,) = sent.activities
    assert (given.left_this_week, given.again, sent.member) == (2, False, "al")
    assert dict(activity.attributes) == {"by": "jo", "value": "helpful"}
    assert [record.what for record in thanking.store.audit] == ["audit.kudos_given"]
    assert "saved" not in str(thanking.store.audit)


def test_the_same_request_again_changes_nothing_and_sends_its_event_again() -> None:
    thanking = Thanking()
    thanking.thank("jo", "al", kudos="chosen-1")
    again = thanking.thank("jo", "al", kudos="chosen-1")
    assert (again.again, again.left_this_week, len(thanking.store.stored)) == (True, 2, 1)
    assert len({activity.id for sent in thanking.queue.sent for activity in sent.activities}) == 1
    with pytest.raises(InvalidRequest):
        thanking.thank("jo", "al", kudos="chosen-1", text="other words")


@pytest.mark.parametrize(
    ("to", "value", "error"),
    [("jo", "helpful", NotAuthorized), ("nobody", "helpful", NotFound), ("al", "fast", NotFound)],
)
def test_nobody_thanks_themselves_a_stranger_or_for_what_the_program_does_not_value(
    to: str, value: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        Thanking().thank("jo", to, value=value)


def test_a_week_has_a_budget_and_the_same_colleague_is_thanked_once_in_fourteen_days() -> None:
    thanking = Thanking()
    for to in ("al", "ida", "max"):
        thanking.thank("jo", to)
    thanking.roster["eva"] = Member(id="eva", user="eva", team="red")
    with pytest.raises(Conflict, match="kudos_used"):
        thanking.thank("jo", "eva", days=6.9)
    thanking.thank("jo", "eva", days=7.2)
    with pytest.raises(Conflict, match="thanked_lately"):
        thanking.thank("jo", "al", days=13.9)
    assert thanking.thank("jo", "al", days=14.1).left_this_week == 1


def test_thanks_that_are_returned_are_shown_and_pay_nothing() -> None:
    thanking = Thanking()
    thanking.thank("jo", "al")
    thanking.thank("al", "jo", days=3)
    assert thanking.paid == {"al": 1}
    assert [kudos.name for kudos in thanking.shown("jo").received] == ["Al"]
    assert thanking.store.audit[-1].what == "audit.kudos_returned"


def test_members_see_whom_they_may_thank_and_when_again() -> None:
    thanking = Thanking()
    thanking.thank("jo", "al")
    shown = thanking.shown("jo")
    assert [(one.name, one.from_on) for one in shown.colleagues] == [
        ("Al", NOON + timedelta(days=14)), ("Ida", None), ("Max", None),
    ]  # fmt: skip
    assert (shown.left_this_week, dict(shown.values)) == (2, dict(RULES.values))


def test_a_program_without_kudos_has_none() -> None:
    with pytest.raises(NotFound):
        replace(Thanking(), rules=None).thank("jo", "al")
    with pytest.raises(NotFound):
        replace(Thanking(), rules=None).shown("jo")


@pytest.mark.parametrize("size", [2, 3, 4, 5, 6])
def test_a_clique_earns_at_most_a_fifth_more_than_those_who_thank_whom_they_met(size: int) -> None:
    """Half a year: members of the clique thank each other whenever they may, the others whom they met that week."""
    thanking, rng = Thanking(), np.random.default_rng(size)
    clique, others = [f"c{number}" for number in range(size)], [f"m{number}" for number in range(24)]
    thanking.roster = {name: Member(id=name, user=name, team="red") for name in (*clique, *others)}
    for day in range(0, 182, 7):
        for by in (*clique, *others):
            wanted = clique if by in clique else rng.permutation(others)[:4]
            for to in map(str, wanted):
                try:
                    thanking.thank(by, to, days=day)
                except (Conflict, NotAuthorized):
                    continue
    earned = [sum(thanking.paid[name] for name in group) / len(group) for group in (clique, others)]
    assert earned[0] <= 1.2 * earned[1]
    assert earned[1] > 10


@pytest.mark.skipif(not FILE.exists(), reason="../shared/data/security is not here")
def test_attacks_as_the_text_of_thanks_are_kept_as_they_are_and_award_nothing_more() -> None:
    thanking = Thanking(rules=replace(RULES, weekly=20))
    with gzip.open(FILE) as lines:
        texts = [json.loads(line)["text"][:280] for line in lines]
    thanking.roster = {
        f"m{number}": Member(id=f"m{number}", user=f"m{number}", team="red") for number in range(len(texts))
    }
    for number, text in enumerate(texts[:-1]):
        thanking.thank(f"m{number}", f"m{number + 1}", text=text)
    events = [activity for sent in thanking.queue.sent for activity in sent.activities]
    assert {one.text for one in thanking.store.stored} == {*texts[:-1]}
    assert {tuple(activity.attributes) for activity in events} == {("by", "value")}
    assert max(thanking.paid.values()) == 1
