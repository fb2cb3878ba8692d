"""Judging: what a case costs to write, how often a model is asked about it, and how many tokens that may take."""

from dataclasses import dataclass, replace
from functools import cache

from badges.judge import EvaluationContext, judge
from badges.prompts import question
from infra.local.emulator import emulator
from ladder.adapters.dynamodb.member_records import member_salt
from ladder.adapters.dynamodb.reviews import DynamoReviews
from ladder.adapters.dynamodb.table import Table
from ladder.adapters.dynamodb.verdicts import DynamoVerdicts
from ladder.domain.judging.case import Case
from ladder.domain.judging.evaluation import HINT_TOKENS, MAX_CALLS, max_call_tokens
from ladder.domain.judging.question import MAX_CASE_CHARACTERS
from ladder.usage import Usage
from tests.bench.rows import at_most
from tests.bench.table import create
from tests.builders.judged_badges import CHAMPION, MODEL, NOW, Model, case, post, program, verdict
from tests.builders.ledger_stores import members_table
from tests.fakes import MemoryActivities
from tests.fakes.member_texts import MemoryMemberTexts

CASES = 40
TOLD = 3  # times that the queue brings a case


@dataclass(frozen=True, slots=True)
class Heard:
    """Per case; `salt_units`: per member, before their first audited record."""

    write_units: float
    salt_units: float
    calls: float


@cache
def heard(times: int) -> Heard:
    """Every case of a member of its own, told so many times; all of them go to a person."""
    usage, model = Usage(), Model([verdict()])
    with emulator() as aws:
        members_table(aws.client("dynamodb"), "members")
        members = Table(aws.client("dynamodb"), "members", usage)
        context = _context(members, create(aws, "audit"), model)
        for number in range(CASES):
            member_salt(members, context.program.key, f"{number:032x}")
        salts = usage.write_units
        judged = [judge(context, CHAMPION, told) for told in _cases() * times]
    if not all(judged):
        raise AssertionError("a case was not judged")
    return Heard((usage.write_units - salts) / CASES, salts / CASES, len(model.asked) / CASES)


def _context(members: Table, audit: str, model: Model) -> EvaluationContext:
    return EvaluationContext(
        program=program(),
        model=MODEL,
        judge=model,
        verdicts=DynamoVerdicts(members, audit=audit),
        reviews=DynamoReviews(members),
        activities=MemoryActivities(),
        member_texts=MemoryMemberTexts(),
        new_delimiter=lambda: "4f" * 9,
        now=NOW,
    )


def _cases() -> list[Case]:
    found = [(number, case(CHAMPION, post(number))) for number in range(CASES)]
    return [replace(each, member=f"{number:032x}") for number, each in found if each]


at_most(1, "calls per case", f"judging: calls to the model, each case told {TOLD} times")(lambda: heard(TOLD).calls)
at_most(24, "write units per case", "judging: DynamoDB writes of a case that a person decides, its review included")(
    lambda: heard(1).write_units
)
at_most(4, "write units per member", "audit: DynamoDB writes of a member's salt, once, before their first record")(
    lambda: heard(1).salt_units
)


@at_most(16_000, "tokens", "judging: what is set aside for a case with the longest text, both calls")
def set_aside() -> float:
    told = case(CHAMPION, post(text="word " * MAX_CASE_CHARACTERS))
    if told is None:
        raise AssertionError("a long text is a case")
    return MAX_CALLS * max_call_tokens(question(CHAMPION, told, new_delimiter=lambda: "4f" * 9)) + HINT_TOKENS
