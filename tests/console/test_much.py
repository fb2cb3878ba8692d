"""Pages with as much as a large centre has: 400 members of one team, and a member with 10,000 entries, all stored."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import batched
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from ladder.domain.calendar.schedule import ONE_DAY
from ladder.domain.members.roster import RosterRow, enrolled
from ladder.domain.points.ledger import Entry, LedgerChange
from tests.console.site import PlayedSite
from tests.console.visit import PATIENCE_MS, PHONE, Visit

MEMBERS, ENTRIES, A_DAY, A_WRITE = 400, 10_000, 10, 40
TEAM = "Geschäftskundenbetreuung Wertpapierabwicklung und Auslandszahlungsverkehr"
NAME = "Maximiliane-Friederike von Hohenlohe-Schillingsfürstenberg"
PAGES_READ = 3


@dataclass(frozen=True)
class Crowd:
    """`user`: who has the entries."""

    user: str
    member: str


@pytest.fixture(scope="module")
def crowd(site: PlayedSite) -> Crowd:
    live, now = site.live, datetime.now(UTC)
    roster = live.stores.programs.roster(site.program)  # others have enrolled members here, too
    present = [RosterRow(user=member.user, name=member.display_name, team=member.team) for member in roster]
    rows = [RosterRow(user=f"ZZ-{number:03d}", name=f"{NAME} {number:03d}", team=TEAM) for number in range(MEMBERS)]
    numbers = iter(range(MEMBERS))
    enrolment = enrolled(roster, [*present, *rows], new_id=lambda: f"{next(numbers):032x}", at=now)
    live.stores.programs.enrol(site.program, enrolment.roster)
    crowded = Crowd(user=rows[0].user, member=f"{0:032x}")
    live.link_login(crowded.user, crowded.member)
    write_entries(site, crowded.member)
    return crowded


def write_entries(site: PlayedSite, member: str) -> None:
    """Commit copies of an entry of the site's member, ten on each of a thousand days, as the ledger stores them."""
    ledger = site.live.members.ledger(site.live.program)
    own = next(each.id for each in site.live.roster if each.user == site.users["member"])
    paid = next(entry for entry in ledger.entries(site.program, own) if entry.points and entry.day and not entry.held)
    first = datetime.now(UTC) - ONE_DAY * (ENTRIES // A_DAY)

    def copy(number: int) -> Entry:
        at = first + ONE_DAY * (number // A_DAY) + timedelta(minutes=number % A_DAY)
        activity = replace(paid.activity, id=f"much-{number}", occurred_at=at, received_at=at)
        return replace(paid, activity=activity, sequence=number + 1, day=at.date().toordinal(), recorded_at=at)

    for numbers in batched(range(ENTRIES), A_WRITE, strict=False):
        before, _ = ledger.load(site.program, member, [])
        earned = before.earned + paid.points * len(numbers)
        after = replace(before, sequence=before.sequence + len(numbers), earned=earned)
        entries = [copy(number) for number in numbers]
        ledger.commit(
            LedgerChange(program=site.program, member=member, before=before, after=after, entries=entries, due_at=first)
        )


def assert_readable_on_a_phone(visited: Visit) -> None:
    assert visited.page.get_attribute("html", "lang") == "de"
    assert not visited.is_wider_than_the_screen()
    assert visited.accessibility_problems() == []


def test_a_ledger_of_ten_thousand_entries_is_read_page_by_page(
    read_as: Callable[..., Visit], site: PlayedSite, crowd: Crowd
) -> None:
    visited = read_as(token=site.token_of(crowd.user), width=PHONE, language="de-DE")
    page = visited.go("points")
    page.wait_for_selector("main .chart")
    shown = page.locator(".entry")
    a_page = shown.count()
    for number in range(1, PAGES_READ):
        page.get_by_role("button", name="Ältere Buchungen zeigen").click()
        expect(shown).to_have_count(a_page * (number + 1))
    assert a_page <= 100
    assert_readable_on_a_phone(visited)
    page = visited.go("")
    page.wait_for_selector("main .tile")
    assert not visited.is_wider_than_the_screen()


def test_four_hundred_members_with_the_longest_names_are_found_page_by_page(
    read_as: Callable[..., Visit], site: PlayedSite, crowd: Crowd
) -> None:
    visited = read_as("admin", width=PHONE, language="de-DE")
    page = visited.go("members")
    rows = page.locator("tbody tr")
    page.wait_for_selector("tbody tr")
    a_page = rows.count()
    page.get_by_role("button", name="Mehr zeigen").click()
    expect(rows).to_have_count(2 * a_page)
    assert_readable_on_a_phone(visited)
    page.get_by_role("searchbox").fill("ZZ-39")
    expect(rows).to_have_count(10)


def test_a_team_of_four_hundred_is_one_page_of_names_that_fits_on_a_phone(
    read_as: Callable[..., Visit], site: PlayedSite, crowd: Crowd
) -> None:
    visited = read_as("admin", width=PHONE, language="de-DE")
    page = visited.go(f"teams/{quote(TEAM)}")
    expect(page.locator("tbody tr")).to_have_count(MEMBERS, timeout=PATIENCE_MS)
    assert_readable_on_a_phone(visited)
    page = visited.go(f"people/{crowd.member}")
    page.wait_for_selector("main .profile")
    assert_readable_on_a_phone(visited)
