"""Process a batch of messages so that one message's error makes only that message come again."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from badges.judge import MAX_CASE_SECONDS
from badges.select_cases import MemberEvent
from ladder.domain.errors import MemberErased

MIN_SECONDS_LEFT = 5.0  # of the invocation, beside the lease of a case, to start another case

type Read = Callable[[str], Iterable[MemberEvent]]  # the events of a message body; none where it makes no case
type Evaluate = Callable[[MemberEvent], Iterable[Callable[[], str]]]  # each call judges one case: its outcome, a word


def process(
    messages: Sequence[tuple[str, str]],
    *,
    read: Read,
    evaluate: Evaluate,
    time_left: Callable[[], float],  # seconds of the invocation
    report: Callable[[str, Exception], None],  # a message's id and what went wrong with it
    outcomes: Counter[str],
) -> list[str]:
    """Return the ids of the messages that must come again, and count the outcomes of their cases.

    `messages`: pairs of id and body. An erased member's cases are dropped, and nobody else's with them.
    """
    failed = list[str]()
    for message, body in messages:
        try:
            for event in read(body):
                try:
                    for judge in evaluate(event):
                        if time_left() < MAX_CASE_SECONDS + MIN_SECONDS_LEFT:
                            raise TimeoutError("no time left for another case")
                        outcomes[judge()] += 1
                except MemberErased:
                    outcomes["erased"] += 1
        except Exception as error:  # noqa: BLE001 - whatever it is, only this message waits for it
            report(message, error)
            failed.append(message)
    return failed
