"""The time that activities are reckoned in. What is dated outside it is a mistake, such as a date that means never."""

from datetime import UTC, date, datetime, timedelta

EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
LATEST = datetime(
    2100, 1, 1, tzinfo=UTC
)  # the first moment that is too late; days are stored in bytes that end in 2149
MOST_AHEAD = timedelta(days=1)  # of a sender's clock, whatever its time zone; further ahead nothing has happened yet
MOST_DAYS_OFF = 366  # of one report


def in_calendar(moment: datetime) -> bool:
    return EARLIEST <= moment < LATEST


def is_span(first: object, last: object) -> bool:
    """Whether both are ISO dates of the calendar, in their order, and not too far apart."""
    try:
        begins, ends = date.fromisoformat(str(first)), date.fromisoformat(str(last))
    except ValueError:
        return False
    return EARLIEST.date() <= begins <= ends < LATEST.date() and (ends - begins).days < MOST_DAYS_OFF
