"""Every page of the console: who reads it, and what is on it once it is there. Tests and screenshots go through all."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConsolePage:
    """`ready`: a selector of what has been loaded; `{team}`, `{member}`, `{review}` in `path` are those of the site."""

    name: str
    path: str
    role: str = "member"
    ready: str = "main section"


PAGES = (
    ConsolePage("today", "", ready="main .target"),
    ConsolePage("days", "days", ready="main .chart"),
    ConsolePage("points", "points", ready="main .entry"),
    ConsolePage("badges", "badges", ready="main .card"),
    ConsolePage("rewards", "rewards", ready="main .card"),
    ConsolePage("me", "me", ready="main table"),
    ConsolePage("settings", "settings", ready="main form"),
    ConsolePage("how", "how", ready="main table"),
    ConsolePage("rules", "rules", role="admin", ready="main .editor"),
    ConsolePage("enrol", "enrol", role="admin", ready="main .upload"),
    ConsolePage("audit", "audit", role="admin", ready="main table"),
    ConsolePage("orders", "orders", role="admin", ready="main > :is(section, p)"),
    ConsolePage("person", "people/{member}", role="admin", ready="main .profile"),
    ConsolePage("nights", "nights", role="reviewer", ready="main .chart"),
    ConsolePage("teams", "", role="supervisor", ready="main .door"),
    ConsolePage("team", "teams/{team}", role="supervisor", ready="main table"),
    ConsolePage("members", "members", role="supervisor", ready="main table"),
    ConsolePage("member", "members/{member}", role="supervisor", ready="main .chart"),
    ConsolePage("desk", "desk", role="reviewer", ready="main .queue a"),
    ConsolePage("review", "desk/{review}", role="reviewer", ready="#case"),
)
