"""A dispute that a member has raised."""

from datetime import UTC, datetime

from ladder.domain.points.disputes import Dispute

RAISED = Dispute(
    program="academy",
    member="0" * 32,
    source="academy",
    id="e#1",
    text="that was not me",
    raised_at=datetime(2026, 3, 10, 9, tzinfo=UTC),
)
