"""The section of a program on calendars: when members are reminded, and whether they are invited by mail."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from ladder.domain.validation.constraints import Holds, Length, Says, Within, distinct

Hours = Annotated[float, Within(0.25, 24 * 28)]
Distinct = Holds(distinct, "different numbers")


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarRules:
    """Sessions and deadlines that sources report become appointments of their members."""

    reminder_hours: Annotated[
        tuple[Hours, ...],
        Length(0, 4),
        Distinct,
        Says("Write how many hours before a session its member is reminded: [24, 1]."),
    ] = (24.0, 1.0)
    deadline_hours: Annotated[
        tuple[Hours, ...],
        Length(0, 4),
        Distinct,
        Says("Write how many hours before something is due its member is reminded: [72, 24]."),
    ] = (72.0, 24.0)
    due_soon_hours: Annotated[
        float, Within(1, 24 * 28), Says("Write how many hours before a deadline it counts as due soon: 72.")
    ] = 72.0
    invitations: Annotated[
        bool, Says("Write false to send no invitations to sessions by mail; the calendar feed stays.")
    ] = True

    @property
    def due_soon(self) -> timedelta:
        return timedelta(hours=self.due_soon_hours)
