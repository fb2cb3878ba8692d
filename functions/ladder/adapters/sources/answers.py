"""What most sources expect to hear: any 2xx. The numbers are for people who look."""

from ladder.domain.inbound import MOST_TOLD, Answer, Taken


def accepted(taken: Taken) -> Answer:
    told: dict[str, object] = {"accepted": taken.accepted, "ignored": taken.ignored, "unreadable": taken.unreadable}
    if taken.refused:
        told["refused"] = list(taken.refused[:MOST_TOLD])
    return Answer(status=202, body=told)
