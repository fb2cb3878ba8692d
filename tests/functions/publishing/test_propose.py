"""A proposed change of the rules is tried and left to another admin; it never goes live by itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ladder.domain.errors import Conflict, InvalidRequest, NotAuthorized
from ladder.domain.programs.pausing import compile_program
from ladder.domain.programs.program import SecondPerson
from ladder.domain.reviews.permissions import Staff
from ladder.program_validation import checked, stored_form
from ladder.web.reviews import DecisionBody
from publishing import program_routes
from publishing.api_models import PatchBody
from publishing.propose import ProposedRules
from publishing.services import Services
from tests.builders import academy, bank
from tests.builders.admin_requests import admin_request
from tests.builders.second_admin import Directory
from tests.fakes import MemoryDeclarations, MemoryIdentities, MemoryPrograms
from tests.fakes.administration import MemoryDecisions, MemoryPeople, MemoryPublications
from tests.fakes.members import MemoryLedger
from tests.fakes.reviews import MemoryReviewQueue
from tests.fakes.staff import MemoryGiven

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANNA = Staff(subject="anna", program="academy", role="admin", declared=True)
BEN = replace(ANNA, subject="ben")
POINTS = "/rulebook/rules/PASSED/points"
RAISED = {"op": "replace", "path": POINTS, "value": 60}
ALONE = academy.academy(second_person=SecondPerson(publishing=False))


@dataclass
class Proposals:
    directory: Directory = field(default_factory=lambda: Directory({"academy": ["anna", "ben"]}))
    programs: MemoryPrograms = field(default_factory=MemoryPrograms)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)

    def __post_init__(self) -> None:
        self.publications = MemoryPublications(self.programs)
        self.reviews = MemoryReviewQueue(MemoryGiven(), publications=self.publications)
        self.decisions = MemoryDecisions(MemoryGiven())

    @contextmanager
    def asked(self, staff: Staff) -> Iterator[None]:
        with admin_request(
            program_routes.routes,
            staff,
            now=NOW,
            kind=Services,
            models={},
            programs=self.programs,
            publications=self.publications,
            decisions=self.decisions,
            people=MemoryPeople(self.ledger, self.programs),
            reviews=self.reviews,
            reviewers=self.directory,
            rosters=self.directory,
            logins=MemoryIdentities(),
            declarations=MemoryDeclarations(),
            ledger=lambda program: self.ledger,
            compiled_version=lambda program, version: compile_program(self.programs.version(program, version)),
            production=False,
        ):
            yield

    def proposes(self, *operations: dict[str, Any], by: Staff = ANNA, after: int = 1) -> ProposedRules:
        body = PatchBody.model_validate({"after": after, "reason": "spring", "operations": [*operations]})
        with self.asked(by):
            answer = program_routes.patch_rules(body)
        assert answer.status_code == 202
        assert answer.body is not None
        return answer.body

    def confirms(self, proposed: ProposedRules, by: Staff = BEN) -> None:
        with self.asked(by):
            program_routes.post_decision(
                by.program, proposed.review.review, DecisionBody(decision="approve", reason="I looked at it")
            )

    @property
    def points(self) -> int:
        return self.programs.current("academy").rulebook.rules[0].points


@pytest.fixture
def proposals() -> Proposals:
    made = Proposals()
    made.programs.publish(academy.academy())
    return made


def test_a_proposal_is_tried_and_waits_for_another_admin_who_makes_it_live(proposals: Proposals) -> None:
    proposed = proposals.proposes(RAISED)
    assert (proposed.review.waits_for, proposed.after, proposed.trial.after) == (("ben",), 1, 1)
    assert proposals.points == 50
    proposals.confirms(proposed)
    assert (proposals.points, proposals.programs.current("academy").version) == (60, 2)


@pytest.mark.parametrize("alone", ["the program lets one publish", "there is nobody else"])
def test_it_never_goes_live_by_itself_nor_by_who_proposed_it(alone: str) -> None:
    proposals = Proposals(Directory({"academy": ["anna"] if alone == "there is nobody else" else ["anna", "ben"]}))
    proposals.programs.publish(ALONE)
    proposed = proposals.proposes(RAISED)
    with pytest.raises(NotAuthorized):
        proposals.confirms(proposed, by=ANNA)
    assert proposals.points == 50


def test_the_same_proposal_again_is_the_same_review(proposals: Proposals) -> None:
    first, second = proposals.proposes(RAISED), proposals.proposes(RAISED)
    assert (first.review.review, second.review.review) == (first.review.review,) * 2
    assert (first.review.again, second.review.again) == (False, True)


def test_whoever_confirms_reads_the_reason_of_each_step(proposals: Proposals) -> None:
    proposals.proposes(RAISED | {"reason": "nobody took the quiz"})
    [review] = proposals.reviews.reviews.values()
    assert review.summary["reason"] == f"spring; replace {POINTS}: nobody took the quiz"


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "replace", "path": POINTS, "value": -1},
        {"op": "replace", "path": POINTS, "value": "many"},
        {"op": "add", "path": "/rulebook/rules/PASSED/multiplier", "value": 3},
        {"op": "remove", "path": "/rulebook"},
        {"op": "replace", "path": "/rulebook/rules/NOBODY/points", "value": 60},
        {"op": "replace", "path": "/key", "value": "bank"},
        {"op": "replace", "path": "/version", "value": 7},
        {"op": "replace", "path": "/paused", "value": True},
        {"op": "replace", "path": POINTS, "value": 50},
    ],
)
def test_what_cannot_be_played_or_changes_nothing_opens_no_review(
    proposals: Proposals, operation: dict[str, Any]
) -> None:
    with pytest.raises(InvalidRequest):
        proposals.proposes(operation)
    assert not proposals.reviews.reviews


def test_a_proposal_for_a_version_that_is_not_live_is_refused(proposals: Proposals) -> None:
    proposals.programs.publish(replace(academy.academy(name="Newer"), version=2))
    with pytest.raises(Conflict):
        proposals.proposes(RAISED, after=1)
    assert not proposals.reviews.reviews


def test_only_an_admin_proposes(proposals: Proposals) -> None:
    with pytest.raises(NotAuthorized):
        proposals.proposes(RAISED, by=replace(ANNA, role="reviewer"))


@pytest.mark.parametrize("program", [academy.academy(), bank.program()])
def test_the_stored_form_is_read_again_as_the_same_program(program: Any) -> None:
    assert checked(stored_form(program)) == (program, [])
