"""Check the load by which handle times are compared: what a file holds, and whether anything is compared by it."""

from collections.abc import Iterator

from ladder.domain.challenges.rules import ChallengeRules
from ladder.domain.validation.problem import Problem, error, warning

MOST_CONDITIONS, MOST_SERIES = 12, 36  # each is a figure a member and day: an item holds 4,096 of each in 400 KB
PATH = ("metric_files", "load")


def check_load(rules: ChallengeRules) -> Iterator[Problem]:
    files = rules.metric_files
    load = files.load if files else None
    if files is None or load is None:
        return
    if load.queue and not load.queues:
        hint = "Write the queues that differ, as they stand there, such as queues: [Billing, Night]."
        yield error((*PATH, "queues"), f"which queues of {load.queue} differ is not said", hint)
    if load.queues and not load.queue:
        hint = "Write queue: with the column that they stand in, or leave queues out."
        yield error((*PATH, "queue"), "no column is named for the queues", hint)
    if files.contact_type and load.queue == files.contact_type.column:
        hint = "Leave queue and queues out: contacts of each type are compared already."
        yield error((*PATH, "queue"), f"{load.queue} is the column of the contact type", hint)
    if load.hours and not files.has_times:
        hint = "Leave hours out, or write date_format: instant where rows begin at a moment."
        yield error((*PATH, "hours"), f"dates in the format {files.date_format} do not say at what time", hint)
    if len(load.hours) == 1:
        hint = 'Write when each part of the day begins, such as ["00:00", "10:00", "14:00"].'
        yield warning((*PATH, "hours"), "one part of the day is the whole day", hint)
    conditions, figures = len(load.conditions), len(rules.contact_types) + sum(map(rules.is_compared, rules.metrics))
    if conditions > MOST_CONDITIONS or conditions * figures > MOST_SERIES:
        yield error(
            PATH,
            f"{conditions} queues and parts of the day, each with {figures} figures of contact types and handle times, "
            f"are more than {MOST_CONDITIONS}, or {MOST_SERIES} figures",
            "Name only the queues that differ most, and fewer parts of the day.",
        )
    if conditions and rules.hard_contacts and rules.hard_contacts.bonus_percentage:
        hint = "Leave the bonus out, or the load, where people choose their queues and hours."
        yield warning(PATH, "a slow queue and busy hours then count as hard contacts, which pay a bonus", hint)
    if conditions and not any(metric.normalise_by for metric in rules.metrics):
        hint = "Write normalise_by: contact_type for handle time, or leave load out."
        yield warning(PATH, "no metric is compared at the usual load", hint)
