"""`ladder ledger explain EVENT`: what an event earned and why, and what was decided since; or why it has no entry."""

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime

import click

from infra.cli.arguments import language_option, member_option, program_option
from infra.cli.ledger.members import MemberEntry, MemberKey, find_entries, means, open_ledger, read_ledger, scan, sums
from infra.cli.stack import Stack, on_stack
from infra.cli.terminal import print_lines
from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.keys import within
from ladder.adapters.dynamodb.table import Item
from ladder.domain.audit.records import reference
from ladder.domain.points.entry_text import from_attribute
from ladder.domain.points.ledger import ADJUSTED
from ladder.messages.render import paragraph, render

DONE, FAILED = 0, 1
REFUSED = "REFUSED#"
WAITING = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")


@click.command()
@click.argument("event", metavar="EVENT")
@program_option
@member_option
@language_option
@on_stack
def explain(stack: Stack, *, event: str, program: str | None, member: str | None, language: str) -> int:
    """Explain what an event (source#id, or an id) earned and why, or why it has no entry."""
    entries = find_entries(stack, event, program=program, member=member)
    for position, member_entry in enumerate(entries):
        refused = list(_refusals(stack, "#".join(member_entry.entry.key), program=member_entry.person.program))
        hold = stack.members.members.get(member_entry.person.partition, keys.hold(member_entry.entry.key))
        facts = (f"{name:<10}{text}" for name, text in _facts(member_entry, hold, refused, language))
        print_lines([*([""] if position else []), *facts])
    if not entries:
        print_lines(_missing(stack, event, program=program))
    return DONE if entries else FAILED


def _facts(
    member_entry: MemberEntry, hold: Item | None, refused: Sequence[str], language: str
) -> Iterator[tuple[str, str]]:
    """`hold`: the item of its held points, if there is one; `refused`: when it came again with another payload."""
    entry, activity = member_entry.entry, member_entry.entry.activity
    yield "event", "#".join(entry.key)
    yield "member", f"{member_entry.person.member} of program {member_entry.person.program}"
    yield "what", f"{activity.type} {json.dumps(dict(activity.attributes), ensure_ascii=False)}"
    when = f"happened {_at(activity.occurred_at)}"
    when += f", received {_at(activity.received_at)}" if activity.received_at else ""
    when += f", recorded {_at(entry.recorded_at)} as entry {entry.sequence}" if entry.recorded_at else ""
    yield "when", when
    yield "rules", f"version {entry.program_version} of the program"
    for line in entry.lines:
        if line.rule == ADJUSTED:
            yield "", f"recalculated: {line.paid:+} points and {line.held:+} held for later events"
            continue
        points = f"{line.base} + {line.bonus} bonus = {line.worth}" if line.bonus else str(line.worth)
        outcome = f"{line.waiting} held" if line.waiting else f"{line.paid} paid"
        yield "", f"{line.rule}: {points}, {outcome}" + (f": {render(line.because, language)}" if line.because else "")
    yield "points", sums(entry)
    if entry.day is not None:
        cap = "" if entry.allowance is None else f"; the program's daily cap allowed {entry.allowance} points"
        yield "day", f"{date.fromordinal(entry.day)}{cap}"
    yield "text", paragraph(member_entry.ledger.versions[entry.program_version].texts.messages(entry), language)
    for amendment in member_entry.amendments:
        attributes = amendment.activity.attributes
        by = f" by {attributes['actor']}" if attributes.get("actor") else ""
        reason = from_attribute(attributes.get("reason"))
        why = f". {paragraph(reason, language)}" if reason else ""
        at = _at(amendment.recorded_at or amendment.activity.occurred_at)
        details = f"({'#'.join(amendment.key)}, {sums(amendment)} points)"
        yield "since", f"{amendment.activity.type} at {at}{by}{why} {details}"
    if hold is not None and hold.get("decided"):
        yield "hold", f"{hold.get('points', 0)} points were held, and have been decided"
    elif hold is not None:
        yield "hold", f"{hold['points']} points are held; they pay on {hold['due_at'][:10]} unless decided before"
    yield from (("refused", f"{at}: same event ID, different payload") for at in refused)


def _at(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _missing(stack: Stack, event: str, *, program: str | None) -> list[str]:
    """Say why an event has no entry, as far as anything is known. Reads the whole members table."""
    quoted = json.dumps(event.rpartition("#")[2], ensure_ascii=False)
    condition = (
        "(begins_with(sk, :entry) AND contains(#attributes, :event)) OR begins_with(sk, :quarantine) "
        "OR (sk = :identity AND attribute_exists(erased))"
    )
    values = {":entry": keys.ENTRY, ":event": quoted[1:-1], ":quarantine": keys.QUARANTINE, ":identity": keys.IDENTITY}
    scanned = scan(stack, condition, values, names={"#attributes": "attributes"})
    items = [(MemberKey.of(item["pk"]), str(item["sk"])) for item in scanned]
    items = [(person, sort_key) for person, sort_key in items if program in {None, person.program}]
    amended = sorted({person for person, sort_key in items if sort_key.startswith(keys.ENTRY)})
    quarantined = sorted({person for person, sort_key in items if sort_key.startswith(keys.QUARANTINE)})
    lines = [
        *(
            f"A message with this ID is in quarantine, of member {person.member} in {person.program}: {why}."
            for person in quarantined
            for body, why in open_ledger(stack).quarantined(person.program, person.member).items()
            if quoted in body
        ),
        *(
            f"It came at {at} under the ID of a recorded event with another payload. Refused."
            for at in _refusals(stack, event, program=program)
        ),
        *(
            f"{'#'.join(entry.key)}, of member {person.member} in {person.program}, amends it, but the event has not "
            "arrived."
            for person in amended
            for entry in read_ledger(stack, person).entries
            if entry.activity.target is not None and means(event, entry.activity.target)
        ),
    ]
    if waiting := _messages(stack, "ActivitiesQueueUrl"):
        lines.append(f"{waiting} messages are still in the queue: ask again in a moment.")
    if failed := _messages(stack, "FailedActivitiesQueueUrl"):
        lines.append(f"{failed} messages failed: look at them, and redrive the dead-letter queue.")
    lines = lines or ["It never arrived: check in its source whether it was sent, and what the answer was."]
    if erased := sum(sort_key == keys.IDENTITY for _, sort_key in items):
        lines.append(f"{erased} user ids are erased; their events are dropped and leave no trace.")
    return [f"There is no entry of {event}.", *lines]


def _refusals(stack: Stack, event: str, *, program: str | None) -> Iterator[str]:
    """Yield when the event came again with another payload than the recorded one."""
    members = stack.members.members
    for key in [program] if program else stack.members.published.keys():
        records = [
            (record, MemberKey(key, record["about"]["member"])) for record in stack.audit.query(key, within(REFUSED))
        ]
        salts = members.get_many(sorted({(person.partition, keys.SALT) for _, person in records}))
        for record, person in records:
            source, salt = record["about"]["source"], salts.get((person.partition, keys.SALT), {}).get("salt")
            meant = {event, event.removeprefix(f"{source}#")}
            if salt and record["about"]["event"] in {reference(event_id, salt) for event_id in meant}:
                yield str(record["at"])


def _messages(stack: Stack, output: str) -> int:
    if output not in stack.outputs:
        return 0
    request = {"QueueUrl": stack.outputs[output], "AttributeNames": list(WAITING)}
    counts = stack.client("sqs").get_queue_attributes(**request)["Attributes"]
    return sum(int(counts[name]) for name in WAITING)
