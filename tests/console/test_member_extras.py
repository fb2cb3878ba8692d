"""What members do where their program has it, in a real browser: credentials, kudos, messages, appointments, channels.

The site's program has none of it, so the API's answers, in its own shapes, stand in for it.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.console.site import Site
from tests.console.stand_ins import APPOINTMENTS, MARA, MY_MESSAGES, PROFILE
from tests.console.visit import Visit, cells


def bodies(visited: Visit, pattern: str, *answers: tuple[int, dict[str, Any]]) -> list[dict[str, Any]]:
    """Answer each POST of a route with the next of the answers, and return the list of what was sent."""
    sent = list[dict[str, Any]]()

    def answer(route: Route) -> None:
        if route.request.method != "POST":
            return route.fallback()
        sent.append(json.loads(route.request.post_data or "null"))
        status, body = answers[len(sent) - 1]
        return route.fulfill(status=status, json=body)

    visited.page.route(pattern, answer)
    return sent


@pytest.mark.parametrize(
    ("suffix", "media_type"), [("svg", "image/svg+xml"), ("png", "image/png"), ("jwt", "text/plain")]
)
def test_a_badge_is_taken_along_as_the_file_that_the_api_made(
    read_as: Callable[..., Visit], suffix: str, media_type: str
) -> None:
    visited, file = read_as(), b"\x89 the file of a badge \xff"
    visited.stand_in(PROFILE)
    visited.page.route(f"**/credential.{suffix}", lambda route: route.fulfill(body=file, content_type=media_type))
    page = visited.go("badges")
    page.get_by_text("Take it along").first.click()
    with page.expect_download() as saved:
        page.get_by_role("button", name=f"as {suffix.upper()}").first.click()
    assert saved.value.path().read_bytes() == file
    assert saved.value.suggested_filename.endswith(f".{suffix}")
    expect(page.get_by_role("status")).to_have_text("It was saved as a file.")


def test_where_the_program_issues_no_credentials_no_badge_can_be_taken_along(
    read_as: Callable[..., Visit], site: Site
) -> None:
    assert site.ask("/members/me")["features"] == {
        "credentials": False,
        "kudos": False,
        "calendar": False,
        "channels": [],
    }
    page = read_as().go("badges")
    page.wait_for_selector("main .card")
    assert page.get_by_text("Take it along").count() == 0
    page.goto(f"{site.address}/messages")
    page.get_by_text("Nothing has been written yet.").wait_for()
    assert page.get_by_role("heading", name="Say thank you").count() == 0
    page.goto(f"{site.address}/me")
    page.wait_for_selector("main table")
    assert page.get_by_role("link", name="My appointments").count() == 0


def test_thanks_that_are_sent_again_after_a_lost_answer_are_the_same(read_as: Callable[..., Visit]) -> None:
    visited = read_as()
    visited.stand_in(MY_MESSAGES)
    sent = bodies(visited, "**/members/me/kudos", (503, {"detail": "Try again."}), (201, {}), (201, {}))
    page = visited.go("messages")
    whom = page.get_by_label("Whom")
    assert whom.locator("option:disabled").all_inner_texts() == ["Tim Oser (again from 3 Dec)"]
    for said in ("Try again.", "Thanked."):
        whom.select_option(label="Mara Lind")
        page.get_by_label("In your own words").fill("You stayed <b>calm</b>.")
        page.get_by_role("button", name="Say thank you").click()
        page.get_by_text(said, exact=True).wait_for()
    whom.select_option(label="Mara Lind")
    page.get_by_role("button", name="Say thank you").click()
    expect(page.get_by_role("status").filter(has_text="Thanked.")).to_be_visible()
    expect(page.get_by_label("In your own words")).to_have_value("")
    first, again, another = (body.pop("kudos") for body in sent)
    assert first == again != another
    assert sent[0] == sent[1] == {"to": MARA, "value": "HELP", "text": "You stayed <b>calm</b>."}


def test_messages_say_to_whom_where_and_what_came_of_each(read_as: Callable[..., Visit]) -> None:
    visited = read_as()
    visited.stand_in(MY_MESSAGES)
    page = visited.go("messages")
    page.wait_for_selector("main table")
    rows = [cells(row)[1:] for row in page.locator("tbody tr").all()]
    assert rows == [
        ["You have the badge sharer.", "me", "desk-mail", "sent"],
        [
            "Ada Berg has the badge sharer.",
            "my team",
            "team-room",
            "not sent\nThe member does not share it with others.",
        ],
    ]
    thanks = page.locator("section", has=page.get_by_role("heading", name="Thanks to me")).locator("article")
    assert "You stayed calm. <b>So</b> did they." in thanks.first.inner_text()


def test_a_session_is_answered_and_one_that_is_cancelled_cannot_be(read_as: Callable[..., Visit]) -> None:
    visited = read_as()
    visited.stand_in(APPOINTMENTS)
    sent = bodies(visited, "**/appointments/answers", (202, {}), (409, {"detail": "It was cancelled."}))
    page = visited.go("appointments")
    coaching = page.get_by_role("article").filter(has_text="Team coaching")
    expect(coaching.get_by_role("button", name="I come", exact=True)).to_have_attribute("aria-pressed", "true")
    coaching.get_by_role("button", name="I do not come").click()
    expect(coaching.get_by_role("status")).to_have_text("Your answer is on its way.")
    expect(coaching.get_by_role("button", name="I do not come")).to_have_attribute("aria-pressed", "true")
    coaching.get_by_role("button", name="Perhaps").click()
    expect(coaching.get_by_role("alert")).to_have_text("It was cancelled.")
    expect(coaching.get_by_role("button", name="I do not come")).to_have_attribute("aria-pressed", "true")
    assert [body["answer"] for body in sent] == ["declined", "tentative"]
    for closed in ("Moved elsewhere", "Data protection", "Money laundering"):
        assert page.get_by_role("article").filter(has_text=closed).get_by_role("button").count() == 0


def test_a_calendar_address_is_shown_once_copied_and_revoked(read_as: Callable[..., Visit], site: Site) -> None:
    """The feed's state is that of a member who makes one and takes it back."""
    visited, path = read_as(), "/calendar/bank.secret.ics"
    state: dict[str, Any] = {"exists": False, "made_at": None, "path": None}

    def feed(route: Route) -> None:
        method = route.request.method
        if method != "GET":
            state.update(exists=method == "POST", made_at="2026-12-03T12:00:00Z" if method == "POST" else None)
        route.fulfill(
            status=201 if method == "POST" else 200, json={**state, "path": path if method == "POST" else None}
        )

    visited.page.route("**/members/me/calendar-feed", feed)
    visited.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visited.go("appointments")
    page.get_by_role("button", name="Make an address").click()
    address = page.get_by_label("Address of my calendar")
    expect(address).to_have_value(site.address.removesuffix("/console") + path)
    page.get_by_text("There is an address since 3 December 2026.").wait_for()
    page.get_by_role("button", name="Copy").click()
    page.get_by_text("Copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == address.input_value()
    page.get_by_role("button", name="Revoke").click()
    page.get_by_text("There is no address yet.").wait_for()
    expect(address).to_have_count(0)
    page.reload()
    page.get_by_role("button", name="Make an address").wait_for()


def test_a_program_without_a_calendar_says_so_where_an_address_is_asked_for(read_as: Callable[..., Visit]) -> None:
    page = read_as().go("appointments")
    page.get_by_role("button", name="Make an address").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Address of my calendar")).to_have_count(0)


def test_a_channel_is_switched_off_and_on_again_beside_what_else_is_chosen(read_as: Callable[..., Visit]) -> None:
    visited, sent = read_as(), list[dict[str, Any]]()
    visited.stand_in(PROFILE)

    def store(route: Route) -> None:
        if route.request.method != "PUT":
            return route.fallback()
        sent.append(json.loads(route.request.post_data or "{}"))
        chosen = {name: value for name, value in sent[-1].items() if name != "after"}
        return route.fulfill(json={**chosen, "version": sent[-1]["after"] + 1, "changed_at": "2026-12-03T12:00:00Z"})

    visited.page.route("**/members/me/settings", store)
    page = visited.go("settings")
    for switched_on in (False, True):
        box = page.get_by_label("Mail (desk-mail)")
        box.set_checked(switched_on)
        page.get_by_role("button", name="Save").click()
        page.get_by_text("Saved.").wait_for()
    assert [body["channels_off"] for body in sent] == [["desk-mail"], []]
    assert [body["muted"] for body in sent] == [[], []]
