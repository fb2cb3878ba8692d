"""What all of it came to, and what it would cost."""

from rich.console import Group, RenderableType

from infra.cli.demo.document import Summary


def totals(summary: Summary) -> RenderableType:
    each, points = summary.per_agent_and_night(), summary.points
    told = points.reported
    return Group(
        f"[bold]Reported[/]  {told.sent} signed learning events: {told.again} of them again, {told.late} late",
        f"[bold]Ledger[/]  {points.entries} entries, {points.completions} of them completed challenges; "
        f"{points.earned:,} points earned; {points.failed} messages failed",
        f"[bold]Per agent and night[/]  {each['platform_calls']:.3f} platform calls, "
        f"{each['metric_calls']:.2f} metric reads, {each['write_units']:.3f} write units, "
        f"{each['read_units']:.2f} read units, points apart",
        f"[bold]In AWS[/]  ${summary.usd_a_month():.3f} a month for the nights' DynamoDB and Step Functions at these "
        "counts (on demand, us-east-1; what points cost is in the bench, Lambda's time is not measured here)",
    )
