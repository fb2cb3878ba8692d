"""Every answer that the members' routes may give, as the API's document has it."""

from collections.abc import Mapping

from ladder.web.responses import Answers
from ladder.web.responses import answers as common

OURS: Mapping[int, str] = {
    403: "The login is not linked to a member",
    404: "There is no such thing of the member's",
    409: "Something is in the way: it says what",
}
POSTING = (404, 409, 413, 415)


def answers(*, good: Mapping[int, str], refused: tuple[int, ...] = ()) -> Answers:
    return common(OURS, good=good, refused=refused)
