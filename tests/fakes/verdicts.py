"""Verdicts, what they cost, and the reviews that come of them, in memory."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ladder.domain.errors import Unavailable
from ladder.domain.judging.evaluation import (
    MAX_ATTEMPTS,
    ClaimResult,
    EvaluationRequest,
    EvaluationResult,
    Exhausted,
    Lease,
    OverBudget,
)
from ladder.domain.members.roster import Member, words_of_names
from ladder.domain.programs.ports import Programs


@dataclass(slots=True)
class _Kept:
    attempts: int = 0
    counted: bool = False  # among the member's cases of a day
    leased_until: datetime | None = None
    unsettled: int = 0
    ruling: EvaluationResult | None = None


class MemoryVerdicts:
    """`spent`: tokens of a program and day, set aside or used; `audit`: what was recorded, by program and key."""

    def __init__(self) -> None:
        self.spent: dict[tuple[str, date], int] = {}
        self.audit: dict[tuple[str, str], EvaluationResult] = {}
        self._kept: dict[tuple[str, str, str], _Kept] = {}
        self._cases: dict[tuple[str, str, str, date], int] = {}
        self._own: dict[tuple[str, str, date], dict[str, int]] = {}  # tokens by case

    def claim(self, asked: EvaluationRequest, *, now: datetime, lease_seconds: float) -> ClaimResult:
        kept = self._kept.get(_at(asked), _Kept())
        if kept.ruling:
            return kept.ruling
        if kept.leased_until and now < kept.leased_until:
            raise Unavailable("this case is being judged")
        if kept.attempts >= MAX_ATTEMPTS:
            return Exhausted()
        person, purse = (asked.program, asked.member, asked.badge, asked.day), (asked.program, asked.day)
        cases = self._own.setdefault((asked.program, asked.member, asked.day), {})
        own = sum(tokens for key, tokens in cases.items() if key != asked.key)
        if not kept.counted and (self._cases.get(person, 0) >= asked.daily_cases or asked.exceeds_share(own)):
            return OverBudget()
        if asked.must_wait(spent=self.spent.get(purse, 0), own=own):
            raise Unavailable("the program's tokens of the day are spent")
        cases[asked.key] = cases.get(asked.key, 0) + asked.max_tokens
        self._cases[person] = self._cases.get(person, 0) + (not kept.counted)
        self.spent[purse] = self.spent.get(purse, 0) + asked.max_tokens
        until = now + timedelta(seconds=lease_seconds)
        self._kept[_at(asked)] = _Kept(kept.attempts + 1, True, until, asked.max_tokens)  # noqa: FBT003
        return Lease(asked, kept.attempts + 1)

    def record(self, lease: Lease | EvaluationRequest, ruling: EvaluationResult) -> EvaluationResult:
        asked = lease.request if isinstance(lease, Lease) else lease
        kept = self._kept.setdefault(_at(asked), _Kept())
        if kept.ruling is None:
            kept.ruling = ruling
            self.audit[asked.program, asked.key] = ruling
        return kept.ruling

    def charge_tokens(self, lease: Lease, *, tokens: int, used: bool = True) -> None:
        asked, kept = lease.request, self._kept[_at(lease.request)]
        if kept.attempts != lease.number or not kept.unsettled:
            return
        self.spent[asked.program, asked.day] += tokens - kept.unsettled
        self._own[asked.program, asked.member, asked.day][asked.key] += tokens - kept.unsettled
        kept.unsettled = 0
        kept.attempts -= not used

    def existing(self, program: str, member: str) -> dict[str, EvaluationResult]:
        mine = ((key, kept) for (of, whose, key), kept in self._kept.items() if (of, whose) == (program, member))
        return {key: kept.ruling for key, kept in mine if kept.ruling}


class MemoryRosters:
    def __init__(self, programs: Programs) -> None:
        self._programs = programs

    def names(self, program: str) -> frozenset[str]:
        return words_of_names(self._programs.roster(program))

    def find(self, program: str, member: str) -> Member | None:
        return next((each for each in self._programs.roster(program) if each.id == member), None)


def _at(asked: EvaluationRequest) -> tuple[str, str, str]:
    return asked.program, asked.member, asked.key
