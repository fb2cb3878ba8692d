"""What most sources expect to hear: any 2xx. The numbers are for people who look."""

from ladder.domain.inbound import Answer, Taken


def accepted(taken: Taken) -> Answer:
    return Answer(status=202, body={"accepted": taken.accepted, "ignored": taken.ignored})
