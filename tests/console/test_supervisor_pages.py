"""What a supervisor does on their pages, in a real browser: every number is the API's, and no other team is there."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Page, Route, expect

from infra.local.login import PASSWORD
from tests.console.signing_in import STAFF, sign_in
from tests.console.site import Site
from tests.console.visit import PHONE, Visit

NONE = "\N{EN DASH}"  # where there is no value


def ask(site: Site, path: str, role: str = "supervisor") -> Any:
    return site.ask(f"/programs/{site.program}/{path}", role)


def foreign(site: Site) -> dict[str, str]:
    """A member of a team that the supervisor does not look after."""
    own = {each["team"] for each in ask(site, "teams")["teams"]}
    found: list[dict[str, str]] = ask(site, "members?limit=100", "admin")["members"]
    return next(each for each in found if each["team"] not in own)


def heading(page: Page, text: str) -> None:
    page.get_by_role("heading", name=text, level=1, exact=True).wait_for()


def table_of(page: Page, title: str) -> list[list[str]]:
    """Open the table of a chart and return its cells."""
    chart = page.locator("figure.chart").filter(has=page.get_by_role("heading", name=title, exact=True))
    chart.get_by_text("Show as a table").click()
    return [row.locator("td").all_inner_texts() for row in chart.locator("tbody tr").all()]


def shown(number: float) -> str:
    return f"{round(number, 2):,.10g}"


def percent(part: int, whole: int) -> int:
    """Halves are rounded up."""
    return (200 * part + whole) // (2 * whole)


def begun(text: str) -> str:
    return text[0].upper() + text[1:]


def test_a_supervisor_signs_in_reads_their_team_and_opens_a_member_before_a_talk(
    read_as: Callable[..., Visit], site: Site
) -> None:
    page = read_as(None).go("")
    sign_in(page, site.users["supervisor"], PASSWORD, button=STAFF)
    heading(page, "My teams")
    teams = ask(site, "teams")["teams"]
    page.wait_for_selector("main .door")
    assert page.locator("main .door").all_inner_texts() == [f"{t['team']}\n{t['members']} members" for t in teams]
    page.locator("main .door").first.click()
    heading(page, teams[0]["team"])
    first = ask(site, f"teams/{quote(teams[0]['team'])}")["members"][0]["member"]
    page.get_by_role("table").get_by_role("link", name=first["name"]).click()
    heading(page, first["name"])
    [question, *_] = ask(site, f"members/{first['member']}/talking-points")["points"]
    page.get_by_text(question["question"]["text"]).wait_for()
    page.get_by_role("link", name=f"Back to the team {first['team']}").click()
    heading(page, first["team"])


def test_a_team_says_of_each_by_name_what_the_api_says_and_nobodys_points(
    read_as: Callable[..., Visit], site: Site
) -> None:
    page, team = read_as("supervisor").go(f"teams/{site.own['team']}"), ask(site, f"teams/{site.own['team']}")
    page.wait_for_selector("main table")
    names = [each["member"]["name"] for each in team["members"]]
    assert page.locator("main tbody td:first-child").all_inner_texts() == names == sorted(names, key=str.casefold)
    for title, kind in (("May need help", "stuck"), ("To recognise soon", "soon")):
        section = page.locator("main section").filter(has=page.get_by_role("heading", name=title))
        cards = [card.inner_text().split("\n") for card in section.locator("article").all()]
        assert [(card[0], [line for line in card[1:] if line]) for card in cards] == [
            (each["member"]["name"], [begun(message["text"]) for message in each[kind]])
            for each in team["members"]
            if each[kind]
        ]
    waiting = page.locator("main section").filter(has=page.get_by_role("heading", name="Waits for a decision"))
    assert waiting.get_by_role("link").all_inner_texts() == [
        each["member"]["name"] for each in team["members"] if each["waiting"]
    ]
    goals = page.locator("main section").filter(has=page.get_by_role("heading", name="Team goals")).inner_text()
    assert team["goals"]
    for goal in team["goals"]:
        assert begun(goal["name"]) in goals
        assert f"{goal['total']:,} / {goal['target']:,}" in goals


def test_what_a_team_met_is_counted_by_category_and_tier(read_as: Callable[..., Visit], site: Site) -> None:
    page = read_as("supervisor").go(f"teams/{site.own['team']}")
    page.wait_for_selector("main table")
    told = ask(site, f"completion?team={site.own['team']}&days=28")
    names = {category["key"]: category["challenges"] for category in told["categories"]}
    decided = [rate for key in names for rate in told["rates"] if rate["category"] == key and rate["decided"]]
    expected = [
        f"Tier {rate['tier']}\n{names[rate['category']][rate['tier'] - 1]}\n"
        f"{rate['completed']} of {rate['decided']} met ({percent(rate['completed'], rate['decided'])} %)"
        for rate in decided
    ]
    assert expected
    assert page.locator("main .tiered").all_inner_texts() == expected


def test_a_members_page_has_their_values_targets_tiers_mix_and_outcomes_as_the_api_has_them(
    read_as: Callable[..., Visit], site: Site
) -> None:
    page = read_as("supervisor").go(f"members/{site.own['member']}")
    page.wait_for_selector("main .chart")
    days = ask(site, f"members/{site.own['member']}?days=28")["days"]
    challenges = {category["key"]: category for category in days["categories"]}
    metrics = {metric["key"]: metric for metric in days["metrics"]}
    for metric in days["metrics"]:
        values = {
            day["day"]: each["value"]
            for day in days["days"]
            for each in day["metrics"]
            if each["metric"] == metric["key"]
        }
        if not values:
            continue
        rows = table_of(page, f"{begun(metric['name'])} ({metric['direction']} is better)")
        assert [row[1] for row in rows] == [
            shown(values[day["day"]]) if day["day"] in values else NONE for day in days["days"]
        ]
        targets = [
            next(
                (
                    each["target"]
                    for each in day["categories"]
                    if each["played"] and challenges[each["category"]]["metric"] == metric["key"]
                ),
                None,
            )
            for day in days["days"]
        ]
        assert [row[2] for row in rows] == [NONE if target is None else shown(target) for target in targets]
    for category in days["categories"]:
        tiers = [
            each["tier"] for day in days["days"] for each in day["categories"] if each["category"] == category["key"]
        ]
        title = f"{begun(metrics[category['metric']]['name'])}: {category['challenges'][tiers[-1] - 1]}"
        assert [row[1] for row in table_of(page, title)] == [str(tier) for tier in tiers]
    mixed = [day["mix"] for day in days["days"] if day["mix"]]
    assert mixed
    types = list(dict.fromkeys(kind for mix in mixed for kind in mix))
    assert [row[1:] for row in table_of(page, "Contacts by type")] == [
        [shown(mix.get(kind, 0)) for kind in types] for mix in mixed
    ]
    asked = [each for day in days["days"] for each in day["categories"] if each["played"]]
    assert page.locator("main > section").last.locator("tbody tr").count() == len(asked) > 0


def test_each_talking_point_has_its_facts_and_one_question_and_the_page_says_what_it_is_for(
    read_as: Callable[..., Visit], site: Site
) -> None:
    page = read_as("supervisor").go(f"members/{site.own['member']}")
    page.wait_for_selector("main .points")
    points = ask(site, f"members/{site.own['member']}/talking-points")["points"]
    assert 0 < len(points) <= 3
    for card, point in zip(page.locator(".points > li").all(), points, strict=True):
        texts = [*point["facts"], point["question"]]
        assert card.locator("p").all_inner_texts() == [begun(message["text"]) for message in texts]
        assert card.locator(".ask").count() == 1
    assert "It compares them with nobody" in page.locator("main").inner_text()


def test_the_talk_prints_with_room_for_notes_and_without_what_only_a_screen_can_use(
    read_as: Callable[..., Visit], site: Site
) -> None:
    page = read_as("supervisor").go(f"members/{site.own['member']}")
    page.wait_for_selector("main .points")
    notes = page.locator(".points .notes").first
    assert not notes.is_visible()
    page.emulate_media(media="print")
    assert notes.is_visible()
    assert page.locator(".points .ask").first.is_visible()
    assert not page.locator(".bar").is_visible()
    assert not page.get_by_role("combobox").first.is_visible()
    assert not page.locator(".chart details").first.is_visible()  # the pictures are enough on paper
    assert not page.get_by_role("button", name="Print for the talk").is_visible()


def test_a_longer_period_asks_for_its_days_and_keeps_what_is_shown_until_they_are_there(
    read_as: Callable[..., Visit], site: Site
) -> None:
    page = read_as("supervisor").go(f"members/{site.own['member']}")
    page.wait_for_selector("main .chart")
    with page.expect_response(f"**/members/{site.own['member']}?days=92") as answer:
        page.get_by_label("Period").select_option("last 92 days")
        assert page.locator("main .chart").count()
    assert answer.value.status == 200
    days = ask(site, f"members/{site.own['member']}?days=92")["days"]["days"]
    expect(page.locator("main figure.chart").first.locator("tbody tr")).to_have_count(len(days))


def test_a_member_or_a_team_of_somebody_else_is_not_found(read_as: Callable[..., Visit], site: Site) -> None:
    other = foreign(site)
    visited = read_as("supervisor")
    for path in (
        f"members/{other['member']}",
        f"teams/{quote(other['team'])}",
        f"members/{'0' * 32}",
        "teams/%E0%A4%A",
    ):
        page = visited.go(path)
        page.wait_for_selector("main [role=alert]")
        assert page.locator("main .card, main .chart, main table").count() == 0
        assert other["name"] not in page.locator("main").inner_text()


def test_a_search_finds_my_members_by_a_part_of_their_name_and_nobody_elses(
    read_as: Callable[..., Visit], site: Site
) -> None:
    page = read_as("supervisor").go("members")
    page.wait_for_selector("main table")
    mine = ask(site, "members")
    assert page.locator("tbody td:first-child").all_inner_texts() == [each["name"] for each in mine["members"]]
    assert f"{mine['found']} members" in page.get_by_role("status").inner_text()
    wanted = mine["members"][-1]
    box = page.get_by_label("Name or id")
    box.fill(wanted["name"][1:].upper())
    expect(page.get_by_role("status")).to_have_text("1 member")
    assert page.locator("tbody td:first-child").all_inner_texts() == [wanted["name"]]
    box.fill(foreign(site)["name"])
    expect(page.get_by_role("status")).to_have_text("Nobody is found.")
    assert page.locator("tbody").count() == 0
    box.fill("")
    page.get_by_label("Those who have left").check()
    expect(page.get_by_role("status")).to_have_text("Nobody is found.")


def test_more_members_than_one_page_come_on_demand_each_once(read_as: Callable[..., Visit], site: Site) -> None:
    """No roster here is that long, so the API's answers stand in for it."""
    [template] = ask(site, "members?limit=1")["members"]
    people = [{**template, "member": f"{number:032x}", "name": f"Person {number:03d}"} for number in range(400)]

    def members(route: Route) -> None:
        first = int("after=" in route.request.url and route.request.url.split("after=")[1].split("&")[0])
        after = str(first + 50) if first + 50 < len(people) else None
        route.fulfill(json={"members": people[first : first + 50], "after": after, "found": len(people)})

    page = read_as("supervisor", width=PHONE).page
    page.route("**/programs/*/members?*", members)
    page.goto(f"{site.address}/members")
    for count in range(50, 401, 50):
        expect(page.locator("tbody tr")).to_have_count(count)
        if count < 400:
            page.get_by_role("button", name="Show more").click()
    assert page.get_by_role("button", name="Show more").count() == 0
    assert page.locator("tbody td:first-child").all_inner_texts() == [each["name"] for each in people]


def test_a_team_of_any_name_has_an_address_of_its_own(read_as: Callable[..., Visit], site: Site) -> None:
    name, asked = "50% Früh/Spät? <b>#1</b>", list[str]()
    [own, *_] = ask(site, "teams")["teams"]
    answer = {**ask(site, f"teams/{quote(own['team'])}"), "team": name}

    def team(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(json=answer)

    page = read_as("supervisor").page
    page.route("**/programs/*/teams", lambda route: route.fulfill(json={"teams": [{"team": name, "members": 3}]}))
    page.route("**/programs/*/teams/*", team)
    page.route("**/programs/*/completion?*", lambda route: route.fulfill(json=ask(site, "completion?days=1", "admin")))
    page.goto(f"{site.address}/teams")
    page.locator("main .door").click()
    heading(page, name)
    page.reload()
    heading(page, name)
    page.wait_for_load_state("networkidle")  # the heading comes from the address, before the answer
    assert [url.rpartition("/")[2] for url in asked] == [quote(name, safe="")] * 2


def test_a_reviewer_has_no_teams_and_no_members_page(read_as: Callable[..., Visit]) -> None:
    page = read_as("reviewer").go("members")
    heading(page, "There is no such page")
    assert page.get_by_role("navigation").get_by_role("link", name="My teams").count() == 0


def test_a_supervisor_reads_since_when_something_waits_and_whose_turn_it_is(
    read_as: Callable[..., Visit], site: Site
) -> None:
    items = site.ask(f"/programs/{site.program}/waiting", "supervisor")["items"]
    assert items
    page = read_as("supervisor").go("")
    rows = page.locator("section", has_text="What waits").locator("tbody tr")
    expect(rows).to_have_count(len(items))
    for row, item in zip(rows.all_inner_texts(), items, strict=True):
        assert item["member"]["name"] in row
        assert ("overdue" in row) == item["waiting"]["late"]
    team = items[0]["member"]["team"]
    page = read_as("supervisor").go(f"teams/{quote(team)}")
    card = page.locator("article", has_text=items[0]["member"]["name"]).filter(has_text="since")
    expect(card.first).to_contain_text(items[0]["waiting"]["explanation"]["text"])
