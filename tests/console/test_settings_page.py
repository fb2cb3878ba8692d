"""What members choose for themselves, in a real browser: it is stored, holds on every device, and no change is lost."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from infra.cli.driver.sending import JSON
from infra.local.api import Api
from tests.console.pages import ConsolePage
from tests.console.signing_in import sign_in
from tests.console.site import Site
from tests.console.visit import Visit

PATH = "/members/me/settings"
SETTINGS = ConsolePage("settings", "settings", ready="main form")


def store(site: Site, **chosen: Any) -> None:
    body = {**chosen, "after": site.ask(PATH)["version"]}
    Api(site.aws, site.outputs).put(PATH, json.dumps(body).encode(), JSON, token=site.token("member")).json(PATH)


@pytest.fixture(autouse=True)
def nothing_chosen(site: Site) -> Iterator[None]:
    """Other tests read the same member's pages: afterwards nothing is chosen, as before."""
    yield
    store(site)


def test_a_language_changes_at_once_with_the_apis_sentences_and_holds_on_another_device(
    read_as: Callable[..., Visit], site: Site
) -> None:
    page = read_as().go("")
    page.wait_for_selector("main .target")
    page.get_by_label("Language").select_option("de")
    page.get_by_role("heading", name="Heute", exact=True).wait_for()
    page.wait_for_selector("main .target")
    german = site.ask("/members/me/progress", language="de")["today"]["limits"][0]["message"]["text"]
    page.get_by_text(german).wait_for()
    page.reload()
    page.get_by_role("heading", name="Heute", exact=True).wait_for()
    assert page.get_attribute("html", "lang") == "de"
    assert site.ask(PATH)["language"] == "de"
    another = read_as(None).go("")
    sign_in(another, site.users["member"])
    another.get_by_role("heading", name="Heute", exact=True).wait_for()


def test_a_language_is_left_to_the_browser_again(read_as: Callable[..., Visit], site: Site) -> None:
    store(site, language="de")
    page = read_as().open(SETTINGS)
    page.get_by_label("Meine Sprache").select_option("")
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_label("My language")).to_have_value("")
    assert site.ask(PATH)["language"] is None


def test_what_is_chosen_is_stored_and_shown_again(read_as: Callable[..., Visit], site: Site) -> None:
    store(site, channels_off=["chat"])
    visited = read_as()
    page = visited.open(SETTINGS)
    page.get_by_role("radio", name="my team").check()
    page.get_by_label("From", exact=True).fill("20:00")
    page.get_by_label("Until", exact=True).fill("07:30")
    page.get_by_label("In the time zone").select_option("Europe/Lisbon")
    page.get_by_role("checkbox", name="a level was reached").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    stored = site.ask(PATH)
    assert stored["recognition"] == "team"
    assert stored["quiet_hours"] == {"begins": "20:00", "ends": "07:30"}
    assert stored["time_zone"] == "Europe/Lisbon"
    assert stored["muted"] == ["level"]
    assert stored["channels_off"] == ["chat"]  # what the page does not show stays
    page = visited.open(SETTINGS)
    expect(page.get_by_role("radio", name="my team")).to_be_checked()
    expect(page.get_by_label("Until", exact=True)).to_have_value("07:30")
    expect(page.get_by_label("In the time zone")).to_have_value("Europe/Lisbon")
    expect(page.get_by_role("checkbox", name="a level was reached")).not_to_be_checked()
    assert page.locator("input[type=checkbox]:not(:checked)").count() == 1


def test_a_change_elsewhere_is_not_overwritten_but_said(read_as: Callable[..., Visit], site: Site) -> None:
    page = read_as().open(SETTINGS)
    store(site, recognition="public")
    page.get_by_role("checkbox", name="a badge was granted").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("radio", name="everybody in the program")).to_be_checked()
    assert site.ask(PATH)["muted"] == []
