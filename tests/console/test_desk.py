"""What reviewers and admins do on the desk, in a real browser: by keyboard, with every number the API's own."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from ladder.domain.reviews.review import Review
from tests.console.desk_cases import (
    QUOTE,
    colleague,
    declare,
    open_badge_case,
    open_erasure,
    open_publication,
    open_second_look,
)
from tests.console.inert import OWN, assert_inert
from tests.console.pages import ConsolePage
from tests.console.site import PlayedSite
from tests.console.visit import PATIENCE_MS, PHONE, Visit

DESK = ConsolePage("desk", "desk", role="reviewer", ready="main .queue a")


@pytest.fixture(scope="module", autouse=True)
def declared(site: PlayedSite) -> None:
    declare(site, "admin")


def state(site: PlayedSite, review: Review) -> tuple[str, str | None]:
    """Return what the API says has become of a review: its status and the decision."""
    detail = site.ask(f"/admin/reviews/{review.address}", "admin")
    return detail["status"], detail["decided"] and detail["decided"]["decision"]


def press(page: Page, *keys: str) -> int:
    for key in keys:
        page.keyboard.press(key)
    return len(keys)


def focused(page: Page, review: Review) -> None:
    expect(page.locator(f'[data-review="{review.address}"]')).to_be_focused()


def heading(page: Page) -> str:
    expect(page.locator("#case")).to_be_focused()
    return page.locator("#case").inner_text()


def test_whoever_decides_first_says_whether_they_play(read_as: Callable[..., Visit], site: PlayedSite) -> None:
    review = open_badge_case(site, hours=100)
    page = read_as("reviewer").open(DESK)
    page.get_by_role("radio", name="I play, too.").check()
    page.get_by_label("My user name on the platform").fill("nobody of that name")
    page.get_by_role("button", name="Declare").click()
    expect(page.get_by_role("alert")).to_contain_text("no such member")
    page.get_by_role("radio", name="I do not play").check()
    page.get_by_role("button", name="Declare").click()
    expect(page.get_by_text("Before the first decision")).to_have_count(0)
    assert site.ask("/me", "reviewer")["declared"]
    assert site.ask(f"/admin/reviews/{review.address}", "reviewer")["why_not"] is None


def test_a_queue_is_cleared_by_the_keyboard_alone_and_a_decision_taken_back(
    read_as: Callable[..., Visit], site: PlayedSite
) -> None:
    """Approve two badges and reject one: eight keys from the open queue; a fourth one is taken back."""
    declare(site, "reviewer")
    reviews = [open_badge_case(site, hours=hours) for hours in (704, 703, 702, 701)]
    page = read_as("reviewer").open(DESK)
    page.get_by_role("combobox", name="Kind").select_option("verdict")
    page.get_by_role("combobox", name="Waits").select_option("168")
    page.locator("h1").click()
    expect(page.locator("[data-review]").first).to_have_attribute("data-review", reviews[0].address)
    keys = press(page, "j")
    focused(page, reviews[0])
    keys += press(page, "Enter")
    for key in ("a", "a", "r"):
        heading(page)
        keys += press(page, key)
        expect(page.get_by_role("dialog").locator("textarea")).to_be_focused()
        keys += press(page, "Enter")
        expect(page.get_by_role("dialog")).to_have_count(0)
    assert keys == 8
    heading(page)
    press(page, "a")
    expect(page.get_by_role("dialog").locator("textarea")).to_be_focused()
    press(page, "Enter")
    expect(page.get_by_role("status").first).to_contain_text("Until then U takes it back")
    press(page, "u")
    expect(page).to_have_url(f"{site.address}/desk/{reviews[3].address}")
    expect(page.get_by_text("Until then U takes it back")).to_have_count(0)
    press(page, "u")
    focused(page, reviews[3])
    page.wait_for_load_state("networkidle")
    decided = [state(site, review) for review in reviews]
    assert decided == [("decided", "approve"), ("decided", "approve"), ("decided", "reject"), ("open", None)]


def test_what_is_not_taken_back_is_sent_after_a_moment_and_said_to_be_final(
    read_as: Callable[..., Visit], site: PlayedSite
) -> None:
    declare(site, "reviewer")
    review = open_badge_case(site, hours=40)
    page = read_as("reviewer").go(f"desk/{review.address}")
    heading(page)
    press(page, "a")
    expect(page.get_by_role("dialog").locator("textarea")).to_be_focused()
    press(page, "Enter")
    expect(page.get_by_text("It is sent in 8 seconds.")).to_be_visible()
    assert state(site, review) == ("open", None)
    expect(page.get_by_text("It is sent and cannot be taken back.")).to_be_visible(timeout=PATIENCE_MS)
    assert state(site, review) == ("decided", "approve")


def test_the_queue_shows_the_apis_own_counts_ages_and_names(read_as: Callable[..., Visit], site: PlayedSite) -> None:
    declare(site, "reviewer")
    open_badge_case(site)
    shown = read_as("reviewer").open(DESK)
    page = site.ask("/admin/reviews", "reviewer")
    tiles = shown.locator(".tile .value").all_inner_texts()
    assert tiles[:2] == [f"{page['open']:,}", f"{page['unassigned']:,}"]
    rows = shown.locator("[data-review]").all()
    assert [row.get_attribute("data-review") for row in rows] == [review["id"] for review in page["reviews"]]
    for row, review in zip(rows, page["reviews"], strict=True):
        assert all(message["text"].lower() in row.inner_text().lower() for message in review["because"])
        if review["name"]:
            assert review["name"] in row.inner_text()


def test_a_review_shows_its_evidence_where_it_stands_and_what_each_decision_does(
    read_as: Callable[..., Visit], site: PlayedSite
) -> None:
    declare(site, "reviewer")
    review = open_badge_case(site)
    page = read_as("reviewer").go(f"desk/{review.address}")
    heading(page)
    detail = site.ask(f"/admin/reviews/{review.address}", "reviewer")
    assert page.locator("mark").all_inner_texts() == [QUOTE]
    text = page.locator("main").inner_text()
    assert all(effect["text"] in text for effect in detail["effects"].values())
    assert all(fact["text"] in text for fact in detail["facts"])
    assert next(badge["criteria"] for badge in detail["badges"] if badge["key"] == review.summary["badge"]) in text


@pytest.mark.parametrize("opened", [open_erasure, open_publication], ids=["erasure", "publication"])
def test_what_takes_a_second_admin_says_whom_it_waits_for_and_lets_only_them_decide(
    read_as: Callable[..., Visit], site: PlayedSite, opened: Callable[..., Review]
) -> None:
    declare(site, "reviewer")
    other = colleague(site, "admin")
    review = opened(site, by=other)
    page = read_as("reviewer").go(f"desk/{review.address}")
    heading(page)
    named = re.compile(rf"Who may decide it: ([a-z]+, )*{site.users['admin']}(, [a-z]+)*\.")  # and who came since
    expect(page.locator(".notice.warn")).to_contain_text(named)
    assert page.get_by_role("button", name="Approve").count() == 0
    press(page, "r")
    assert page.get_by_role("dialog").count() == 0
    page = read_as("admin").go(f"desk/{review.address}")
    heading(page)
    expect(page.locator("main")).to_contain_text("Opened by second-admin")
    press(page, "r")
    reason = page.get_by_role("dialog").locator("textarea")
    expect(reason).to_have_value("")
    page.keyboard.type("It was not agreed.")
    press(page, "Enter")
    page.get_by_role("button", name="Send now").click()
    expect(page.get_by_text("It is sent and cannot be taken back.")).to_be_visible()
    assert state(site, review) == ("decided", "reject")


def test_a_review_is_taken_and_put_back_by_a_key(read_as: Callable[..., Visit], site: PlayedSite) -> None:
    declare(site, "reviewer")
    review = open_badge_case(site)
    page = read_as("reviewer").go(f"desk/{review.address}")
    heading(page)
    press(page, "m")
    expect(page.get_by_text("Assigned to: me.")).to_be_visible()
    assert site.ask(f"/admin/reviews/{review.address}", "reviewer")["review"]["mine"]
    press(page, "m")
    expect(page.get_by_text("Nobody has it.")).to_be_visible()


def test_single_keys_are_silent_while_somebody_writes_and_can_be_switched_off(
    read_as: Callable[..., Visit], site: PlayedSite
) -> None:
    declare(site, "reviewer")
    review = open_badge_case(site)
    page = read_as("reviewer").go(f"desk/{review.address}")
    heading(page)
    press(page, "r")
    reason = page.get_by_role("dialog").locator("textarea")
    expect(reason).to_be_focused()
    page.keyboard.type("a rather curious reason, jumbled")
    expect(reason).to_have_value("a rather curious reason, jumbled")
    press(page, "Escape", "?")
    page.get_by_role("checkbox", name="Switch the single keys off").check()
    press(page, "Escape", "a")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_what_people_wrote_is_shown_as_text(read_as: Callable[..., Visit], site: PlayedSite) -> None:
    declare(site, "reviewer")
    for text in (OWN[1], OWN[3], OWN[-1]):
        visited = read_as("reviewer")
        review = open_badge_case(site, text=f"{text} and more", quote=text)
        visited.go(f"desk/{review.address}")
        heading(visited.page)
        assert visited.page.locator("mark").all_inner_texts() == [text]
        assert_inert(visited, [text])
    visited = read_as("reviewer")
    review = open_second_look(site, by=colleague(site, "reviewer"), reason=OWN[0])
    visited.go(f"desk/{review.address}")
    heading(visited.page)
    assert_inert(visited, [OWN[0]])


@pytest.mark.parametrize(("scheme", "language"), [("light", "en-GB"), ("dark", "de-DE")])
def test_a_review_and_its_dialogs_have_no_barrier_and_fit_on_a_phone(
    read_as: Callable[..., Visit], site: PlayedSite, scheme: str, language: str
) -> None:
    declare(site, "admin")
    for review in (open_badge_case(site), open_second_look(site, by=colleague(site, "reviewer"))):
        visited = read_as("admin", scheme=scheme, language=language, width=PHONE)
        visited.go(f"desk/{review.address}")
        heading(visited.page)
        assert visited.accessibility_problems() == []
        assert not visited.is_wider_than_the_screen()
        for key in ("a", "c", "?"):
            press(visited.page, key)
            expect(visited.page.get_by_role("dialog")).to_have_count(1)
            assert visited.accessibility_problems() == []
            press(visited.page, "Escape")
