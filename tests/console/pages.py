"""Every page of the console: who reads it, and what is on it once it is there. Tests and screenshots go through all."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.console import stand_ins


@dataclass(frozen=True, slots=True)
class ConsolePage:
    """`ready`: a selector of what has been loaded; `{team}`, `{member}`, `{review}` in `path` are those of the site.

    `answers`: what stands in for the API's, by the end of a route's path, where the site's program has nothing to show.
    """

    name: str
    path: str
    role: str = "member"
    ready: str = "main section"
    answers: Mapping[str, object] = field(default_factory=dict)


PAGES = (
    ConsolePage("today", "", ready="main .target"),
    ConsolePage("days", "days", ready="main .chart"),
    ConsolePage("points", "points", ready="main .entry"),
    ConsolePage("badges", "badges", ready="main .card", answers=stand_ins.PROFILE),
    ConsolePage("rewards", "rewards", ready="main table", answers=stand_ins.MY_ORDERS),
    ConsolePage("messages", "messages", ready="main table", answers=stand_ins.MY_MESSAGES),
    ConsolePage("no-messages", "messages"),
    ConsolePage("appointments", "appointments", ready="main .card", answers=stand_ins.APPOINTMENTS),
    ConsolePage("no-appointments", "appointments"),
    ConsolePage("me", "me", ready="main table", answers=stand_ins.PROFILE),
    ConsolePage("settings", "settings", ready="main form", answers=stand_ins.PROFILE),
    ConsolePage("how", "how", ready="main table"),
    ConsolePage("rules", "rules", role="admin", ready="main .editor"),
    ConsolePage("enrol", "enrol", role="admin", ready="main .upload"),
    ConsolePage("audit", "audit", role="admin", ready="main table"),
    ConsolePage("orders", "orders", role="admin", ready="main table", answers=stand_ins.ORDERS),
    ConsolePage("no-orders", "orders", role="admin", ready="main > :is(section, p)"),
    ConsolePage("outbox", "outbox", role="admin", ready="main table", answers=stand_ins.WAITING),
    ConsolePage("no-outbox", "outbox", role="admin", ready="main > p"),
    ConsolePage("person", "people/{member}", role="admin", ready="main .profile"),
    ConsolePage("nights", "nights", role="reviewer", ready="main .chart"),
    ConsolePage("teams", "", role="supervisor", ready="main .door"),
    ConsolePage("team", "teams/{team}", role="supervisor", ready="main table"),
    ConsolePage("members", "members", role="supervisor", ready="main table"),
    ConsolePage("member", "members/{member}", role="supervisor", ready="main .chart"),
    ConsolePage("desk", "desk", role="reviewer", ready="main .queue a"),
    ConsolePage("review", "desk/{review}", role="reviewer", ready="#case"),
)
