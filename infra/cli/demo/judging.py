"""The chapter on judged badges: the last posts, one that is an attack, what people decide, and the proof of it all."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

from infra.cli.demo.forum import POSTED, Forum
from infra.cli.demo.judged import ByHand, Injected, Judged, JudgedCase, Waiting
from infra.cli.demo.learning import Event
from infra.cli.demo.learning_system import School
from infra.cli.demo.staff import ADMIN, REVIEWER, Office
from infra.cli.demo.verdicts import Verdicts
from infra.cli.replay.drive import Queues, drain
from infra.local.stage import Stage
from ladder.domain.judging.policy import in_share
from ladder.domain.programs.judged_badge import JudgedBadge
from ladder.domain.programs.program import Program

SOON, LATER = 3, 12  # looks at an empty queue: what the ledger's stream tells comes a second or two later
PATIENCE_SECONDS = 120.0
APPROVED = "I read all of it: it is as the quotation says"
REJECTED = "it speaks to whoever judges, and answers nobody's question"
TAKEN_BACK = "the text was copied from the handbook"


def judge_and_decide(stage: Stage, school: School, forum: Forum, day: date) -> Judged:
    """With posts of a last evening, so that there is something to decide however few nights were played."""
    read, office = Verdicts(stage), Office.opened(stage)
    cohort = _judged_for(badge_of_posts(stage.program), read)
    school.post(forum.last_evening(day, cohort))
    settle(stage, looks=LATER)
    attack = forum.injected(day, cohort)
    with _obedient(stage):
        school.post([attack])
        settle(stage)
    cases, queue = read.cases(), office.queue()["kinds"]
    attacked = next(each for each in reversed(cases) if each.agent == attack["member"])
    waiting = [_waiting(each, read) for each in office.queue(kind="verdict")["reviews"]]
    honest, attack_review = _apart(waiting, attacked)
    decided = [*_regretted(office, read, honest[1:][-1:], settled=lambda: settle(stage))]
    decided += _reviewed(office, [*honest[:1], *honest[1:-1]], attack_review)
    settle(stage)
    return Judged(
        asked=_asked(attacked, stage),
        posts=forum.posts.total(),
        cases=tuple(cases),
        queue=queue,
        waiting=tuple(waiting),
        by_hand=tuple(replace(each, has=read.has(each.agent, each.badge)) for each in decided),
        injected=_injected(attack, attacked, read),
        chain=read.chain(),
    )


def badge_of_posts(program: Program) -> JudgedBadge:
    """The first that one post by itself may bring."""
    posts = (each for each in program.rulebook.judged if POSTED in each.match.types)
    return next(each for each in posts if not (each.pieces or each.perseverance))


def settle(stage: Stage, *, looks: int = SOON) -> None:
    """Until everything that was told is in the ledgers, judged, and granted where that came of it."""
    for of, times in (("Activities", SOON), ("Cases", looks), ("Activities", SOON)):
        queues = Queues(stage.aws.client("sqs"), stage.outputs, of)
        drain(queues, tell=lambda _: None, patience=PATIENCE_SECONDS, looks=times)


def _asked(case: JudgedCase, stage: Stage) -> str:
    return f"{case.model}, for which a stand-in with plain rules answers here" if stage.model.asked else case.model


def _judged_for(badge: JudgedBadge, read: Verdicts) -> list[str]:
    """Whoever is in its cohort; everybody where chance has left it empty."""
    return [agent for agent, member in read.members.items() if in_share(badge, member)] or list(read.members)


@contextmanager
def _obedient(stage: Stage) -> Iterator[None]:
    """The stand-in does whatever a text says; where a real model is asked, it is left to itself."""
    stage.model.obedient = True
    try:
        yield
    finally:
        stage.model.obedient = False


def _waiting(told: Mapping[str, Any], read: Verdicts) -> Waiting:
    return Waiting(id=told["id"], subject=told["subject"], agent=read.users[told["member"]], about=dict(told["about"]))


def _apart(waiting: Sequence[Waiting], attacked: JudgedCase) -> tuple[list[Waiting], list[Waiting]]:
    """The honest ones, what systems recorded before what was only written; and the attack."""
    honest = [each for each in waiting if each.subject != attacked.id]
    honest.sort(key=lambda each: each.badge == attacked.badge)
    return honest, [each for each in waiting if each.subject == attacked.id]


def _reviewed(office: Office, honest: Sequence[Waiting], attack: Sequence[Waiting]) -> Iterator[ByHand]:
    """One is approved; the attack is rejected, or else the last."""
    for review in honest[:1]:
        office.decide(review.id, "approve", APPROVED)
        yield _by_hand("approved", review, REVIEWER, APPROVED)
    for review in [*attack, *honest[:0:-1]][:1]:
        office.decide(review.id, "reject", REJECTED)
        yield _by_hand("rejected", review, REVIEWER, REJECTED)


def _regretted(
    office: Office, read: Verdicts, reviews: Sequence[Waiting], *, settled: Callable[[], None]
) -> Iterator[ByHand]:
    """Approved, and taken back once it was granted. `settled` waits until it was."""
    for review in reviews:
        office.decide(review.id, "approve", APPROVED)
        yield _by_hand("approved", review, REVIEWER, APPROVED)
        settled()
        if event := read.grant(review.agent, review.badge):
            office.take_back(read.members[review.agent], source=event[0], event=event[1], reason=TAKEN_BACK)
            yield _by_hand("taken back", review, ADMIN, TAKEN_BACK)


def _by_hand(what: str, about: Waiting | JudgedCase, by: str, reason: str) -> ByHand:
    return ByHand(what=what, agent=about.agent, badge=about.badge, by=by, reason=reason, has=False)


def _injected(post: Event, case: JudgedCase, read: Verdicts) -> Injected:
    points = sum(each.points for each in read.entries(case.agent) if each.activity.id == post["id"])
    return Injected(
        agent=case.agent,
        text=post["attributes"]["text"],
        obeyed=case.outcome != "nothing",
        because=case.because,
        points=points,
        has=read.has(case.agent, case.badge),
    )
