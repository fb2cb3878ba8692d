"""Requests for points twice over, in memory and on DynamoDB; and what is of DynamoDB alone."""

from datetime import timedelta

import pytest

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.personal_data import DynamoErasures
from ladder.adapters.dynamodb.point_requests import REMEMBERED, DynamoPointRequests
from ladder.domain.activities.ports import PointRequests
from ladder.domain.errors import MemberErased
from tests.builders.ledger_stores import stack_tables
from tests.builders.reviews import MEMBER, NOW
from tests.builders.stores import Tables
from tests.fakes.point_requests import MemoryPointRequests

EVENT = ("coach", "given-1")


@pytest.fixture(params=["memory", "dynamodb"])
def requests(request: pytest.FixtureRequest) -> PointRequests:
    if request.param == "memory":
        return MemoryPointRequests()
    tables: Tables = request.getfixturevalue("tables")
    return DynamoPointRequests(stack_tables(tables).stores().members)


def test_the_first_of_an_id_is_kept_and_each_member_and_source_has_ids_of_its_own(requests: PointRequests) -> None:
    assert requests.digest("academy", MEMBER, EVENT) is None
    assert requests.save("academy", MEMBER, EVENT, "aa", now=NOW)
    assert not requests.save("academy", MEMBER, EVENT, "bb", now=NOW)
    assert requests.digest("academy", MEMBER, EVENT) == "aa"
    assert requests.digest("academy", "0" * 32, EVENT) is None
    assert requests.digest("academy", MEMBER, ("other", "given-1")) is None


def test_a_request_is_forgotten_after_a_month_and_with_its_member(tables: Tables) -> None:
    stores = stack_tables(tables).stores()
    requests = DynamoPointRequests(stores.members)
    requests.save("academy", MEMBER, EVENT, "aa", now=NOW)
    item = stores.members.get(keys.member("academy", MEMBER), keys.point_request(EVENT))
    assert item is not None
    assert item["expires_at"] == int((NOW + REMEMBERED).timestamp()) == int((NOW + timedelta(days=30)).timestamp())
    erasures = DynamoErasures(stores.members, stores.programs)
    erasures.close("academy", MEMBER, at=NOW)
    erasures.forget("academy", MEMBER, user=None)
    assert requests.digest("academy", MEMBER, EVENT) is None
    with pytest.raises(MemberErased):
        requests.save("academy", MEMBER, EVENT, "aa", now=NOW)
