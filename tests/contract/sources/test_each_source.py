"""What is each vendor's own: what its fields become, and what its options change."""

import base64
import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from ladder.adapters.sources import xapi as xapi_source
from ladder.domain.activities.source import HookRequest, Keys, Source
from ladder.domain.errors import InvalidSignature, Malformed, Unavailable
from ladder.domain.validation.constraints import Plain
from tests.builders import vendors
from tests.builders.vendors import NEW, NOW, Vendor, keys, when
from tests.builders.webhook_signatures import ADDRESS, API_KEY, mac, sign_cornerstone, text64
from tests.builders.webhooks import hook_of, one, read_by
from tests.paths import DATA

STATEMENTS = DATA / "learning" / "xapi_statements.jsonl.gz"
ADL = "http://adlnet.gov/expapi/verbs/"


def told(vendor: Vendor, body: object) -> list[tuple[str, str, dict[str, Plain]]]:
    return [(each.id, each.type, dict(each.attributes)) for each in read_by(vendor, body)]


def test_cornerstone_knows_an_event_by_its_own_id_and_the_training_as_module() -> None:
    body = {"records": [vendors.cornerstone(1)]}
    assert told(one("cornerstone"), body) == [("e1", "learner.completed_module", {"module": "m1", "due": "2026-03-29"})]


def test_cornerstone_signs_what_the_program_says_that_it_signs() -> None:
    def sign(body: bytes, secret: str, sent: Any) -> dict[str, str]:
        headers = dict(sign_cornerstone(body, secret, sent))
        signed = f"{ADDRESS}|{headers['date']}|blue".encode()
        return {**headers, "x-corp": "blue", "authorization": text64(mac(base64.b64decode(secret), signed))}

    vendor = one("cornerstone", sign=sign, options={"signed": "{url}|{date}|{x-corp}"})
    hook_of(vendor.source).receive(vendor.call(vendor.write([1])))
    with pytest.raises(InvalidSignature):
        hook_of(one("cornerstone").source).receive(vendor.call(vendor.write([1])))


def test_cornerstone_with_a_wrong_api_key_is_refused() -> None:
    vendor = one("cornerstone")
    call = vendor.call(vendor.write([1]), headers={"x-api-key": "another"})
    with pytest.raises(InvalidSignature):
        hook_of(vendor.source).receive(call)


def test_cornerstone_without_an_api_key_in_its_secret_is_closed_for_now() -> None:
    vendor, hook = one("cornerstone"), hook_of(one("cornerstone").source)
    hook.keyring.keys = Keys((NEW,))
    with pytest.raises(Unavailable, match="api_keys"):
        hook.receive(vendor.call(vendor.write([1])))


def test_cornerstone_may_know_members_by_their_reference() -> None:
    record = vendors.cornerstone(1)
    record["value"]["trainingCompleted"]["data"]["targetUserRef"] = "ref-1"
    vendor, hook = one("cornerstone"), hook_of(replace(one("cornerstone").source, options={"user": "targetUserRef"}))
    hook.receive(vendor.call({"records": [record]}))
    assert hook.identities.resolve("bank", "academy", ["ref-1"])["ref-1"] == hook.queue.sent[0].member


def test_docebo_numbers_the_events_of_a_group_and_takes_its_times_as_utc() -> None:
    body = vendors.docebo_body("course.enrollment.completed", [3, 4])
    (first, second) = read_by(one("docebo"), body)
    assert (first.id, second.id) == ("wh-1#0", "wh-1#1")
    assert (first.occurred_at, first.type, first.attributes) == (when(3), "user.completed", {"course": "3"})


def test_docebo_may_group_under_another_name_and_sign_in_a_header() -> None:
    def sign(body: bytes, secret: str, sent: Any) -> dict[str, str]:
        return {"x-docebo": mac(secret.encode(), body).hex()}

    vendor = one("docebo", sign=sign, options={"list": "items", "signature_header": "X-Docebo"})
    body = {"message_id": 7, "event": "course.enrollment.completed", "items": [vendors.docebo(1)]}
    assert told(vendor, body) == [("7#0", "user.completed", {"course": "1"})]
    with pytest.raises(Malformed, match="set the source's option `list`"):
        read_by(one("docebo"), body)


def test_absorb_is_read_where_the_options_say() -> None:
    options = {"timestamp_header": "x-sent", "events": "batch.items", "type": "name", "user": "who.id", "id": "none"}
    vendor = one("absorb", options={**options, "time": "at", "course": "what.course"})
    entry = {"name": "CourseCompleted", "who": {"id": 7}, "at": int(NOW.timestamp()), "what": {"course": 9}}
    first, again = [told(vendor, {"batch": {"items": [entry]}}) for _ in range(2)]
    assert first == again
    assert first[0][1:] == ("user.completed", {"course": "9"})
    assert len(first[0][0]) == 32


def test_xapi_answers_with_the_ids_of_all_statements_in_their_order() -> None:
    vendor, hook = one("xapi"), hook_of(one("xapi").source)
    statements = [vendors.xapi(2), vendors.xapi(1, "https://example.com/verbs/dreamt"), vendors.xapi(3)]
    answer, taken = hook.receive(vendor.call(statements))
    assert (answer.status, answer.body) == (200, [each["id"] for each in statements])
    assert (taken.accepted, taken.ignored) == (2, 1)


def test_xapi_results_become_attributes_that_all_sources_share() -> None:
    assert told(one("xapi"), vendors.xapi(1))[0][1:] == (
        "learner.completed_module",
        {"module": "https://lms.example.com/m1", "score": 87.5, "passed": True, "seconds": 3723.5},
    )


@pytest.mark.parametrize(
    "verb",
    [
        "http://id.tincanapi.com/verb/voted-up",
        "https://w3id.org/xapi/acrossx/verbs/liked",
        "http://activitystrea.ms/schema/1.0/like",
    ],
)
def test_xapi_who_likes_a_post_confirms_it_by_its_statement_or_its_address(verb: str) -> None:
    address = "https://forum.example.com/replies/7"
    reply = {"id": address, "definition": {"type": "http://id.tincanapi.com/activitytype/forum-reply"}}
    (posted,) = told(one("xapi"), {**vendors.xapi(1, f"{ADL}commented"), "object": reply})
    reference = {"objectType": "StatementRef", "id": vendors.xapi(1)["id"]}
    for liked, post in ((reference, posted[0]), (reply, address)):
        (confirmed,) = told(one("xapi"), {**vendors.xapi(2, verb), "object": liked})
        assert (confirmed[1], confirmed[-1]) == ("post.confirmed", {"post": post})
    assert posted[-1]["post"] == address


def test_xapi_a_failed_assessment_says_so_and_names_its_course() -> None:
    course = {"id": "c", "definition": {"type": "http://adlnet.gov/expapi/activities/course"}}
    around = {"contextActivities": {"parent": [course]}}
    score = {"score": {"raw": 12, "max": 24}}
    (failed,) = told(one("xapi"), {**vendors.xapi(1, f"{ADL}failed"), "result": score, "context": around})
    assert failed[1] == "assessment.submitted"
    assert failed[2] == {"module": "https://lms.example.com/m1", "course": "c", "score": 50.0, "passed": False}
    (completed,) = told(one("xapi"), {**vendors.xapi(1), "object": course})
    assert (completed[1], completed[2]["course"]) == ("user.completed", "c")


@pytest.mark.parametrize(
    ("actor", "raw"),
    [
        ({"account": {"homePage": "https://a", "name": "n"}}, "n"),
        ({"mbox": "mailto:Jo@Example.com"}, "mailto:jo@example.com"),
        ({"mbox_sha1sum": "ab12"}, "ab12"),
        ({"openid": "https://jo.example"}, "https://jo.example"),
    ],
)
def test_xapi_knows_an_actor_by_any_of_its_identifiers(actor: dict[str, Any], raw: str) -> None:
    vendor, hook = one("xapi"), hook_of(one("xapi").source)
    hook.receive(vendor.call({**vendors.xapi(1), "actor": actor}))
    assert hook.identities.resolve("bank", "academy", [raw])[raw] == hook.queue.sent[0].member


def test_xapi_what_a_group_did_is_nobodys() -> None:
    assert read_by(one("xapi"), {**vendors.xapi(1), "actor": {"objectType": "Group", "mbox": "mailto:g@x.y"}}) == []


def sample() -> Iterator[bytes]:
    with gzip.open(STATEMENTS) as lines:
        yield from lines


@pytest.mark.skipif(not STATEMENTS.exists(), reason="the public xAPI sample is not on this machine")
def test_every_statement_of_the_public_sample_is_read() -> None:
    source = Source(key="academy", kind="xapi")
    kinds: dict[str, int] = {}
    for raw in sample():
        contents = xapi_source.read(HookRequest(method="POST", url=ADDRESS, headers={}, body=raw), source)
        assert len(contents.events) + contents.ignored == 1
        assert contents.ids == (json.loads(raw)["id"],)
        for event in contents.events:
            kinds[event.type] = kinds.get(event.type, 0) + 1
    assert kinds == {"content.accessed": 6_288, "learner.completed_module": 351}


def test_hubspot_tells_the_stage_and_no_other_value() -> None:
    change = vendors.hubspot(1)
    ((name, kind, attributes),) = told(one("hubspot"), [change])
    assert (name, kind) == (f"101:deal.propertyChange:7:{change['occurredAt']}", "record.updated")
    assert attributes == {"record": "7", "kind": "deal", "property": "dealstage", "stage": "closedwon"}
    ((_, _, attributes),) = told(one("hubspot"), [{**change, "propertyName": "email", "propertyValue": "a@b.c"}])
    assert attributes == {"record": "7", "kind": "deal", "property": "email"}
    wanted = one("hubspot", options={"values": "amount, email"})
    ((_, _, attributes),) = told(wanted, [{**change, "propertyName": "amount", "propertyValue": "x" * 999}])
    assert attributes["value"] == "x" * 200


def test_hubspot_a_change_by_nobody_is_ignored_and_the_attempt_is_no_part_of_the_id() -> None:
    change = vendors.hubspot(1)
    assert read_by(one("hubspot"), [{**change, "sourceId": "workflow:9"}]) == []
    first, again = (read_by(one("hubspot"), [{**change, "attemptNumber": attempt}])[0].id for attempt in (0, 3))
    assert first == again


def test_hubspot_may_give_a_record_to_whoever_owns_it_now() -> None:
    vendor = one("hubspot", options={"member": "owner"})
    change = {**vendors.hubspot(1), "propertyName": "hubspot_owner_id", "propertyValue": "55"}
    hook = hook_of(vendor.source)
    hook.receive(vendor.call([change, vendors.hubspot(2)]))
    assert len(hook.sent) == 1
    assert hook.identities.resolve("bank", "academy", ["55"])["55"] == hook.queue.sent[0].member


def test_a_public_address_before_the_api_is_what_hubspot_signs() -> None:
    vendor = one("hubspot", options={"public_url": ADDRESS})
    call = replace(vendor.call(vendor.write([1])), url="https://internal.example/hooks/bank/academy")
    hook = hook_of(vendor.source)
    hook.receive(call)
    assert len(hook.sent) == 1


def test_jira_an_issue_is_done_when_its_status_comes_to_mean_so() -> None:
    assert told(one("jira"), vendors.jira(1)) == [
        ("OPS-1:501", "task.completed", {"task": "OPS-1", "stage": "Done", "due": "2026-04-01"})
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"changelog": {"id": 1, "items": [{"field": "summary", "toString": "Done"}]}},
        {"changelog": {"id": 1, "items": [{"field": "status", "toString": "In review"}]}},
        {"changelog": None},
        {
            "issue": {
                "key": "OPS-1",
                "fields": {"assignee": None, "status": vendors.jira(1)["issue"]["fields"]["status"]},
            }
        },
    ],
)
def test_jira_anything_else_is_acknowledged_and_ignored(changes: dict[str, Any]) -> None:
    assert read_by(one("jira"), {**vendors.jira(1), **changes}) == []


def test_jira_may_count_other_statuses_and_whoever_moved_the_issue() -> None:
    vendor = one("jira", options={"done": "Shipped, In review", "member": "user"})
    changelog = {"id": 9, "items": [{"field": "status", "toString": "In review"}]}
    hook = hook_of(vendor.source)
    hook.receive(vendor.call({**vendors.jira(1), "changelog": changelog, "user": {"accountId": "mover"}}))
    assert hook.identities.resolve("bank", "academy", ["mover"])["mover"] == hook.queue.sent[0].member


def test_a_digest_in_hex_is_as_good_as_one_in_base64() -> None:
    def sign(body: bytes, secret: str, sent: Any) -> dict[str, str]:
        digest = hashlib.sha256(body).hexdigest()
        headers = {**sign_cornerstone(body, secret, sent), "x-content-sha256": digest}
        signed = f"POST\n/hooks/bank/academy\n{digest}\n{headers['date']}".encode()
        return {**headers, "authorization": text64(mac(base64.b64decode(secret), signed))}

    vendor = one("cornerstone", sign=sign)
    assert len(read_by(vendor, vendor.write([1]))) == 1
    assert keys(NEW).texts("api_keys") == (API_KEY,)
