"""What a member does on their pages, in a real browser: every number is the API's, and every way leads to its end."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.console.site import PlayedSite, Site
from tests.console.stand_ins import MY_ORDERS, REFUSED
from tests.console.visit import Visit, cells

PLACED = {
    "order": "o-2",
    "item": "EARLY_FRIDAY",
    "name": "home an hour early",
    "price": 800,
    "placed_at": "2026-12-03T12:00:00Z",
    "reversed": False,
    "state": "placed",
    "since": None,
    "reason": "",
    "owner": None,
    "due_on": None,
}
NONE = "\N{EN DASH}"  # where there is no value


def test_today_shows_the_apis_own_targets_points_and_level(read_as: Callable[..., Visit], site: Site) -> None:
    page, progress = read_as().go(""), site.ask("/members/me/progress")
    page.wait_for_selector("main .target")
    challenges = progress["challenges"]["challenges"]
    assert challenges
    cards = page.locator("article:has(.target)").all()
    assert len(cards) == len(challenges)
    for card, challenge in zip(cards, challenges, strict=True):
        shown = card.inner_text()
        assert challenge["name"] in shown
        assert f"{challenge['target']:g}" in card.locator(".target").inner_text()
        assert f"Worth {challenge['points']} points" in shown
        assert f"Tier {challenge['tier']}" in shown
        card.locator("summary").click()
        for message in challenge["explanation"]:
            assert message["text"] in card.inner_text()
    tiles = page.locator(".tile").all_inner_texts()
    points = progress["points"]
    assert f"{points['spendable']:,}\npoints to spend" in tiles
    assert f"{points['earned']:,}\nearned in all" in tiles
    level = progress["milestones"]["level"]
    assert f"{level['name']}\nlevel {level['number']}" in tiles
    assert f"{level['next']['missing']:,} points to {level['next']['name']}" in page.locator("main").inner_text()


def test_a_members_own_value_so_far_stands_beside_the_target_with_the_quality_that_speed_pays_with(
    read_as: Callable[..., Visit], site: Site
) -> None:
    """The site's program reads nothing during the day, so its page says nothing of it until the answer has values."""
    progress = site.ask("/members/me/progress")
    challenge = progress["challenges"]["challenges"][0]
    assert challenge["so_far"]["note"]["code"] == "challenges.so_far_not_read"
    page = read_as().go("")
    page.wait_for_selector("main .target")
    assert "You so far" not in page.locator("main").inner_text()
    still = {"code": "challenges.so_far_open", "parameters": {}, "text": "It may still change."}
    nothing = {"code": "challenges.so_far_nothing_handled", "parameters": {}, "text": "Nothing was counted by then."}
    needed = {"code": "challenges.quality_needed", "parameters": {}, "text": "It pays only with quality."}
    read = {"contacts": 12.0, "measured_at": "2026-12-03T11:05:00Z"}
    challenge["so_far"] = {**read, "value": 187.3, "note": still}
    quality = {"metric": "repeat calls", "unit": "%", "needed": needed}
    challenge["quality"] = {**quality, "so_far": {**read, "value": None, "contacts": None, "note": nothing}}
    visited = read_as()
    visited.page.route("**/members/me/progress", lambda route: route.fulfill(json=progress))
    card = visited.go("").locator("article:has(.target)").first
    text = card.inner_text().replace("\N{NO-BREAK SPACE}", " ")
    assert re.search(
        rf"You so far: 187.3 {challenge['unit']} from 12 contacts, as of \d\d:05. It may still change.", text
    )
    assert "Repeat calls: no value. Nothing was counted by then." in text
    assert "It pays only with quality." in text


def test_the_first_page_says_what_came_of_the_last_day_and_what_is_carried_over(
    read_as: Callable[..., Visit], site: Site
) -> None:
    """Nothing was carried over in this fortnight, so an award that a cap kept is put into the API's answer."""
    days, progress = site.ask("/members/me/days?days=7"), site.ask("/members/me/progress")
    played = [
        (day["day"], category)
        for day in days["days"]
        if day["day"] < progress["today"]["date"]
        for category in day.get("categories", ())
        if category["played"]
    ]
    last = [category for day, category in played if day == played[-1][0]]
    name = {"code": "text.verbatim", "parameters": {}, "text": "a whole course finished"}
    progress["milestones"]["carried_over"] = [
        {"key": "COURSE", "name": name, "points": 80, "paused": False},
        {"key": "PATH", "name": name, "points": 1, "paused": True},
    ]
    visited = read_as()
    visited.page.route("**/members/me/progress", lambda route: route.fulfill(json=progress))
    page = visited.go("")
    page.wait_for_selector("main .target")
    cards = page.locator("section", has_text="What came of").locator("article").all_inner_texts()
    names = {category["key"]: category["challenges"] for category in days["categories"]}
    assert [card.partition("\n")[0] for card in cards] == [names[each["category"]][each["played"] - 1] for each in last]
    text = page.locator("main").inner_text()
    assert "A whole course finished: 80 points\n" in text
    assert "A whole course finished: 1 point, when its pause ends" in text


def test_what_pays_nothing_more_today_says_why(read_as: Callable[..., Visit], site: Site) -> None:
    page, rules = read_as().go(""), site.ask("/members/me/progress")["today"]["by_rule"]
    page.wait_for_selector("main .target")
    text = page.locator("main").inner_text()
    closed = [rule for rule in rules if rule["why_not"]]
    assert closed
    page.get_by_text("nothing more today").click()
    for rule in closed:
        assert rule["why_not"]["text"] in page.locator("main").inner_text()
    for rule in rules:
        if not rule["why_not"]:
            assert rule["name"].lower() in text.lower()


def test_the_ledger_shows_every_entry_with_its_sentences_and_arithmetic(
    read_as: Callable[..., Visit], site: Site
) -> None:
    page = read_as().go("points")
    page.wait_for_selector(".entry")
    first = site.ask("/members/me/ledger")
    assert first["before"]
    assert page.locator(".entry").count() == len(first["entries"])
    page.get_by_role("button", name="Show older entries").click()
    second = site.ask(f"/members/me/ledger?before={first['before']}")
    entries = [*first["entries"], *second["entries"]]
    expect(page.locator(".entry")).to_have_count(len(entries))
    for shown, entry in zip(page.locator(".entry").all(), entries, strict=True):
        text = shown.inner_text()
        amount = shown.locator(".amount").inner_text()
        assert amount.lstrip("+").replace("\u2212", "-") == f"{-entry['spent'] or entry['points']:,}"
        assert all(message["text"].lower() in text.lower() for message in entry["messages"])
        for summary in shown.locator("summary").all():
            summary.click()
            assert all(line["arithmetic"]["text"] in shown.inner_text() for line in entry["lines"])


def test_a_member_says_that_an_entry_is_wrong_and_reads_that_a_person_looks_at_it(
    read_as: Callable[..., Visit], site: Site
) -> None:
    page = read_as().go("points")
    page.wait_for_selector(".entry")
    entry = page.locator(".entry").filter(has=page.get_by_role("button", name="This is wrong")).first
    entry.get_by_role("button", name="This is wrong").click()
    dialog = page.get_by_role("dialog")
    assert dialog.evaluate("dialog => dialog.contains(document.activeElement)")
    dialog.get_by_label("What is wrong with it?").fill("I passed it <b>twice</b>, on Monday.")
    dialog.get_by_role("button", name="Send").click()
    page.get_by_text("disputed: waiting for a person").wait_for()
    assert "“I passed it <b>twice</b>, on Monday.”" in page.locator("main").inner_text()
    disputed = [entry["dispute"] for entry in site.ask("/members/me/ledger")["entries"] if entry["dispute"]]
    assert [dispute["text"] for dispute in disputed] == ["I passed it <b>twice</b>, on Monday."]


def test_escape_closes_a_question_and_the_focus_is_back_where_it_was_asked(read_as: Callable[..., Visit]) -> None:
    page = read_as().go("points")
    button = page.get_by_role("button", name="This is wrong").first
    button.click()
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    assert button.evaluate("button => button === document.activeElement")


def test_badges_show_their_criteria_and_how_far_each_is(read_as: Callable[..., Visit], site: Site) -> None:
    page, progress = read_as().go("badges"), site.ask("/members/me/progress")
    page.wait_for_selector("main .card")
    text = page.locator("main").inner_text()
    for badge in progress["milestones"]["badges"]:
        assert badge["description"] in text
        for need in badge["next"]["needs"] if badge["next"] else ():
            assert f"{need['have']:,} / {need['needed']:,}" in text


def test_rewards_cost_what_the_api_says_and_say_why_one_cannot_be_ordered(
    read_as: Callable[..., Visit], site: Site
) -> None:
    page, catalogue = read_as().go("rewards"), site.ask("/members/me/catalogue")
    page.wait_for_selector("main article")
    for card, item in zip(page.locator("main article").all(), catalogue["items"], strict=True):
        assert f"{item['price']:,} points" in card.inner_text()
        if item["refusal"]:
            assert item["refusal"]["text"].lower() in card.inner_text().lower()
            assert card.get_by_role("button").count() == 0


def test_an_order_that_is_sent_twice_is_one_order(read_as: Callable[..., Visit], site: Site) -> None:
    """Nobody has saved enough for the catalogue within a fortnight, so the API's answers stand in for it."""
    sent = list[dict[str, str]]()

    def catalogue(route: Route) -> None:
        answer = site.ask("/members/me/catalogue")
        first = {**answer["items"][0], "refusal": None, "affordable": True}
        route.fulfill(json={"spendable": 900, "items": [first]})

    def order(route: Route) -> None:
        if route.request.method == "GET":
            route.fulfill(json={"orders": [PLACED, {**PLACED, "order": "o-1", "reversed": True}]})
            return
        sent.append(json.loads(route.request.post_data or "{}"))
        if len(sent) == 1:
            route.fulfill(status=503, json={"detail": "Try again."})
        else:
            placed = {"code": "points.spent", "parameters": {}, "text": "800 points for home an hour early."}
            route.fulfill(json={**sent[-1], "messages": [placed], "spendable": 100, "again": True})

    page = read_as().page
    page.route("**/members/me/catalogue", catalogue)
    page.route("**/members/me/orders", order)
    page.goto(f"{site.address}/rewards")
    page.get_by_role("button", name="Order: home an hour early").click()
    dialog = page.get_by_role("dialog")
    assert "You will have 100 left" in dialog.inner_text()
    dialog.get_by_role("button", name="Order").click()
    dialog.get_by_text("Try again.").wait_for()
    dialog.get_by_role("button", name="Order").click()
    page.get_by_role("status").get_by_text("800 points for home an hour early.").wait_for()
    assert [body["item"] for body in sent] == ["EARLY_FRIDAY", "EARLY_FRIDAY"]
    mine = page.locator("section", has_text="My orders").locator("tbody tr").all()
    assert [cells(row) for row in mine] == [
        ["3 December 2026", "Home an hour early", "800", "ordered"],
        ["3 December 2026", "Home an hour early", "800", "taken back, points returned"],
    ]
    assert len({body["order"] for body in sent}) == 1


def test_each_order_says_where_it_stands_by_when_it_comes_and_why_it_was_refused(read_as: Callable[..., Visit]) -> None:
    visited = read_as()
    visited.stand_in(MY_ORDERS)
    page = visited.go("rewards")
    page.wait_for_selector("main table")
    states = [cell.splitlines() for cell in page.locator("tbody td:last-child").all_inner_texts()]
    coming = ["To be handed over by 17 December 2026", "Handed over by: the shift lead"]
    assert [[line for line in lines if line] for lines in states] == [
        ["ordered", *coming],
        ["approved", "Since 4 December 2026", *coming],
        ["handed over", "Since 4 December 2026"],
        ["refused, points come back", "Since 4 December 2026", f"Reason: {REFUSED}"],
        ["taken back, points returned"],
    ]


def test_days_show_what_was_asked_and_measured_and_why_each_challenge_paid_or_did_not(
    read_as: Callable[..., Visit], site: Site
) -> None:
    page, answer = read_as().go("days"), site.ask("/members/me/days?days=28")
    page.wait_for_selector(".chart")
    metrics = {metric["key"]: metric for metric in answer["metrics"]}
    categories = {category["key"]: category for category in answer["categories"]}
    asked = [(day, one) for day in reversed(answer["days"]) for one in day["categories"] if one["played"]]
    assert asked
    rows = page.locator("main section").first.locator("tbody tr").all()
    assert len(rows) == len(asked)
    for row, (day, one) in zip(rows, asked, strict=True):
        cells = row.locator("td").all_inner_texts()
        metric = metrics[categories[one["category"]]["metric"]]
        value = next((each["value"] for each in day["metrics"] if each["metric"] == metric["key"]), None)
        assert cells[1] == categories[one["category"]]["challenges"][one["played"] - 1]
        assert cells[2] == str(one["played"])
        assert cells[3] == f"{one['target']:g}\u00a0{metric['unit']}"
        assert (cells[4] == NONE) == (value is None)
        assert cells[5]
    for metric in answer["metrics"]:
        values = [each["value"] for day in answer["days"] for each in day["metrics"] if each["metric"] == metric["key"]]
        chart = page.locator("figure", has=page.get_by_role("heading", name=re.compile(metric["name"], re.IGNORECASE)))
        assert chart.count() == bool(values)
        if values:
            chart.get_by_text("Show as a table").click()
            shown = [text for text in chart.locator("tbody td:nth-child(2)").all_inner_texts() if text != NONE]
            assert shown == [f"{round(value, 2):,.10g}" for value in values]


def test_points_by_day_are_the_calendars_own_and_can_be_read_as_a_table(
    read_as: Callable[..., Visit], site: Site
) -> None:
    page, calendar = read_as().go("points"), site.ask("/members/me/calendar?days=28")
    chart = page.locator("figure.chart")
    chart.get_by_text("Show as a table").click()
    cells = [row.split("\t")[1:] for row in chart.locator("tbody tr").all_inner_texts()]
    assert sum(int(cell.replace(",", "")) for row in cells for cell in row) == sum(
        d["points"] for d in calendar["days"]
    )
    assert len(cells) == 28


def test_a_member_objects_to_a_model_and_takes_it_back(read_as: Callable[..., Visit], site: Site) -> None:
    page = read_as().go("me")
    box = page.get_by_label("No model may judge what I write.")

    def objects() -> bool:
        objections = site.ask("/members/me/objections")["objections"]
        return bool(next(each["objects"] for each in objections if each["purpose"] == "judging"))

    for chosen in (True, False):
        with page.expect_response("**/members/me/objections/judging") as answer:
            box.click()
        assert answer.value.status == 200
        page.wait_for_load_state("networkidle")
        assert box.is_checked() is objects() is chosen


def test_a_choice_that_is_refused_stays_as_it_was_and_says_why(read_as: Callable[..., Visit]) -> None:
    page = read_as().go("me")
    page.route("**/objections/judging", lambda route: route.fulfill(status=503, json={"detail": "Not now."}))
    box = page.get_by_label("No model may judge what I write.")
    box.click()
    page.get_by_text("Not now.").wait_for()
    expect(box).not_to_be_checked()


def test_a_verdict_of_no_says_why_and_a_person_can_be_asked(read_as: Callable[..., Visit], site: Site) -> None:
    """The fake model says no to too little here, so the API's answers stand in for it."""
    no = {
        "verdict": "KUDOS:1",
        "badge": "KUDOS",
        "name": "kudos",
        "source": "academy",
        "id": "1",
        "at": "2026-11-27T10:00:00Z",
        "state": "declined",
        "reason": {"code": "judging.member_not_seen", "text": "What was judged did not show what the badge asks for."},
        "contested": False,
        "until": "2026-12-27T10:00:00Z",
    }
    sent = list[dict[str, str]]()

    def contest(route: Route) -> None:
        sent.append(json.loads(route.request.post_data or "{}"))
        no.update(contested=True, until=None, state="waiting")
        route.fulfill(status=201, json=no)

    page = read_as().page
    page.route("**/members/me/verdicts", lambda route: route.fulfill(json={"verdicts": [no]}))
    page.route("**/members/me/contests", contest)
    page.goto(f"{site.address}/badges")
    page.get_by_text("What was judged did not show what the badge asks for.").wait_for()
    page.get_by_role("button", name="Let a person decide").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("What should they know?").fill("I answered two questions.")
    dialog.get_by_role("button", name="Send").click()
    page.get_by_text("A person looks at it, because you asked.").wait_for()
    assert sent == [{"verdict": "KUDOS:1", "text": "I answered two questions."}]
    assert page.get_by_role("button", name="Let a person decide").count() == 0


@pytest.mark.parametrize("path", ["", "days", "points", "badges", "rewards", "messages", "appointments", "me", "how"])
def test_a_failed_load_says_so_and_can_be_tried_again(read_as: Callable[..., Visit], site: Site, path: str) -> None:
    visited = read_as()
    failing = True

    def fail(route: Route) -> None:
        if failing:
            route.fulfill(status=503, json={"detail": "Ladder is busy. Try again in a minute."})
        else:
            route.continue_()

    visited.page.route("**/members/me/*", fail)
    page = visited.go(path)
    expect(page.get_by_text("Ladder is busy.").first).to_be_visible()
    failing = False
    page.get_by_role("button", name="Try again").first.click()
    expect(page.locator("main section").first).to_be_visible()


def test_without_a_connection_a_page_says_what_to_do(read_as: Callable[..., Visit], site: Site) -> None:
    visited = read_as()
    visited.page.route("**/members/me/*", lambda route: route.abort())
    expect(visited.go("").get_by_text("Check your connection")).to_be_visible()


def test_somebody_new_reads_what_will_stand_there_instead_of_an_empty_page(
    read_as: Callable[..., Visit], site: PlayedSite
) -> None:
    new = next(account for account in site.live.accounts() if not account.entries)
    user = next(member.user for member in site.live.roster if member.id == new.member)
    site.live.link_login(user, new.member)
    visited = read_as(token=site.token_of(user))
    expect(visited.go("points").get_by_text("Nothing yet.")).to_be_visible()
    page = visited.go("badges")
    expect(page.get_by_text("No badge yet.")).to_be_visible()


def test_everything_that_is_known_is_saved_as_the_api_has_it(read_as: Callable[..., Visit], site: Site) -> None:
    page = read_as().go("me")
    button = page.get_by_role("button", name="Download what is known about me")
    with page.expect_download() as downloaded:
        button.click()
    saved = json.loads(downloaded.value.path().read_text())
    known = site.ask("/members/me/export")
    assert saved.keys() == known.keys()
    assert (saved["member"], saved["metrics"], saved["outcomes"]) == (
        known["member"],
        known["metrics"],
        known["outcomes"],
    )
    expect(page.get_by_text("It was saved as a file.")).to_be_visible()
    button.click()
    expect(page.get_by_text("It was saved as a file.")).to_be_visible()
    button.click()
    expect(page.get_by_role("alert")).to_be_visible()  # it is the fourth today


def test_back_and_forward_work_and_an_unknown_address_leads_home(read_as: Callable[..., Visit], site: Site) -> None:
    page = read_as().go("")
    page.get_by_role("link", name="Badges").click()
    expect(page.get_by_role("heading", name="Badges", level=1)).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
    page.goto(f"{site.address}/nowhere")
    page.get_by_role("link", name="To the start").click()
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()


def test_how_my_score_comes_about_prints_without_what_only_a_screen_can_use(read_as: Callable[..., Visit]) -> None:
    page: Page = read_as().go("how")
    page.wait_for_selector("main table")
    page.emulate_media(media="print")
    assert not page.locator(".bar").is_visible()
    assert not page.get_by_role("button", name="Print").is_visible()
    assert page.locator("main table").is_visible()
