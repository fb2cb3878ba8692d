"""Publishing, exporting and erasing on the emulator's tables: races, cut-off runs, and nothing left behind."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import pytest

from admin.personal_data import erase, erase_leavers, export
from infra.local.emulator import Emulator
from ladder.adapters.dynamodb.assignments import DynamoAssignments
from ladder.adapters.dynamodb.figures_of_today import DynamoFiguresOfToday
from ladder.adapters.dynamodb.histories import DynamoHistories
from ladder.adapters.dynamodb.personal_data import DynamoPersonalData
from ladder.adapters.dynamodb.programs import DynamoPublications
from ladder.adapters.dynamodb.rotations import DynamoRotations
from ladder.adapters.dynamodb.staff import DynamoDecisions
from ladder.domain.challenges.so_far import FiguresSoFar
from ladder.domain.errors import Conflict, MemberErased, NotFound, Rejected
from ladder.domain.message import verbatim
from ladder.domain.points.replay import balance
from tests.builders.academy import academy as small
from tests.builders.capped_academy import event
from tests.builders.erasure import AL, ANNA, JO, MARKERS, NINE, NOW, ErasureSetup, erasure_setup
from tests.builders.second_admin import publish_alone
from tests.builders.stores import EMULATED
from tests.fakes.fault_injection import Fate, Killed, When

pytestmark = EMULATED


@pytest.fixture
def erasure(aws: Emulator, request: pytest.FixtureRequest) -> ErasureSetup:
    return erasure_setup(aws, request.node.name.translate({ord(each): "-" for each in "[]"}))


def test_of_two_admins_who_publish_at_once_one_wins_and_the_other_hears_of_it(erasure: ErasureSetup) -> None:
    start = Barrier(2)

    def one(who: str) -> str:
        stores = erasure.members()
        publications = DynamoPublications(stores.programs, audit=erasure.stack.tables.audit)
        start.wait()
        try:
            publish_alone(
                replace(ANNA, subject=who),
                small(name=f"of {who}"),
                after=1,
                reason="spring",
                now=NOW,
                models={},
                programs=stores.published,
                publications=publications,
            )
        except Conflict as conflict:
            return str(conflict)
        return "published"

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(one, ("anna", "ben")))
    assert told[1] == "published"
    assert "day=2026-03-30 time=12:00" in told[0]
    assert erasure.members().published.current_version("academy") == 2
    assert erasure.everything().count("'PUBLISHED#000002'") == 1


def test_after_an_erasure_nothing_names_them_and_their_points_are_still_there(erasure: ErasureSetup) -> None:
    before = balance(erasure.erasure_stores()["ledger"].entries("academy", JO))
    assert erasure.left() == " ".join(MARKERS)
    done = erasure.erase()
    assert (done.facts, done.again) == (4, False)
    assert erasure.left() == ""
    assert erasure.holds()
    assert balance(erasure.erasure_stores()["ledger"].entries("academy", JO)) == before
    assert "al wrote a post" in erasure.everything()
    assert "al wrote this" in erasure.everything()
    assert [each.active for each in erasure.members().published.roster("academy")] == [False, True]
    assert erasure.erase().again
    assert erasure.holds()


def test_what_comes_later_is_dropped_and_what_they_were_known_by_leads_to_nobody(erasure: ErasureSetup) -> None:
    erasure.erase()
    assert erasure.identities().resolve("academy", "lms", ["jo.raw"]) == {"jo.raw": None}
    with pytest.raises(Rejected):
        erasure.identities().link("academy", "crm", "jo.raw", JO)
    with pytest.raises(MemberErased):
        erasure.reward(JO, event("forum.posted", NINE, "jo.raw-9"))
    with pytest.raises(MemberErased):
        erasure.dispute(JO, "jo wrote this")
    with pytest.raises(MemberErased):
        erasure.write(JO, "jo wrote this", "raw-9")
    erasure.erasure_stores()["ledger"].quarantine("academy", JO, "jo wrote this", "unreadable")
    assert erasure.left() == ""
    assert erasure.holds()


def test_a_night_that_named_them_after_their_erasure_forgets_them_when_they_are_erased_again(
    erasure: ErasureSetup,
) -> None:
    erasure.erase()
    assert erasure.refused() == {"al.user": "not found"}
    erasure.refuse()
    assert erasure.left() == "jo.user"
    erasure.erase()
    assert (erasure.left(), erasure.refused(), erasure.left_out()) == ("", {"al.user": "not found"}, ["al.user"])


def test_nothing_that_counts_expires_only_what_somebody_wrote_and_what_a_source_sent_of_nobody(
    erasure: ErasureSetup,
) -> None:
    erasure.erasure_stores()["ledger"].quarantine("academy", "source:lms", "{}", "unreadable")
    assert erasure.expiring() == {("WRITING", JO), ("WRITING", AL), ("QUARANTINE", "source:lms")}
    for kind in ("ENTRY#", "STATE", "HOLD#", "IDENTITY", "DISPUTE#", "REVIEW#", "QUARANTINE#"):
        assert f"'{kind}" in erasure.everything()
    erasure.erase()
    assert erasure.expiring() == {("WRITING", AL), ("QUARANTINE", "source:lms")}


def test_nobody_is_erased_who_was_never_known(erasure: ErasureSetup) -> None:
    with pytest.raises(NotFound):
        erase(ANNA, member="f" * 32, reason=verbatim("a mistake"), about={}, now=NOW, **erasure.erasure_stores())


@pytest.fixture(scope="module")
def calls(aws: Emulator) -> int:
    fate = Fate()
    erasure_setup(aws, "counted").erase(fate)
    return len(fate.calls)


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_any_call_and_run_again_it_ends_the_same(
    aws: Emulator, calls: int, when: When, request: pytest.FixtureRequest
) -> None:
    for at in range(calls):
        erasure = erasure_setup(aws, f"killed-{when}-{at}")
        with pytest.raises(Killed):
            erasure.erase(Fate(at=at, when=when))
        erasure.erase()
        assert (erasure.left(), erasure.holds(), len(erasure.erasure_stores()["ledger"].entries("academy", JO))) == (
            "",
            True,
            4,
        ), at


LATE = event("learner.completed_module", NINE + timedelta(days=4), "jo.raw-8", module="jo.module-2")


class Between:
    """Does something else before the call with that number."""

    def __init__(self, real: Any, at: int, other: Callable[[], object]) -> None:
        self.real, self.left, self.other = real, at, other

    def __getattr__(self, name: str) -> Any:
        def call(*args: Any, **named: Any) -> Any:
            self.left -= 1
            if self.left == -1:
                self.other()
            return getattr(self.real, name)(*args, **named)

        return call


@pytest.mark.parametrize("at", [0, 1])
def test_an_award_that_is_overtaken_by_an_erasure_is_dropped(aws: Emulator, at: int) -> None:
    """Between any two calls that the award makes."""
    erasure = erasure_setup(aws, f"award-{at}")
    with pytest.raises(MemberErased):
        erasure.reward(JO, LATE, ledger=Between(erasure.erasure_stores()["ledger"], at, erasure.erase))
    assert (erasure.left(), erasure.holds(), len(erasure.erasure_stores()["ledger"].entries("academy", JO))) == (
        "",
        True,
        4,
    )


@pytest.mark.parametrize(("at", "facts"), [(0, 5), (1, 4), (2, 4), (3, 4)])
def test_an_award_in_the_midst_of_an_erasure_is_among_the_facts_or_dropped(aws: Emulator, at: int, facts: int) -> None:
    erasure = erasure_setup(aws, f"erasure-{at}")
    stores = erasure.erasure_stores()

    def award() -> None:
        with suppress(MemberErased):
            erasure.reward(JO, LATE)

    seen = {**stores, "erasures": Between(stores["erasures"], at, award)}
    erase(ANNA, member=JO, reason=verbatim("they asked for it"), about={}, now=NOW, **seen)
    assert (erasure.left(), erasure.holds(), len(erasure.erasure_stores()["ledger"].entries("academy", JO))) == (
        "",
        True,
        facts,
    )


def test_an_export_has_everything_of_a_member_and_nothing_of_another(erasure: ErasureSetup) -> None:
    stores = erasure.members()
    ledger = stores.ledger(stores.compiled("academy"))
    today = DynamoFiguresOfToday(stores.programs)
    figures = FiguresSoFar(day=NOW.date(), measured_at=NOW, given=True, values=[187.3, 240.1], contacts=[12.0, 15.0])
    today.save("academy", "AHT", figures)
    told = export(
        ANNA,
        member=JO,
        now=NOW,
        programs=stores.published,
        personal_data=DynamoPersonalData(stores.members, erasure.table(erasure.stack.tables.audit), ledger),
        rotations=DynamoRotations(stores.programs),
        placements=DynamoAssignments(stores.programs),
        figures=DynamoHistories(stores.programs),
        figures_of_today=today,
        decisions=DynamoDecisions(erasure.table(erasure.stack.tables.audit), stores.members),
    )
    assert {"identity", "entry", "dispute", "state", "quarantine", "review", "hold", "writing"} <= told.items.keys()
    assert [each["text"] for each in told.items["writing"]] == ["jo wrote this"]
    for marker in ("jo.raw-1", "jo.user", "jo wrote this", "jo.module", "blue"):
        assert marker in repr(told)
    said = [record["what"] for record in told.audit]
    assert (said.count("audit.dispute_raised"), said.count("audit.member_exported")) == (1, 1)
    assert "al" not in {word[:2] for word in repr(told).replace("'", " ").split() if word.startswith("al.")}
    assert AL not in repr(told)
    assert told.so_far == {"AHT": {"day": "2026-03-30", "measured_at": NOW.isoformat(), "value": 187.3, "count": 12.0}}
    assert "al wrote" not in repr(told)


def test_a_member_who_left_long_ago_is_erased_by_the_schedule_as_if_somebody_had_asked(erasure: ErasureSetup) -> None:
    published = erasure.members().published
    jo, al = published.roster("academy")
    published.enrol("academy", (replace(jo, active=False, left_on=NOW.date() - timedelta(days=400)), al))
    stores = erasure.erasure_stores()
    ledger, version = stores.pop("ledger"), stores.pop("version")
    services: Any = SimpleNamespace(
        **stores, ledger=lambda _program: ledger, compiled_version=lambda _key, number: version(number)
    )
    assert [erase_leavers(services, now=NOW, time_left=lambda: True) for _ in range(2)] == [1, 0]
    assert erasure.left() == ""
    assert erasure.holds()
    assert [each.active for each in published.roster("academy")] == [False, True]
