"""Every answer that the admin's routes may give, as the API's document has it."""

from collections.abc import Mapping

from ladder.web.responses import Answers
from ladder.web.responses import answers as common

OURS: Mapping[int, str] = {
    403: "The role does not reach that far, or it is one's own case",
    404: "The program has no such thing, or no longer",
    409: "Something is in the way: it says what",
}
ONE = (404,)
POSTING = (404, 409, 413, 415)


def answers(*, good: Mapping[int, str], refused: tuple[int, ...] = ()) -> Answers:
    return common(OURS, good=good, refused=refused)
