"""Store verdicts and the texts they judge in the member's partition; the audit record holds digests only.

A claim is one transaction: the attempt with its lease, the member's cases of the day, the program's tokens of the day.
A process killed after it has used up an attempt and leaves its tokens reserved, so nothing is ever overspent.
"""

import hashlib
import json
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from ladder.adapters.aws import ATTEMPTS
from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.member_records import recorded
from ladder.adapters.dynamodb.table import (
    ABSENT,
    EXPIRES_AT,
    Clause,
    ConditionFailed,
    Item,
    Put,
    Table,
    Update,
    Value,
    Write,
    erased,
    iso,
    not_erased,
    unchanged_since,
)
from ladder.domain.activities.activity import Key
from ladder.domain.audit.records import Record
from ladder.domain.errors import MemberErased, Unavailable
from ladder.domain.judging.evaluation import (
    MAX_ATTEMPTS,
    ClaimResult,
    Decision,
    EvaluationRequest,
    EvaluationResult,
    Exhausted,
    Lease,
    OverBudget,
    Verdict,
)
from ladder.domain.message import Message

SALT_BYTES = 16
UNDECIDED = Clause("attribute_not_exists(ruled_at)")
NO_TOKENS_USED = Clause("attribute_not_exists(used_tokens) OR used_tokens = :zero", {":zero": 0})


class DynamoVerdicts:
    """`audit`: the name of that table. The tokens of a program's day are stored among what its members share."""

    def __init__(self, members: Table, *, audit: str) -> None:
        self._members = members
        self._audit = audit

    def claim(self, asked: EvaluationRequest, *, now: datetime, lease_seconds: float) -> ClaimResult:
        """Claim an attempt. Raises Unavailable while another process judges the case, or where the day costs too much.

        Its tokens are reserved beforehand.
        """
        for _ in range(ATTEMPTS):
            stored_item, counted = self._read(asked)
            if "ruled_at" in stored_item:
                return stored_result(stored_item)
            if "leased_until" in stored_item and now < datetime.fromisoformat(stored_item["leased_until"]):
                raise Unavailable("this case is being judged")
            attempts = stored_item.get("attempts", 0)
            if attempts >= MAX_ATTEMPTS:
                return Exhausted()
            first = "attempts" not in stored_item
            today = counted if counted.get("day") == asked.day.isoformat() else {}
            own = self._used_by_member(asked, today)
            if first and (today.get("cases", {}).get(asked.badge, 0) >= asked.daily_cases or asked.exceeds_share(own)):
                return OverBudget()
            spent = self._spent(asked)
            if asked.must_wait(spent=spent, own=own):
                raise Unavailable("the program's tokens of the day are spent")
            until = iso(now + timedelta(seconds=lease_seconds))
            unmoved = Clause("attribute_not_exists(attempts)") if first else Clause("attempts = :a", {":a": attempts})
            claimed = Update(
                pk=keys.member(asked.program, asked.member),
                sk=keys.verdict(asked.key),
                changes={"attempts": attempts + 1, "leased_until": until, "unsettled": asked.max_tokens},
                only_if=UNDECIDED & unmoved,
            )
            reserved = self._spend(asked, spent, asked.max_tokens)
            writes = [claimed, reserved, not_erased(asked.program, asked.member)]
            try:
                self._members.write(*writes, *([_counted(asked, counted, today)] if first else []))
            except ConditionFailed as refused:
                if any(map(erased, refused.stored)):
                    raise MemberErased("the member was erased") from refused
                continue
            return Lease(asked, attempts + 1)
        raise Unavailable("others keep the case or its budget busy")

    def record(self, lease: Lease | EvaluationRequest, result: EvaluationResult) -> EvaluationResult:
        """Store a result, once. After a lost response the next claim finds it; the audit matches what is stored."""
        asked, salt = lease.request if isinstance(lease, Lease) else lease, secrets.token_bytes(SALT_BYTES)
        pk, sk = keys.member(asked.program, asked.member), keys.verdict(asked.key)
        stored: dict[str, Value] = {
            "ruled_at": iso(result.at),
            "verdict": _verdict_text(result.verdict),
            "outcome": result.decision.outcome,
            "because": json.dumps(result.decision.because.to_dict(), ensure_ascii=False),
            "prompt": result.prompt,
            "criteria": result.criteria,
            "model": result.model,
            "tokens": result.tokens,
            "input_digest": result.input_digest,
            "badge": asked.badge,
            "case": asked.case,
            "event": "#".join(asked.event),
            "salt": salt,
        }
        try:
            self._members.write(
                Update(pk=pk, sk=sk, changes=stored, only_if=UNDECIDED),
                *recorded(self._members, verdict_record({**stored, "pk": pk, "sk": sk}), self._audit),
                not_erased(asked.program, asked.member),
            )
        except ConditionFailed as refused:
            if any(map(erased, refused.stored)):
                raise MemberErased("the member was erased") from refused
            item = self._members.get(pk, sk)
            if item is None or "ruled_at" not in item:
                raise Unavailable("a verdict is incomplete") from refused
            return stored_result(item)
        return result

    def charge_tokens(self, lease: Lease, *, tokens: int, used: bool = True) -> None:
        """Charge the tokens that an attempt has cost in place of those reserved, once: a second call finds none.

        The lease runs on: several messages report one case, and a model that is down for a second shall not use up
        its attempts.
        """
        asked = lease.request
        pk, sk = keys.member(asked.program, asked.member), keys.verdict(asked.key)
        open_still = Clause("attempts = :n AND unsettled = :u", {":n": lease.number, ":u": asked.max_tokens})
        for _ in range(ATTEMPTS):
            item = self._members.get(pk, sk) or {}
            if (item.get("attempts"), item.get("unsettled")) != (lease.number, asked.max_tokens):
                return
            left = lease.number if used else lease.number - 1
            closed = Update(pk=pk, sk=sk, changes={"unsettled": 0, "attempts": left}, only_if=open_still)
            try:
                self._members.write(closed, self._spend(asked, self._spent(asked), tokens - asked.max_tokens))
            except ConditionFailed:
                continue
            return
        raise Unavailable("others keep the program's tokens busy")

    def existing(self, program: str, member: str) -> dict[str, EvaluationResult]:
        items = self._members.query(keys.member(program, member), keys.within(keys.VERDICT))
        return {item["sk"].partition("#")[2]: stored_result(item) for item in items if "ruled_at" in item}

    def _used_by_member(self, asked: EvaluationRequest, today: Mapping[str, Any]) -> int:
        """Return the tokens of the member's other cases of the day: what a case cost, or what is reserved for it.

        They are read from the cases themselves: a second counter would cost a write when a case is settled.
        """
        reserved = {key: tokens for key, tokens in today.get("tokens", {}).items() if key != asked.key}
        pk = keys.member(asked.program, asked.member)
        items = self._members.get_many([(pk, keys.verdict(key)) for key in reserved]) if reserved else {}
        return sum(_cost(items.get((pk, keys.verdict(key)), {}), tokens) for key, tokens in reserved.items())

    def _read(self, asked: EvaluationRequest) -> tuple[Item, Item]:
        """Return the case's item, and what was judged of the member last."""
        pk = keys.member(asked.program, asked.member)
        wanted = (pk, keys.verdict(asked.key)), (pk, keys.JUDGED)
        items = self._members.get_many(wanted)
        return items.get(wanted[0], {}), items.get(wanted[1], {})

    def _spend(self, asked: EvaluationRequest, before: int, more: int) -> Write:
        """Change the counter if nobody changed it since it was read: so the checked value is what is written."""
        unmoved = Clause("used_tokens = :before", {":before": before}) if before else NO_TOKENS_USED
        return Update(
            pk=keys.shared(asked.program),
            sk=keys.spent(asked.day),
            changes={"used_tokens": before + more},
            only_if=unmoved,
        )

    def _spent(self, asked: EvaluationRequest) -> int:
        item = self._members.get(keys.shared(asked.program), keys.spent(asked.day))
        return int(item["used_tokens"]) if item else 0


def _cost(case: Mapping[str, Any], reserved: int) -> int:
    """Return the tokens of a case: of one attempt what it cost, of several at most what was reserved for each."""
    attempts = int(case.get("attempts", 1))
    return int(case["tokens"]) if "ruled_at" in case and attempts == 1 else reserved * attempts


def _counted(asked: EvaluationRequest, counted: Item, today: Mapping[str, Any]) -> Write:
    version, cases = counted.get("version", 0), today.get("cases", {})
    item = {
        "pk": keys.member(asked.program, asked.member),
        "sk": keys.JUDGED,
        "version": version + 1,
        "day": asked.day.isoformat(),
        "cases": {**cases, asked.badge: cases.get(asked.badge, 0) + 1},
        "tokens": {**today.get("tokens", {}), asked.key: asked.max_tokens},
    }
    return Put(item=item, only_if=unchanged_since(version))


def stored_result(item: Mapping[str, Any]) -> EvaluationResult:
    content = json.loads(item["verdict"])
    return EvaluationResult(
        verdict=content and Verdict(**{**content, "evidence": tuple(content["evidence"])}),
        decision=Decision(item["outcome"], Message.from_dict(json.loads(item["because"]))),
        prompt=item["prompt"],
        criteria=item["criteria"],
        model=item["model"],
        tokens=item["tokens"],
        input_digest=item["input_digest"],
        at=datetime.fromisoformat(item["ruled_at"]),
    )


def _verdict_text(verdict: Verdict | None) -> str:
    content = verdict and {
        "badge": verdict.badge,
        "confidence": verdict.confidence,
        "evidence": verdict.evidence,
        "rationale": verdict.rationale,
    }
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False)


def verdict_record(item: Mapping[str, Any]) -> Record:
    """Return the audit record of a stored result: its codes, and a salted digest of every text.

    The salt is erased with the text.
    """
    program, _, member = item["pk"].partition("#")
    result, (_, _, key) = stored_result(item), item["sk"].partition("#")
    return Record(
        program=program,
        key=item["sk"],
        what="audit.case_judged",
        who=result.model,
        why=result.decision.because,
        at=result.at,
        about={
            "member": member,
            "badge": item["badge"],
            "case": item["case"],
            "decision": key,
            "outcome": result.decision.outcome,
            "prompt": result.prompt,
            "criteria": result.criteria,
            "tokens": result.tokens,
        },
        digest=hashlib.sha256(item["salt"] + item["input_digest"] + item["verdict"].encode()).digest(),
    )


class DynamoMemberTexts:
    def __init__(self, members: Table) -> None:
        self._members = members

    def save(self, program: str, member: str, event: Key, text: str, *, until: datetime) -> None:
        item = {"pk": keys.member(program, member), "sk": keys.writing(event), "text": text}
        written = Put(item=item, only_if=ABSENT).until(int(until.timestamp()))
        try:
            self._members.write(written, not_erased(program, member))
        except ConditionFailed as refused:
            if any(map(erased, refused.stored)):
                raise MemberErased("the member was erased") from refused

    def texts(self, program: str, member: str, events: Collection[Key], *, now: datetime) -> dict[Key, str]:
        """Return texts that have not expired; DynamoDB itself deletes them days late."""
        pk = keys.member(program, member)
        items = self._members.get_many([(pk, keys.writing(event)) for event in events])
        unexpired = ((sk, item["text"]) for (_, sk), item in items.items() if now.timestamp() < item[EXPIRES_AT])
        return {keys.event(sk): text for sk, text in unexpired if text}  # an objection has emptied the others
