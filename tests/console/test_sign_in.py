"""Signing in and out in a real browser: by a code and its proof, and nobody sees anything without."""

import base64
import json
import time
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Request

from infra.local.login import Login
from tests.console.signing_in import MEMBER, STAFF, sign_in
from tests.console.site import Site
from tests.console.visit import STORE, Visit

TOKENS = "sessionStorage.getItem('ladder.tokens')"


def test_a_member_signs_in_comes_back_to_the_page_they_wanted_and_stays_signed_in(
    read_as: Callable[..., Visit], site: Site
) -> None:
    visited = read_as(None)
    page = visited.go("points")
    sign_in(page, site.users["member"])
    page.wait_for_selector(".entry")
    assert page.url == f"{site.address}/points"
    page.reload()
    page.wait_for_selector(".entry")
    assert page.locator(".who").inner_text().startswith(site.users["member"])


def test_the_code_comes_with_a_proof_that_was_never_sent_before_it(read_as: Callable[..., Visit], site: Site) -> None:
    visited = read_as(None)
    asked = list[Request]()
    visited.page.on("request", lambda request: asked.append(request))  # noqa: PLW0108 - it marks what it gets
    page = visited.go("")
    sign_in(page, site.users["member"])
    page.wait_for_selector("main section")
    [authorize] = [request for request in asked if "/oauth2/authorize" in request.url]
    [token] = [request for request in asked if "/oauth2/token" in request.url]
    query, body = parse_qs(urlsplit(authorize.url).query), parse_qs(token.post_data or "")
    assert query["code_challenge_method"] == ["S256"]
    assert query["response_type"] == ["code"]
    [verifier] = body["code_verifier"]
    assert not [request.url for request in asked if verifier in request.url]
    assert "client_secret" not in body


def test_who_signs_out_leaves_nothing_in_the_browser(read_as: Callable[..., Visit], site: Site) -> None:
    page = read_as(None).go("")
    sign_in(page, site.users["member"])
    page.wait_for_selector("main section")
    page.click(".who button")
    page.wait_for_selector(MEMBER)
    assert page.evaluate(TOKENS) is None
    page.go_back()
    page.wait_for_selector("h1")
    assert page.locator(".entry, .target").count() == 0


def test_a_code_that_answers_no_question_of_this_browser_signs_nobody_in(read_as: Callable[..., Visit]) -> None:
    page = read_as(None).go("signed-in?code=stolen&state=foreign")
    assert page.locator("[role=alert]").inner_text().startswith("You are not signed in")
    assert page.evaluate(TOKENS) is None


def test_a_token_that_has_ended_is_renewed_before_anything_is_asked_with_it(
    read_as: Callable[..., Visit], site: Site
) -> None:
    page = read_as(None).go("points")
    sign_in(page, site.users["member"])
    page.wait_for_selector(".entry")
    ended = {**json.loads(page.evaluate(TOKENS)), "expires": time.time() * 1000}
    page.evaluate(STORE.format(tokens=json.dumps(json.dumps(ended))))
    with page.expect_response("**/oauth2/token") as renewed, page.expect_response("**/members/me/ledger") as answer:
        page.reload()
    assert (renewed.value.status, answer.value.status) == (200, 200)
    assert json.loads(page.evaluate(TOKENS))["expires"] > time.time() * 1000 + 60_000


def test_the_roles_of_staff_are_in_a_renewed_token(read_as: Callable[..., Visit], site: Site) -> None:
    page = read_as(None).go("")
    sign_in(page, site.users["admin"], button=STAFF)
    page.wait_for_selector(".who")
    renewed: str = page.evaluate(
        """async () => {
          const { refresh, login } = JSON.parse(sessionStorage.getItem("ladder.tokens"));
          const { clientId } = JSON.parse(document.querySelector('meta[name="ladder"]').content)[login];
          const body = { grant_type: "refresh_token", refresh_token: refresh, client_id: clientId };
          const answer = await fetch("/oauth2/token", { method: "POST", body: new URLSearchParams(body) });
          return (await answer.json()).id_token;
        }"""
    )
    claims = renewed.split(".")[1]
    assert json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["cognito:groups"] == ["admin"]


def test_a_forged_token_sees_nothing_and_is_told_to_sign_in_again(read_as: Callable[..., Visit], site: Site) -> None:
    head, claims, signature = site.token("member").split(".")
    page = read_as("member", token=f"{head}.{claims}.{signature[::-1]}").go("")
    page.wait_for_selector("[role=alert]")
    assert page.locator("[role=alert]").inner_text().startswith("Your sign-in has ended")
    assert page.locator(".target, .entry, .card").count() == 0
    assert page.evaluate(TOKENS) is None


def test_somebody_of_another_program_sees_nothing_of_this_one(read_as: Callable[..., Visit], site: Site) -> None:
    foreign = Login(site.aws, site.outputs).token("fremd", program="another")
    page = read_as("member", token=foreign).go("points")
    page.wait_for_selector("[role=alert]")
    assert "Ask your administrator" in page.locator("[role=alert]").inner_text()
    assert page.locator(".entry").count() == 0


def test_a_wrong_password_stays_on_the_logins_page(read_as: Callable[..., Visit], site: Site) -> None:
    visited = read_as(None)
    page = visited.go("")
    sign_in(page, site.users["member"], "Not-the-password-1")
    page.wait_for_load_state("networkidle")
    assert "/login" in page.url or "/oauth2/" in page.url
    visited.go("")
    assert page.locator(MEMBER).count() == 1
