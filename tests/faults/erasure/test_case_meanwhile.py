"""A member is forgotten while a case of theirs is judged: no text, review or verdict is left, and no grant pays."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

import pytest

from infra.local.emulator import Emulator
from ladder.adapters.dynamodb.reviews import DynamoReviews
from ladder.adapters.dynamodb.verdicts import DynamoVerdicts
from ladder.domain.activities.activity import Activity, Delivery, text_of
from ladder.domain.errors import MemberErased, Unavailable
from ladder.domain.judging.evaluation import Lease
from tests.builders.erasure import JO
from tests.builders.erasure_meanwhile import ErasureMeanwhile, erasure_meanwhile
from tests.builders.judged_badges import (
    ANSWER,
    CHAMPION,
    NOW,
    PERSEVERANCE,
    TRIES,
    BadgeEvaluations,
    Model,
    five_tries,
    marked,
    post,
    program,
    verdict,
)
from tests.builders.stores import EMULATED
from tests.builders.verdicts import ASKED, RULING
from tests.fakes.fault_injection import Fate, Interposed, Meanwhile, When

pytestmark = EMULATED

TEXT = f"{ANSWER} jo wrote this"
TRIED, WROTE = tuple(five_tries()), (post(1, TEXT),)  # the policy grants for tries; a person looks at a post
REQUEST = replace(ASKED, program="academy", member=JO)


@dataclass
class LiveEvaluation:
    here: ErasureMeanwhile
    model: Model = field(default_factory=lambda: Model([verdict()]))

    def judge(self, done: Sequence[Activity], fate: Fate | None = None) -> None:
        """The last of what they did, on the real tables, with `fate` before every port; the ledger has all of it."""
        recorded = tuple(marked(each) if text_of(each) else each for each in done)
        self.here.works(Delivery("academy", JO, recorded))
        stores, seen = self.here.setup.members(), fate or Fate()
        judged = replace(program(CHAMPION, PERSEVERANCE), version=3)
        if done is TRIED:
            self.model = Model([verdict(badge="PERSEVERANCE", evidence=[TRIES])], self.model.asked)
        evaluations = BadgeEvaluations(
            program=judged,
            model=Interposed(self.model, seen),
            verdicts=Interposed(self.verdicts, seen),
            reviews=Interposed(DynamoReviews(stores.members), seen),
            activities=Interposed(self.here, seen),
            ledger=Interposed(stores.ledger(judged), seen),  # type: ignore[arg-type]
        )
        evaluations.judge(done[-1], member=JO, entered=False)

    @property
    def verdicts(self) -> DynamoVerdicts:
        return DynamoVerdicts(self.here.setup.members().members, audit=self.here.setup.stack.tables.audit)

    def granted(self) -> list[str]:
        """What was sent is worked off: the ids of what must come again."""
        return [each for sent in self.here.sent for each in self.here.works(sent)]

    def left(self) -> list[object]:
        """Of judging, in their partition; and whatever else is wrong."""
        members = self.here.setup.members().members
        kinds = {item["sk"].partition("#")[0] for item in members.query(f"academy#{JO}")}
        return [*(kinds & {"VERDICT", "REVIEW", "EFFECT", "JUDGED"}), *self.here.wrong()]


def live_evaluation(aws: Emulator, name: str) -> LiveEvaluation:
    made = LiveEvaluation(erasure_meanwhile(aws, name))
    made.here.setup.stack.publish(replace(program(CHAMPION, PERSEVERANCE), version=0))
    return made


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("done", [TRIED, WROTE], ids=["tries", "a post"])
def test_whoever_is_erased_at_any_call_of_theirs_case_leaves_nothing_of_it(
    aws: Emulator, done: Sequence[Activity], when: When
) -> None:
    name, counted = f"{len(done)}-{when}", Fate()
    live_evaluation(aws, f"undisturbed-{name}").judge(done, counted)
    assert {"DynamoVerdicts.claim", "Model.ask", "DynamoVerdicts.record"} <= {*counted.calls}
    for at, call in enumerate(counted.calls):
        here = live_evaluation(aws, f"case-{name}-{at}")
        with suppress(MemberErased):
            here.judge(done, Meanwhile(at=at, when=when, act=here.here.setup.erase))
        assert (here.granted(), here.left()) == ([], []), call
        asked = len(here.model.asked)
        with pytest.raises(MemberErased):  # which the batch drops
            here.judge(done)
        assert (len(here.model.asked), here.left()) == (asked, []), call


@pytest.mark.parametrize("done", [TRIED, WROTE], ids=["tries", "a post"])
def test_a_case_at_any_call_of_theirs_erasure_leaves_nothing_of_it(aws: Emulator, done: Sequence[Activity]) -> None:
    counted = Fate()
    live_evaluation(aws, f"erased-{len(done)}").here.setup.erase(counted)
    for at, call in enumerate(counted.calls):
        here = live_evaluation(aws, f"erasure-{len(done)}-{at}")

        def judged(here: LiveEvaluation = here) -> None:
            with suppress(MemberErased):
                here.judge(done)
            assert here.granted() == []

        here.here.setup.erase(Meanwhile(at=at, when="before", act=judged))
        assert here.left() == [], call


def test_nobody_who_was_erased_has_a_case_claimed_or_a_verdict_recorded_and_it_costs_nothing(aws: Emulator) -> None:
    here = live_evaluation(aws, "gone")
    here.here.setup.erase()
    with pytest.raises(MemberErased):
        here.verdicts.claim(REQUEST, now=NOW, lease_seconds=30)
    with pytest.raises(MemberErased):
        here.verdicts.record(REQUEST, RULING)
    assert here.left() == []
    others = replace(REQUEST, member="f" * 32, criteria="k2", max_tokens=REQUEST.daily_tokens)
    here.verdicts.claim(others, now=NOW, lease_seconds=30)  # all of the day is there for it
    with pytest.raises(Unavailable):
        here.verdicts.claim(replace(others, member="e" * 32, max_tokens=1), now=NOW, lease_seconds=30)


def test_a_verdict_of_somebody_erased_while_the_model_thought_is_not_recorded_and_its_tokens_stay_spent(
    aws: Emulator,
) -> None:
    here = live_evaluation(aws, "thinking")
    attempt = here.verdicts.claim(REQUEST, now=NOW, lease_seconds=30)
    assert isinstance(attempt, Lease)
    here.here.setup.erase()
    with pytest.raises(MemberErased):
        here.verdicts.record(attempt, RULING)
    here.verdicts.charge_tokens(attempt, tokens=10)
    with pytest.raises(Unavailable, match="tokens of the day"):
        here.verdicts.claim(
            replace(REQUEST, member="f" * 32, criteria="k2", max_tokens=REQUEST.daily_tokens - REQUEST.max_tokens + 1),
            now=NOW,
            lease_seconds=30,
        )
    assert here.left() == []
