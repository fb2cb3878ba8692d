"""Propose a change of the rules: patch the live version, try the draft, and leave it to another admin."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ladder.domain.errors import InvalidRequest
from ladder.domain.judging.check import Models
from ladder.domain.message import Message
from ladder.domain.programs.json_patch import PatchStep, patched
from ladder.domain.programs.ports import Programs, Publications
from ladder.domain.programs.program import Program
from ladder.domain.reviews.colleagues import SecondAdmin, Waiting
from ladder.domain.reviews.permissions import Staff, authorize
from ladder.domain.reviews.ports import ReviewQueue
from publishing.drafts import candidate, read_draft
from publishing.trial import SimulationReport
from publishing.versions import ask_to_confirm, require_current

OWN = frozenset({"key", "version", "paused"})  # of a program: what a patch leaves alone


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedRules:
    """`review`: by which another admin makes it the version `after` + 1, or does not; `trial`: what it would change."""

    review: Waiting
    after: int
    trial: SimulationReport


def propose(
    staff: Staff,
    steps: Sequence[PatchStep],
    *,
    live: Program,
    stored: Mapping[str, Any],
    after: int,
    reason: str,
    now: datetime,
    models: Models,
    programs: Programs,
    publications: Publications,
    second: SecondAdmin,
    reviews: ReviewQueue,
    simulate: Callable[[Program], SimulationReport],
) -> ProposedRules:
    """Open the review of a draft. It never goes live by itself, whatever the program lets one admin do alone.

    `stored`: the live version in the stored form, which the paths lead through; `after`: its number, as the caller
    knows it. Running it again opens the same review.

    Raises InvalidRequest for a step that leads nowhere, a draft that cannot be played, or one that changes nothing;
    Conflict where another version was published meanwhile.
    """
    authorize(staff, "administer")
    require_current(after, live, publications)
    for step in steps:
        if step.path.split("/")[1:2] and step.path.split("/")[1] in OWN:
            raise InvalidRequest(Message("admin.patch_not_of_rules", {"path": step.path[:200]}))
    draft = read_draft(patched(stored, steps))
    version = candidate(draft, live, staff.program, after=after, models=models, today=now.date(), programs=programs)
    if replace(live, version=0) == replace(version, version=0):
        raise InvalidRequest(Message("admin.patch_changes_nothing"))
    trial = simulate(draft)
    waiting = ask_to_confirm(
        staff, draft, after=after, reason=reason, now=now, publications=publications, second=second, reviews=reviews
    )
    return ProposedRules(review=waiting, after=after, trial=trial)
