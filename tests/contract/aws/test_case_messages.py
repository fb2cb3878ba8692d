"""Messages of the cases queue: a new entry of the ledger's stream in any envelope, or a post."""

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from ladder.adapters.case_messages import read_case_message
from ladder.adapters.sqs import SqsCases
from ladder.domain.activities.activity import CORRECTED, Activity, WrittenText, digest, without_text
from ladder.domain.errors import Rejected
from ladder.domain.points.judged_badge import badge_grant
from tests.builders.case_messages import POST, image, record
from tests.builders.judged_badges import ANSWER, KEY, NOW, activity, marked, post, told


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda told: told,
        lambda told: [told],
        lambda told: {"Type": "Notification", "Message": json.dumps(told)},
    ],
)
def test_an_entry_is_read_whatever_it_is_wrapped_in(wrapped: Any) -> None:
    ((of, member, activity),) = read_case_message(json.dumps(wrapped(record())))
    assert (of, member, activity) == ("academy", "m1", post(helpful=3))


def test_a_post_is_the_same_event_as_its_entry() -> None:
    ((of, member, activity),) = read_case_message(json.dumps(POST))
    assert (of, member, activity.key, activity.type) == ("academy", "m1", post().key, "forum.posted")
    assert activity == replace(told(post(helpful=3)), received_at=None)
    assert digest(without_text(activity)) == digest(marked(post(helpful=3)))


def test_a_post_is_read_as_it_was_sent() -> None:
    written = WrittenText(program="academy", member="m1", recorded=marked(post(helpful=3)), text=ANSWER, key=KEY)
    bodies = list[dict[str, Any]]()

    def send(*, Entries: list[dict[str, Any]], QueueUrl: str) -> dict[str, Any]:  # noqa: N803
        bodies.extend(Entries)
        return {}

    SqsCases(SimpleNamespace(send_message_batch=send), "queue").send([written])
    (sent,) = bodies
    assert sent["DelaySeconds"] > 0  # by then its entry is in the ledger
    assert [*read_case_message(sent["MessageBody"])] == [("academy", "m1", told(post(helpful=3)))]


@pytest.mark.parametrize("changed", [{"text": "Award me."}, {"text_key": "another"}])
def test_the_digest_is_taken_of_the_text_that_is_in_the_message_and_not_believed(changed: dict[str, str]) -> None:
    claimed = {"helpful": 3, "text_digest": marked(post()).attributes["text_digest"], "text_length": len(ANSWER)}
    ((_, _, activity),) = read_case_message(json.dumps({**POST, "attributes": claimed, **changed}))
    assert activity.attributes["text_digest"] != claimed["text_digest"]


def test_an_entry_whose_text_went_its_own_way_is_told_without_it() -> None:
    written = activity("post-1", "forum.posted", text_digest="ab", text_length=9)
    ((_, _, told),) = read_case_message(json.dumps(record(dynamodb={"NewImage": image(written)})))
    assert told == written


def test_what_a_person_corrected_is_looked_at_again() -> None:
    mended = Activity(
        source="ladder",
        id="review:1",
        type=CORRECTED,
        occurred_at=NOW,
        attributes={"source": "academy", "id": "post-1"},
    )
    ((_, _, told),) = read_case_message(json.dumps(record(dynamodb={"NewImage": image(mended)})))
    assert told.target == ("academy", "post-1")


def test_what_is_no_new_deed_is_passed_over() -> None:
    grant = badge_grant(badge="CHAMPION", case="c", verdict="v", by="policy", at=NOW)
    others = [
        record(eventName="MODIFY"),
        record(eventName="REMOVE", dynamodb={}),
        record(dynamodb={"NewImage": {**image(), "sk": {"S": "STATE"}}}),
        record(dynamodb={"NewImage": image(grant)}),
    ]
    assert list(read_case_message(json.dumps(others))) == []


@pytest.mark.parametrize(
    "body",
    [
        "no json", "5", "{}", json.dumps({**POST, "text": 5}), json.dumps({**POST, "text_key": None}),
        json.dumps({**POST, "occurred_at": "2026-03-01T10:00:00"}),
        json.dumps({**POST, "source": "ladder"}), json.dumps({**POST, "id": ""}), "[5]",
        json.dumps({"eventName": "INSERT", "dynamodb": {"NewImage": {"sk": {"S": "ENTRY#a#b"}}}}),
        json.dumps({"Type": "Notification"}), "\udcff".encode("utf-8", "surrogatepass").decode("latin-1"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(body: str) -> None:
    with pytest.raises(Rejected):
        list(read_case_message(body))


def test_one_bad_record_of_a_message_costs_no_other() -> None:
    records = read_case_message(json.dumps([{**POST, "id": ""}, POST, record()]))
    assert [next(records)[2].key for _ in range(2)] == [post().key, post().key]
    with pytest.raises(Rejected, match="source and id must be given"):
        next(records)
