"""What supervisors and admins read beside the programs: what nights used, and what waits for people."""

from datetime import UTC, date, datetime, timedelta

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.night_usage import DynamoNightUsage, count_usage
from ladder.adapters.dynamodb.reviews import DynamoReviews
from ladder.adapters.dynamodb.table import Put
from ladder.adapters.dynamodb.waiting_reviews import DynamoWaitingReviews
from ladder.domain.activities.activity import Activity
from ladder.domain.activities.event_filter import EventFilter
from ladder.domain.challenges.rotation import Claim
from ladder.domain.points.rules import Rule
from ladder.domain.reviews.opening import entry_review
from ladder.domain.reviews.review import review_id
from ladder.usage import Usage
from rewards.reward import RewardContext, reward
from tests.builders.academy import book
from tests.builders.ledger_stores import stack_tables
from tests.builders.stores import Tables

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
CLAIM = Claim(program="bank", date=date(2026, 3, 2), revision=1, attempt=1)
HELPED = Rule(key="HELPED", name="helped", match=EventFilter(types=("peer.assisted",)), points=5, confirm="colleague")
JO, KIM = "5e" * 16, "6f" * 16


def test_the_steps_of_a_night_add_up_and_each_revision_has_its_own(tables: Tables) -> None:
    table = tables.table()
    stored = DynamoNightUsage(table, table)
    count_usage(table, CLAIM, Usage(write_units=2.0, read_units=0.5, platform_calls=3, metric_calls=1))
    count_usage(table, CLAIM, Usage(write_units=1.0, read_units=1.5))
    again = Claim(program="bank", date=CLAIM.date, revision=2, attempt=1)
    count_usage(table, again, Usage(platform_calls=9))
    found = stored.between("bank", CLAIM.date, CLAIM.date)
    assert found == {
        CLAIM.rotation: Usage(write_units=3.0, read_units=2.0, platform_calls=3, metric_calls=1),
        again.rotation: Usage(platform_calls=9),
    }
    assert stored.between("bank", CLAIM.date + timedelta(days=1), CLAIM.date + timedelta(days=9)) == {}


def test_the_tokens_of_a_day_are_those_that_its_badges_took(tables: Tables) -> None:
    table, day = tables.table(), date(2026, 3, 2)
    table.write(Put(item={"pk": keys.shared("bank"), "sk": keys.spent(day), "used_tokens": 700}, only_if=None))
    found = DynamoNightUsage(table, table).model_tokens("bank", {day, day + timedelta(days=1)})
    assert found == {day: 700}


def test_what_waits_comes_oldest_first_and_says_which_of_it_a_colleague_can_confirm(tables: Tables) -> None:
    stack = stack_tables(tables)
    stores = stack.stores()
    compiled = stores.compiled(stack.publish(book(rules=(HELPED,))).key)
    helped = Activity(source="crm", id="h1", type="peer.assisted", occurred_at=AT, received_at=AT, attributes={})
    context = RewardContext(
        member=JO,
        compiled=compiled,
        compiled_version=lambda _: compiled,
        ledger=stores.ledger(compiled),
        allowances=stores.allowances,
        now=AT,
    )
    reward(context, [helped], pause=lambda tries: None)
    older = entry_review("dispute", "academy", KIM, ("crm", "e1"), now=AT - timedelta(days=1))
    DynamoReviews(stores.members).open(older)
    waiting = DynamoWaitingReviews(stores.members)
    found = [(review.member, review.kind) for review in waiting.open("academy")]
    assert found == [(KIM, "dispute"), (JO, "hold")]
    assert waiting.for_colleagues("academy", {JO, KIM}) == {(JO, review_id("hold", "crm", "h1"))}
    assert waiting.for_colleagues("academy", {KIM}) == set()
    assert waiting.open("bank") == []
