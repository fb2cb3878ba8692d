"""What the platform says is data: bounded, cleaned, checked, and never half a list taken for a whole one."""

import json
import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from infra.local.simulator import Faults, FaultTrigger, Simulator
from ladder.adapters.http import Response, parse
from ladder.adapters.wem import WemPlatform
from ladder.adapters.wem.payloads import ChallengeRecord, MetricResponse, Page, challenge_body
from ladder.domain.challenges.ports import NewChallenge
from ladder.domain.errors import MetricTaken, Rejected, Unavailable


def test_a_list_that_repeats_a_page_is_not_taken_for_whole(
    platform: WemPlatform, faults: Faults, users: list[str]
) -> None:
    platform.add("tier2", users)
    faults.repeat_page = FaultTrigger(share=1.0)

    with pytest.raises(Unavailable, match="page 2 repeats"):
        platform.members("tier2")


@pytest.mark.parametrize("leaves", ["user-000", "user-150"])
def test_a_list_that_changes_between_two_pages_is_read_again(
    platform: WemPlatform, simulator: Simulator, users: list[str], leaves: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody of the first page leaves, so the first of the second page moves up into what has been read already."""
    platform.add("tier2", users)
    pages, whole = count(), simulator.members

    def changing(group: str) -> list[str]:
        if next(pages) == 1:
            simulator.memberships.change("tier2", [leaves], joins=False, delay=0.0)
        return whole(group)

    monkeypatch.setattr(simulator, "members", changing)

    assert platform.members("tier2") == set(users) - {leaves}


def test_a_list_that_never_rests_is_taken_as_it_was_read_last(
    platform: WemPlatform, simulator: Simulator, users: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    platform.add("tier2", users)
    whole, joining = simulator.members, (f"user-{number}" for number in count(250))

    def growing(group: str) -> list[str]:
        simulator.memberships.change("tier2", [next(joining)], joins=True, delay=0.0)
        return whole(group)

    monkeypatch.setattr(simulator, "members", growing)

    assert platform.members("tier2") >= set(users)
    assert simulator.calls["groups.members"] == 3 * 3


@pytest.mark.parametrize(
    ("told", "ends_at"),
    [
        ("2023-10-27T23:59:59+02:00", datetime(2023, 10, 27, 21, 59, 59, tzinfo=UTC)),
        ("2023-10-27T23:59:59", None),  # of no time zone
        ("soon", None),
        (None, None),
    ],
)
def test_an_end_that_cannot_be_read_is_none_and_spoils_no_list(told: object, ends_at: datetime | None) -> None:
    foreign = {"id": "c", "metric_key": "AHT", "start_time": "2023-10-27T00:00:00Z", "end_time": told}
    page = parse(Page[ChallengeRecord], Response(200, {}, json.dumps({"entities": [foreign]}).encode()))
    assert page.entities[0].live().ends_at == ends_at


@pytest.mark.parametrize("act", ["active", "launch"])
def test_an_answer_that_is_not_json_is_unavailable(
    platform: WemPlatform, faults: Faults, act: str, challenge: NewChallenge
) -> None:
    faults.garble = FaultTrigger(upcoming=1)

    with pytest.raises(Unavailable, match="not JSON"):
        platform.launch(challenge) if act == "launch" else platform.active()


def test_an_answer_of_another_shape_is_rejected_with_the_place() -> None:
    with pytest.raises(Rejected, match=r"missing required field `metric_key` - at `\$.entities\[0\]`"):
        parse(Page[ChallengeRecord], Response(200, {}, b'{"entities": [{"id": "c"}]}'))


def test_a_foreign_challenge_with_holes_is_listed_all_the_same() -> None:
    hollow = {"id": "c", "metric_key": "AHT", "start_time": "2023-10-27T00:00:00Z", "points": None, "group_ids": None}
    page = parse(Page[ChallengeRecord], Response(200, {}, json.dumps({"entities": [hollow]}).encode()))

    found = page.entities[0].live()

    assert (found.id, found.name, found.groups, found.points) == ("c", "", (), 0)
    assert math.isnan(found.target)


def test_a_challenge_for_several_groups_travels_with_the_ids_of_all(challenge: NewChallenge) -> None:
    body = challenge_body(replace(challenge, groups=("wem_group_aht_tier1", "wem_group_aht_tier2")))

    assert body["group_ids"] == ["wem_group_aht_tier1", "wem_group_aht_tier2"]
    assert json.loads(json.dumps(body)) == body


def test_another_refusal_than_a_conflict_does_not_mean_that_the_metric_is_taken(
    platform: WemPlatform, challenge: NewChallenge
) -> None:
    with pytest.raises(Rejected) as refused:
        platform.launch(replace(challenge, ends_at=challenge.starts_at - timedelta(seconds=1)))

    assert not isinstance(refused.value, MetricTaken)


@pytest.mark.parametrize("value", ["1e39", "1e999", "-1e999", "1" + "0" * 400, "1" + "0" * 5000])
def test_a_number_beyond_all_measure_spoils_neither_its_answer_nor_the_figures_beside_it(value: str) -> None:
    told = f'{{"values": [{{"date": "2026-11-02", "value": 180}}, {{"date": "2026-11-03", "value": {value}}}]}}'
    good, absurd = parse(MetricResponse, Response(200, {}, told.encode())).values

    assert good.value == 180
    assert absurd.value is not None
    assert abs(absurd.value) >= 1e39


def test_a_foreign_challenge_with_points_beyond_all_measure_is_listed_all_the_same() -> None:
    odd = b'{"entities": [{"id": "c", "metric_key": "AHT", "start_time": "2023-10-27T00:00:00Z", "points": 1e999}]}'

    assert parse(Page[ChallengeRecord], Response(200, {}, odd)).entities[0].live().points == 0


def test_a_refusal_carries_the_platforms_own_words(platform: WemPlatform, challenge: NewChallenge) -> None:
    with pytest.raises(Rejected, match="400 invalid challenge: end_time is before start_time"):
        platform.launch(replace(challenge, ends_at=challenge.starts_at - timedelta(seconds=1)))


def test_messages_are_bounded_cleaned_and_free_of_credentials() -> None:
    told = json.dumps({"message": "no\x1b[31m\n" + "s3cret " + "x" * 5000}).encode()

    words = Response(400, {}, told).message(without=("s3cret", ""))

    assert words.startswith("400 no [31m … xxx")
    assert len(words) <= 304


def test_what_a_platform_echoes_of_the_credentials_is_masked(
    platform: WemPlatform, simulator: Simulator, faults: Faults, users: list[str]
) -> None:
    client_secret = json.loads(simulator.secret())["client_secret"]
    faults.refuse_members = {users[0]: f"bad request by {client_secret}"}

    assert platform.add("tier2", users[:1]) == {users[0]: "400 bad request by …"}


def test_a_redirect_is_a_refusal() -> None:
    assert Response(302, {"Location": "https://elsewhere.example"}, b"").refused


def test_a_retirement_that_failed_for_good_is_not_taken_for_done(
    platform: WemPlatform, simulator: Simulator, challenge: NewChallenge
) -> None:
    launched = platform.launch(challenge)
    simulator.issue_tokens_for(seconds=3600, scopes="wem:gamification:read")

    with pytest.raises(Rejected, match="lacks wem:gamification:write"):
        platform.retire(launched)
