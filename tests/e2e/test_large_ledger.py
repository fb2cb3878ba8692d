"""A ledger of 10,000 entries by the real handler: a page reads what it shows, wherever it is in the ledger."""

import base64
import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import batched
from typing import Any

import pytest

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.ledger import state_item, to_item
from ladder.adapters.dynamodb.table import encode
from ladder.domain.activities.activity import LADDER, LONGEST_VALUE, REVERSED, Activity
from ladder.domain.points.ledger import Entry, EntryLine, LedgerChange, State
from tests.builders import academy
from tests.e2e.deployed_api import CLAIMS, HELPER, DeployedApi, deployed_api
from tests.e2e.read_items import Read, reading
from tests.fakes.gateway import bearing

ENTRIES, A_DAY, WRITTEN_AT_ONCE = 10_000, 25, 25
DAYS = ENTRIES // A_DAY
NOW = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=1)
HUGO = CLAIMS | {"sub": "hugo"}
PER_PAGE = 25
LARGEST_ANSWER = 6 * 1024 * 1024  # bytes, of a function
LONG_AGO = 40  # a sequence number


@pytest.fixture(scope="module")
def deployed() -> Iterator[DeployedApi]:
    with deployed_api() as made:
        _fill(made)
        yield made


def _entry(sequence: int) -> Entry:
    """`A_DAY` a day, the last ones of yesterday."""
    ago = ENTRIES - sequence
    happened = NOW - timedelta(days=ago // A_DAY, minutes=ago % A_DAY)
    activity = Activity(
        source="academy",
        id=f"event-{sequence}",
        type="assessment.submitted",
        occurred_at=happened,
        received_at=happened,
        attributes={"passed": True, "module": f"module {sequence} ".ljust(LONGEST_VALUE, "m")},
    )
    return Entry(
        activity=activity,
        program_version=1,
        lines=(EntryLine(academy.RULE.key, base=2, paid=2),),
        points=2,
        spent=0,
        held=0,
        day=happened.date().toordinal(),
        sequence=sequence,
        recorded_at=happened + timedelta(minutes=1),
    )


def _fill(deployed: DeployedApi) -> None:
    members, partition = deployed.members.members, keys.member("academy", HELPER.id)
    client, table = members._client, members.name
    items = (encode(to_item(partition, _entry(sequence))) for sequence in range(1, ENTRIES + 1))
    for batch in batched(items, WRITTEN_AT_ONCE, strict=False):
        client.batch_write_item(RequestItems={table: [{"PutRequest": {"Item": item}} for item in batch]})
    state = State(version=1, sequence=ENTRIES, earned=2 * ENTRIES)
    client.put_item(TableName=table, Item=encode(state_item(partition, state)))
    _amend(deployed)


def _amend(deployed: DeployedApi) -> None:
    """Yesterday, one of the first entries was reversed, and a late event arrived of ten days before."""
    ledger = deployed.members.ledger(deployed.members.compiled("academy"))
    before, _ = ledger.load("academy", HELPER.id, [])
    target = _entry(LONG_AGO)
    reversal = Entry(
        activity=Activity(
            source=LADDER,
            id="reverse:academy#event-40",
            type=REVERSED,
            occurred_at=NOW,
            attributes={"source": "academy", "id": target.activity.id},
        ),
        program_version=1,
        lines=(),
        points=-2,
        spent=0,
        held=0,
        day=target.day,
        sequence=ENTRIES + 1,
        recorded_at=NOW + timedelta(minutes=2),
    )
    ten_days_ago = _entry(ENTRIES - 10 * A_DAY)
    late = Entry(
        activity=Activity(
            source="academy",
            id="late",
            type="assessment.submitted",
            occurred_at=ten_days_ago.activity.occurred_at,
            received_at=NOW,
            attributes={"passed": True, "module": "late"},
        ),
        program_version=1,
        lines=(EntryLine(academy.RULE.key, base=7, paid=7),),
        points=7,
        spent=0,
        held=0,
        day=ten_days_ago.day,
        sequence=ENTRIES + 2,
        recorded_at=NOW + timedelta(minutes=3),
    )
    after = before.copy()
    after.sequence += 2
    change = LedgerChange(
        program="academy", member=HELPER.id, before=before, after=after, entries=[reversal, late], due_at=NOW
    )
    ledger.commit(change)


def asked(deployed: DeployedApi, path: str, query: str = "") -> tuple[Any, Read]:
    with reading("progress") as read:
        answer = deployed.gateway.call("GET", f"/members/me/{path}", query=query, headers=bearing(HUGO))
    assert answer["statusCode"] == 200
    return json.loads(answer["body"]), read


def test_the_first_page_and_one_of_long_ago_read_a_little_more_than_they_show(deployed: DeployedApi) -> None:
    first, read = asked(deployed, "ledger")
    assert [entry["sequence"] for entry in first["entries"][:3]] == [ENTRIES + 2, ENTRIES + 1, ENTRIES]
    assert first["before"] == first["entries"][-1]["sequence"]
    assert read.items <= PER_PAGE + 10
    old, read = asked(deployed, "ledger", f"before={LONG_AGO + 1}")
    assert [entry["sequence"] for entry in old["entries"]] == [*range(LONG_AGO, LONG_AGO - PER_PAGE, -1)]
    assert read.items <= PER_PAGE + 10


def test_what_became_of_an_entry_stands_on_its_page_however_long_ago_it_was(deployed: DeployedApi) -> None:
    old, _ = asked(deployed, "ledger", f"before={LONG_AGO + 1}")
    assert [entry["reversed"] for entry in old["entries"]] == [True, *[False] * (PER_PAGE - 1)]


def test_a_calendar_reads_the_days_it_shows_and_a_late_event_stands_on_its_own(deployed: DeployedApi) -> None:
    calendar, read = asked(deployed, "calendar", "days=28")
    by_day = {day["day"]: day["points"] for day in calendar["days"]}
    late = (NOW - timedelta(days=10)).date().isoformat()
    assert by_day.pop(late) == 2 * A_DAY + 7
    assert set(by_day.values()) == {2 * A_DAY}
    assert len(by_day) == 26
    assert read.items <= 28 * A_DAY + 250 + 10  # the days, one page more at most, and who asks
    week, read = asked(deployed, "calendar", "days=7")
    assert len(week["days"]) == 6
    assert read.items <= 7 * A_DAY + 250 + 10


def test_the_longest_calendar_reads_a_quarter_of_the_ledger(deployed: DeployedApi) -> None:
    _, read = asked(deployed, "calendar", "days=92")
    assert read.items <= 92 * A_DAY + 250 + 10 < ENTRIES / 3


def test_an_export_of_a_long_ledger_fits_into_what_a_function_may_answer(deployed: DeployedApi) -> None:
    """A client that did not ask for gzip gets it all the same: as it is, the answer would be refused."""
    answer = deployed.gateway.call("GET", "/members/me/export", headers=bearing(HUGO))
    assert (answer["statusCode"], answer["headers"]["content-encoding"]) == (200, "gzip")
    assert len(json.dumps(answer)) < LARGEST_ANSWER
    exported = json.loads(gzip.decompress(base64.b64decode(answer["body"])))
    assert len(exported["items"]["entry"]) == ENTRIES + 2
