"""Parameters of the supervision API, and the responses that its routes document. Answers are the use cases' values."""

from collections.abc import Mapping

from ladder.web.app import Responses, documented_responses

PROGRAM = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
MEMBER = r"^[0-9a-f]{32}$"
REVIEW = r"^[0-9a-f]{32}\.[0-9a-f]{32}$"
MOMENT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{5,15}\+00:00$"
MOST_MEMBERS, USUAL_MEMBERS = 100, 50  # of one page
MOST_DAYS, USUAL_DAYS = 92, 28
LONGEST_NAME = 200
MOST_VERSIONS, USUAL_VERSIONS = 50, 20  # of one page
NEWEST_VERSION = 999_999
MOST_EXPORTED = 10_000  # orders: about 2 MB, and an answer may have 6
MOST_ORDERS, USUAL_ORDERS = 100, 25  # of one page
LONGEST_POSITION, POSITION = 400, r"^[0-9]"  # of an order among all: it begins with its time
ERRORS: Mapping[int, str] = {
    403: "The login has no role here, or is no member of the program",
    404: "Not found among what you may see",
}
ONE = (404,)


CSV = "text/csv"


def responses(description: str, *, refused: tuple[int, ...] = ONE, media_type: str | None = None) -> Responses:
    """Return the responses of a route. `media_type`: of an answer that is not JSON."""
    documented = documented_responses(ERRORS, good={200: description}, refused=refused)
    if media_type:
        documented[200]["content"] = {media_type: {"schema": {"type": "string"}}}
    return documented
