"""Export my data: everything that an admin's export has, a few times a day, each in the audit."""

from datetime import date, datetime

from ladder.domain.audit.records import Record
from ladder.domain.challenges.ports import MemberMetrics, MemberStandings, OwnFiguresOfToday, Rotations
from ladder.domain.errors import Conflict
from ladder.domain.message import Message
from ladder.domain.programs.ports import Programs
from ladder.domain.reviews.member_export import MemberExport, read_export
from ladder.domain.reviews.ports import OwnExports
from ladder.web.me import Me

MOST_A_DAY = 3  # it reads the whole ledger, and the audit of the program


def export(
    me: Me,
    *,
    today: date,
    now: datetime,
    exports: OwnExports,
    programs: Programs,
    rotations: Rotations,
    placements: MemberStandings,
    figures: MemberMetrics,
    figures_of_today: OwnFiguresOfToday,
) -> MemberExport:
    """Read everything about the member who asks. Raises Conflict where they did so often enough today."""

    def counted(record: Record) -> None:
        if not exports.exported(record, today, most=MOST_A_DAY):
            raise Conflict(Message("members.exported_enough", {"most": MOST_A_DAY}))

    return read_export(
        me.program,
        me.member,
        by=me.member,
        now=now,
        record=counted,
        programs=programs,
        personal_data=exports,
        rotations=rotations,
        placements=placements,
        figures=figures,
        figures_of_today=figures_of_today,
    )
