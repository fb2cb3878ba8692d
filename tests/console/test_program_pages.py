"""What an admin does with a program in a browser: edit, check, try, publish with a second person; nights, people."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from infra.cli.driver.sending import JSON
from infra.local.api import Api
from tests.console.site import PlayedSite, Site
from tests.console.stand_ins import MARA, ORDERS, WAITING
from tests.console.visit import PHONE, Visit, cells

SECOND = "ada"
NONE = "\N{EN DASH}"


def editor(page: Page, file: str = "bank.yaml") -> Any:
    return page.get_by_role("textbox", name=f"Text of {file}")


def change_cap(page: Page, value: str) -> int:
    """Write another daily cap of the first rule into the text that is shown, and return its line."""
    expect(editor(page)).to_have_value(re.compile("MODULE_PASSED"))
    text = re.sub(r"    daily_points: \w+", f"    daily_points: {value}", editor(page).input_value(), count=1)
    editor(page).fill(text)
    return text[: text.index("    daily_points:")].count("\n") + 1


@pytest.fixture(autouse=True)
def declared(site: Site) -> None:
    """Whoever decides anything has said that they do not play."""
    for user in (site.users["admin"], SECOND):
        token = site.token_of(user, "admin")
        Api(site.aws, site.outputs).put(f"/admin/programs/{site.program}/me", b'{"plays": false}', JSON, token=token)


def test_an_admin_lowers_a_cap_sees_who_would_lose_and_publishes_with_a_second_person(
    read_as: Callable[..., Visit], site: PlayedSite
) -> None:
    live = site.ask(f"/programs/{site.program}/versions", "admin")["versions"][0]["version"]
    page = read_as("admin").go("rules")

    line = change_cap(page, "many")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("status").filter(has_text="has to be mended")).to_be_visible()
    problem = page.locator(".problems li", has_text="MODULE_PASSED.daily_points")
    problem.get_by_role("button", name=f"bank.yaml, line {line}").click()
    expect(editor(page)).to_be_focused()
    assert page.evaluate("getSelection().toString()").strip().startswith("daily_points: many")
    expect(page.locator(".lines .wrong")).to_have_text(str(line))

    change_cap(page, "30")
    with page.expect_response("**/drafts") as answered:
        page.get_by_role("button", name="Try on the last 30 days").click()
    report = answered.value.json()
    losing = [member for member in report["members"] if member["draft"] < member["now"]]
    assert len(losing) == report["losing"]
    assert report["members"][: len(losing)] == losing  # those who would lose come first
    tiles = page.locator(".tile")
    expect(tiles.filter(has_text="would have earned less").locator(".value")).to_have_text(f"{len(losing)}")
    now, draft = (f"{sum(report['points'][side].values()):,}" for side in ("now", "draft"))
    expect(tiles.filter(has_text="points in all").locator(".value")).to_have_text(f"{now} → {draft}")
    shown = page.locator("main").inner_text()
    assert all(report["names"][member["member"]] in shown for member in losing[:10])

    page.get_by_role("button", name="Publish …").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Why?").fill("Nobody should feel that they have to play all day")
    with page.expect_response("**/versions") as sent:
        dialog.get_by_role("button", name="Publish").click()
    waiting = sent.value.json()
    expect(page.get_by_text("Another admin has to confirm it")).to_be_visible()
    assert site.ask(f"/programs/{site.program}/versions", "admin")["versions"][0]["version"] == live

    second = read_as("admin", token=site.token_of(SECOND, "admin")).go(f"desk/{waiting['review']}")
    expect(second.locator("#case")).to_be_focused()
    expect(second.locator("main")).to_contain_text("Nobody should feel that they have to play all day")
    second.keyboard.press("a")
    expect(second.get_by_role("dialog").locator("textarea")).to_be_focused()
    second.keyboard.type("Agreed in the works council")
    second.keyboard.press("Enter")
    second.get_by_role("button", name="Send now").click()
    expect(second.get_by_text("It is sent and cannot be taken back.")).to_be_visible()
    page.reload()
    expect(page.get_by_text(f"Version {live + 1} is live")).to_be_visible()
    assert "    daily_points: 30\n" in editor(page).input_value()
    page.get_by_role("button", name=f"What version {live + 1} changed").click()
    removed, added = page.locator(".code .removed"), page.locator(".code .added")
    expect(removed).to_contain_text("daily_points: 100")
    expect(added).to_contain_text("daily_points: 30")


def test_what_is_edited_is_compared_in_the_page_and_can_be_discarded(read_as: Callable[..., Visit]) -> None:
    page = read_as("admin").go("rules")
    editor(page).wait_for()
    written = editor(page).input_value()
    editor(page).fill(written.replace("name: Call centre of the bank", "name: <b>Branch</b>\n# moved", 1))
    page.get_by_text("3 lines differ from the live version").click()
    expect(page.locator(".code .removed")).to_have_text("-removed: name: Call centre of the bank")
    expect(page.locator(".code .added")).to_have_text(["+added: name: <b>Branch</b>", "+added: # moved"])
    page.get_by_role("button", name="Discard my changes").click()
    assert editor(page).input_value() == written


def test_a_line_of_the_rules_is_found_and_the_next_one_on_every_press(read_as: Callable[..., Visit]) -> None:
    page = read_as("admin").go("rules")
    expect(editor(page)).to_have_value(re.compile("MODULE_PASSED"))
    places = [found.start() for found in re.finditer("daily_points", editor(page).input_value())]
    assert len(places) > 1
    page.get_by_label("Find in the text").fill("DAILY_POINTS")
    for place in (*places, places[0]):  # after the last one it begins anew
        page.get_by_role("button", name="Find next").click()
        expect(editor(page)).to_be_focused()
        assert editor(page).evaluate("area => area.selectionStart") == place
    page.get_by_label("Find in the text").fill("nothing like it")
    page.get_by_role("button", name="Find next").click()
    expect(page.get_by_text("Not found.")).to_be_visible()


def test_files_are_uploaded_together_and_their_problems_name_the_file(
    read_as: Callable[..., Visit], tmp_path: Any
) -> None:
    (tmp_path / "mine.yaml").write_text("program: bank\nchallenge_library: {file: library.json}\n")
    (tmp_path / "library.json").write_text('{"A": \n  nothing}')
    page = read_as("admin").go("rules")
    page.get_by_label("Upload files").set_input_files([tmp_path / "library.json", tmp_path / "mine.yaml"])
    expect(editor(page, "mine.yaml")).to_have_value(re.compile("^program: bank"))
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("button", name=re.compile("library.json, line"))).to_be_visible()
    page.get_by_role("button", name=re.compile("library.json, line")).first.click()
    expect(editor(page, "library.json")).to_be_visible()


def test_a_rule_is_paused_with_a_reason_and_resumed(read_as: Callable[..., Visit], site: PlayedSite) -> None:
    page = read_as("admin").go("rules")
    page.get_by_text(re.compile(r"rules, 0 paused")).click()
    for act, paused in (("Pause", [{"what": "rule", "key": "MODULE_PASSED"}]), ("Resume", [])):
        page.get_by_role("button", name=f"{act}: a module passed").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Why?").fill("Its platform reports twice today")
        dialog.get_by_role("button", name=act, exact=True).click()
        dialog.wait_for(state="detached")
        assert site.ask(f"/programs/{site.program}/versions", "admin")["versions"][0]["pauses"] == paused


def test_the_nights_show_the_apis_own_targets_and_completion(read_as: Callable[..., Visit], site: Site) -> None:
    page = read_as("reviewer").go("nights")
    page.wait_for_selector("main .night")
    nights = site.ask(f"/programs/{site.program}/nights", "admin")["nights"]
    rates = site.ask(f"/programs/{site.program}/completion", "admin")["rates"]
    cards = page.locator(".night").all()
    assert len(cards) == len(nights) > 0
    for card, night in zip(cards, nights, strict=True):
        card.evaluate("card => card.open = true")
        text = card.inner_text()
        for category in night["categories"]:
            for challenge, target in zip(category["challenges"], category["targets"], strict=True):
                assert challenge in text
                assert f"{target:,g}" in text
    for table in page.locator("section", has_text="Targets over time").locator("figure table").all():
        table.evaluate("table => table.closest('details').open = true")
    pictures = page.locator("section", has_text="Targets over time").inner_text()
    for category in (category for night in nights for category in night["categories"]):
        assert category["challenges"][1] in pictures
        assert "\t".join(f"{target:,g}" for target in category["targets"]) in pictures
    main = page.locator("main").inner_text()
    for rate in rates:
        if rate["decided"]:
            assert f"Tier {rate['tier']} ({rate['completed']}/{rate['decided']})" in main
    assert page.get_by_role("button", name="Rotate again").count() == 0  # a reviewer only reads


def test_an_admin_finds_somebody_and_grants_them_points_once(read_as: Callable[..., Visit], site: PlayedSite) -> None:
    page, wanted = read_as("admin").go("members"), site.live.roster[3]
    page.get_by_label("Name or id").fill(wanted.user.lower())
    expect(page.get_by_role("link", name=wanted.display_name)).to_be_visible()
    page.get_by_role("link", name=wanted.display_name).click()
    page.get_by_role("button", name="Grant points").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("How many points").fill("7")
    dialog.get_by_label("Why?").fill("The tracker was down")
    with page.expect_request("**/grants") as sent:
        dialog.get_by_role("button", name="Grant points").click()
    assert json.loads(sent.value.post_data or "{}")["points"] == 7
    expect(page.get_by_text("The points are on their way")).to_be_visible()


def test_orders_are_listed_page_by_page_with_who_placed_them(read_as: Callable[..., Visit]) -> None:
    """Nobody has saved enough for the catalogue within a fortnight, so the API's answers stand in for it."""
    order = {
        "order": "o-2",
        "member": "0" * 32,
        "member_name": "Mara Lind",
        "team": "Early shift",
        "item": "EARLY_FRIDAY",
        "name": "home an hour early",
        "price": 800,
        "placed_at": "2026-12-03T12:00:00Z",
        "reversed": False,
        "state": "placed",
        "since": None,
        "owner": None,
        "due_on": None,
        "overdue": False,
    }
    erased = {**order, "order": "o-1", "member_name": None, "team": None, "reversed": True}

    def orders(route: Route) -> None:
        older = "before=" in route.request.url
        page = {"orders": [erased], "before": None} if older else {"orders": [order], "before": "o-2"}
        route.fulfill(json={"program": "bank", **page})

    visited = read_as("admin")
    visited.page.route("**/programs/*/orders*", orders)
    page = visited.go("orders")
    page.get_by_role("button", name="Show older orders").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    rows = [cells(row) for row in page.locator("tbody tr").all()]
    assert rows == [
        ["03/12/2026", "Mara Lind", "Early shift", "Home an hour early", "800", "ordered", "Approve\nRefuse"],
        [
            "03/12/2026",
            "a member who was erased",
            NONE,
            "Home an hour early",
            "800",
            "taken back, points returned",
            NONE,
        ],
    ]


def test_an_order_is_approved_handed_over_or_refused_with_a_reason(read_as: Callable[..., Visit]) -> None:
    """What the API answers stands in for it: no member of the site has ordered anything."""
    sent = list[dict[str, str]]()
    states = {"approve": "approved", "hand_over": "handed_over", "refuse": "refused"}

    def decide(route: Route) -> None:
        body = json.loads(route.request.post_data or "{}")
        sent.append(body)
        decided = {
            "member": MARA,
            "order": body["order"],
            "state": states[body["step"]],
            "since": "2026-12-05T12:00:00Z",
        }
        route.fulfill(status=201, json={**decided, "again": False})

    visited = read_as("admin")
    visited.stand_in(ORDERS)
    visited.page.route(f"**/members/{MARA}/orders", decide)
    page = visited.go("orders")
    rows = page.locator("tbody tr")
    expect(rows.nth(1)).to_contain_text("overdue")

    def step(number: int, name: str, reason: str = "") -> None:
        rows.nth(number).get_by_role("button", name=name).click()
        dialog = page.get_by_role("dialog")
        if reason:
            dialog.get_by_label("Why?").fill(reason)
        dialog.get_by_role("button", name=name).click()
        dialog.wait_for(state="detached")

    step(0, "Approve")
    expect(rows.nth(0)).to_contain_text("approved")
    step(0, "Hand over")
    expect(rows.nth(0)).to_contain_text("handed over")
    expect(rows.nth(0).get_by_role("button")).to_have_count(0)
    step(1, "Refuse", "None is left this month.")
    expect(rows.nth(1)).to_contain_text("refused, points come back")
    expect(rows.nth(1)).not_to_contain_text("overdue")
    assert sent == [
        {"order": "o-5", "step": "approve"},
        {"order": "o-5", "step": "hand_over"},
        {"order": "o-4", "step": "refuse", "reason": "None is left this month."},
    ]


def test_a_step_that_the_api_refuses_says_why_and_the_order_stays_as_it_was(read_as: Callable[..., Visit]) -> None:
    visited = read_as("admin")
    visited.stand_in(ORDERS)
    refusal = {"detail": "It is your own case."}
    visited.page.route(f"**/members/{MARA}/orders", lambda route: route.fulfill(status=403, json=refusal))
    page = visited.go("orders")
    row = page.locator("tbody tr").first
    row.get_by_role("button", name="Approve").click()
    page.get_by_role("dialog").get_by_role("button", name="Approve").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_have_text("It is your own case.")
    page.keyboard.press("Escape")
    expect(row).to_contain_text("ordered")


def test_the_orders_are_saved_as_the_apis_own_table(read_as: Callable[..., Visit], site: Site) -> None:
    visited = read_as("admin")
    visited.stand_in(ORDERS)
    page = visited.go("orders")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download as a table").click()
    table = Api(site.aws, site.outputs).get(f"/programs/{site.program}/orders.csv", token=site.token("admin"))
    assert saved.value.suggested_filename == "orders.csv"
    assert saved.value.path().read_bytes() == table.body


def test_the_outbox_shows_what_waits_on_each_channel_and_what_none_takes(read_as: Callable[..., Visit]) -> None:
    visited = read_as("admin")
    visited.stand_in(WAITING)
    page = visited.go("outbox")
    page.wait_for_selector("main table")
    section = page.locator("section", has=page.get_by_role("heading", name="team-room"))
    waiting, refused = section.locator("table").all()
    first, second = [cells(row)[1:] for row in waiting.locator("tbody tr").all()]
    assert first == ["badge", "the member", "Show the member", "waits"]
    assert second == ["session changed", "the supervisors", "Show the member", "waits\n2 failed tries"]
    assert "There is no address for it on this channel." in refused.inner_text()
    assert "There is more: these are the first 2." in section.inner_text()
    expect(page.locator("section", has=page.get_by_role("heading", name="desk-mail"))).to_contain_text("Nothing waits.")
    assert waiting.get_by_role("link").first.get_attribute("href") == f"/console/people/{MARA}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_of_a_person_and_its_questions_have_no_barrier_and_fit_on_a_phone(
    read_as: Callable[..., Visit], site: PlayedSite, scheme: str
) -> None:
    visited = read_as("admin", scheme=scheme, width=PHONE, language="de-DE")
    page = visited.go(f"people/{site.live.roster[5].id}")
    for act in ("Punkte vergeben", "Abzeichen vergeben", "ID verknüpfen", "Löschen"):
        page.get_by_role("button", name=act, exact=True).click()
        page.get_by_role("dialog").wait_for()
        assert visited.accessibility_problems() == []
        assert not visited.is_wider_than_the_screen()
        page.keyboard.press("Escape")


def test_a_draft_that_was_tried_has_no_barrier(read_as: Callable[..., Visit]) -> None:
    visited = read_as("admin")
    page = visited.go("rules")
    change_cap(page, "30")
    page.get_by_role("button", name="Try on the last 30 days").click()
    page.wait_for_selector("main .tile")
    for summary in page.locator("main summary").all():
        summary.click()
    assert visited.accessibility_problems() == []


def test_erasing_somebody_waits_for_a_second_admin_and_shows_it(
    read_as: Callable[..., Visit], site: PlayedSite
) -> None:
    wanted = site.live.roster[4]
    page = read_as("admin").go(f"people/{wanted.id}")
    page.get_by_role("button", name="Erase").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Why?").fill("Asked for in writing")
    dialog.get_by_role("button", name="Erase").click()
    expect(page.get_by_text("Another admin has to confirm it")).to_be_visible()
    assert site.ask(f"/programs/{site.program}/members/{wanted.id}", "admin")["member"]["active"]


def test_hostile_names_and_problems_are_shown_as_text(read_as: Callable[..., Visit]) -> None:
    hostile = '<img src=x onerror="alert(1)">'
    member = {"member": "0" * 32, "name": hostile, "user": hostile, "team": hostile, "channel": hostile}
    found = {"file": "bank.yaml", "line": 1, "where": hostile, "message": hostile, "hint": hostile, "severity": "error"}

    def people(route: Route) -> None:
        route.fulfill(json={"members": [{**member, "hired_on": None, "active": True}], "after": None, "found": 1})

    visited = read_as("admin")
    visited.page.route("**/members?*", people)
    visited.page.route("**/checks", lambda route: route.fulfill(json={"playable": False, "problems": [found]}))
    page = visited.go("members")
    expect(page.get_by_role("link", name=hostile).first).to_be_visible()
    page = visited.go("rules")
    page.get_by_role("button", name="Check").click()
    expect(page.locator(".problems li")).to_contain_text(hostile)
    assert page.locator("main img").count() == 0


def test_a_roster_is_looked_at_before_it_is_applied_and_its_problems_name_their_line(
    read_as: Callable[..., Visit], site: PlayedSite
) -> None:
    """The site's own roster with one member more; the list that leaves everybody out is never applied."""
    listed = [f"{member.user},{member.display_name},{member.team}" for member in site.live.roster]
    visited = read_as("admin")
    page = visited.go("members")
    page.get_by_role("link", name="Enrol from a file").click()
    choose = page.get_by_label("Choose a file")

    def give(*rows: str) -> None:
        text = "\n".join(["user,name,team", *rows, ""])
        choose.set_input_files({"name": "people.csv", "mimeType": "text/csv", "buffer": text.encode()})

    give("NEW-1,<b>New</b>,Early shift", "NEW-1,Again,Early shift")
    expect(page.get_by_role("alert")).to_contain_text("has to be mended in the file first")
    expect(page.locator(".problems li").first).to_contain_text("Line 3")
    assert page.get_by_role("button", name="Apply").count() == 0

    give("NEW-1,Newcomer,Early shift")
    expect(page.locator(".tile", has_text="they leave").locator(".value")).to_have_text(str(len(listed)))
    expect(page.get_by_role("button", name="Apply")).to_be_disabled()
    expect(page.get_by_role("checkbox")).not_to_be_checked()
    assert visited.accessibility_problems() == []

    give(*listed, "NEW-1,Newcomer,Early shift")
    expect(page.locator(".tile", has_text="new").locator(".value")).to_have_text("1")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("The roster is as in the file from now on.")).to_be_visible()
    found = site.ask(f"/programs/{site.program}/members?search=NEW-1", "admin")
    assert [member["name"] for member in found["members"]] == ["Newcomer"]


def test_the_audit_says_who_did_what_on_a_night_and_what_proves_it(read_as: Callable[..., Visit], site: Site) -> None:
    page = read_as("admin").go("audit")
    page.wait_for_selector("tbody tr")
    records = site.ask(f"/programs/{site.program}/audit", "admin")["records"]
    rows = page.locator("tbody tr").all_inner_texts()
    assert len(rows) == len(records)
    for row, record in zip(rows, records, strict=True):
        assert record["what"]["text"].lower() in row.lower()
        assert (record["by_name"] or record["by"]) in row
        assert ("not sealed yet" in row) == (record["seal"] is None)
    night = site.ask(f"/programs/{site.program}/nights", "admin")["nights"][0]["date"]
    page.get_by_label("Of one night").fill(night)
    expect(page).to_have_url(f"{site.address}/audit/night/{night}")
    expect(page.get_by_text("About the night of")).to_be_visible()
    of_night = site.ask(f"/programs/{site.program}/audit?night={night}", "admin")["records"]
    expect(page.locator("tbody tr")).to_have_count(len(of_night))
