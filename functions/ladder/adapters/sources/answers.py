"""What most sources expect to hear: any 2xx. The numbers are for people who look."""

from ladder.domain.activities.inbound import MAX_REASONS, HookResponse, IngestResult


def accepted(taken: IngestResult) -> HookResponse:
    told: dict[str, object] = {"accepted": taken.accepted, "ignored": taken.ignored, "unreadable": taken.unreadable}
    if taken.refused:
        told["refused"] = list(taken.refused[:MAX_REASONS])
    return HookResponse(status=202, body=told)
