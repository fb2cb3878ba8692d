"""Orders on the real table: many at once never sell what is not there, nor take points twice."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from infra.local.emulator import Emulator
from ladder.adapters.aws import backoff
from ladder.adapters.dynamodb.member_stores import MemberStores, StoreCache
from ladder.adapters.dynamodb.table import Table
from ladder.domain.errors import Conflict, Unavailable
from ladder.domain.points.apply import evaluate
from ladder.domain.points.ledger import LedgerChange
from ladder.usage import Usage
from ladder.web.me import Me
from progress.order import order
from tests.builders.academy import ITEM, item
from tests.builders.academy_events import MONDAY, TUESDAY, at, passed
from tests.builders.stores import EMULATED, Tables

pytestmark = EMULATED
STOCK, PRICE = 3, 100  # of 150 points that each has
MEMBERS = [f"{n:032x}" for n in range(6)]


@pytest.fixture
def members(aws: Emulator, tables: Tables) -> MemberStores:
    client = aws.client("dynamodb")
    table = Table(client, tables.programs, Usage())
    kept = MemberStores(members=table, programs=table, audit=tables.audit, cache=StoreCache())
    program = kept.published.publish(item(price=PRICE, stock=STOCK))
    for member in MEMBERS:
        _earned(replace(kept, cache=StoreCache()), member, program.key)
    return kept


def _earned(members: MemberStores, member: str, program: str) -> None:
    book = members.compiled(program)
    ledger, activities = members.ledger(book), [passed("a")]
    before, _ = ledger.load(program, member, [])
    after, entries = evaluate(book, before, activities, allowances={})
    ledger.commit(
        LedgerChange(program=program, member=member, before=before, after=after, entries=entries, due_at=at(MONDAY))
    )


def _order(members: MemberStores, member: str, wanted: str) -> str:
    book = members.compiled("academy")
    try:
        ordered = order(
            Me("academy", member),
            order=wanted,
            item=ITEM.key,
            now=at(TUESDAY),
            compiled=book,
            version=lambda version: members.compiled_version("academy", version),
            ledger=members.ledger(book),
            allowances=members.allowances,
            pause=backoff,
        )
    except Conflict:
        return "refused"
    except Unavailable:
        return "busy"
    return "again" if ordered.again else "placed"


def _at_once(members: MemberStores, wanted: Sequence[tuple[str, str]]) -> list[str]:
    with ThreadPoolExecutor(len(wanted)) as pool:
        return list(pool.map(lambda each: _order(members, *each), wanted))


def test_of_six_members_three_get_the_three_that_there_are(members: MemberStores) -> None:
    told = _at_once(members, [(member, "1") for member in MEMBERS])
    rest = [_order(members, member, "1") for member, said in zip(MEMBERS, told, strict=True) if said == "busy"]
    assert (told + rest).count("placed") == STOCK
    assert members.allowances.stock_taken("academy", ITEM.key) == STOCK


def test_one_order_sent_four_times_at_once_is_placed_once(members: MemberStores) -> None:
    told = _at_once(members, [(MEMBERS[0], "1")] * 4)
    assert told.count("placed") == 1
    assert set(told) <= {"placed", "again", "busy"}
    assert members.allowances.stock_taken("academy", ITEM.key) == 1


def test_points_for_one_buy_one_whatever_is_sent_at_once(members: MemberStores) -> None:
    told = _at_once(members, [(MEMBERS[0], str(n)) for n in range(4)])
    state, _ = members.ledger(members.compiled("academy")).load("academy", MEMBERS[0], [])
    assert (state.earned, state.spent, told.count("placed")) == (150, PRICE, 1)
    assert members.allowances.stock_taken("academy", ITEM.key) == 1
