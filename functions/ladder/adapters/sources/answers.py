"""What most sources expect to hear: any 2xx. The numbers are for people who look."""

from ladder.domain.inbound import Answer, Taken


def accepted(taken: Taken) -> Answer:
    told = {"accepted": taken.accepted, "ignored": taken.ignored, "unreadable": taken.unreadable}
    return Answer(status=202, body=told)
