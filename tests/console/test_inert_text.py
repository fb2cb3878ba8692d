"""Whatever somebody wrote is shown as the text that it is: nothing of it runs, loads, leads away or becomes markup."""

import gzip
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from ladder.adapters.dynamodb.disputes import DynamoDisputes
from ladder.domain.points.disputes import LONGEST_TEXT, Dispute
from progress.my_calendar import MyAppointments
from progress.show_kudos import MyKudos, ReceivedKudos
from progress.show_messages import MessagesAboutMe
from progress.show_orders import MyOrders
from tests.console.desk_cases import open_badge_case, open_second_look
from tests.console.inert import OWN, assert_inert
from tests.console.site import PlayedSite
from tests.console.stand_ins import AT, MESSAGE, ORDER, PROFILE, SESSION, sentence
from tests.console.visit import Visit
from tests.paths import DATA

SECURITY = DATA / "security" / "prompt_injection.jsonl.gz"
A_PAGE = 25


def said(text: str) -> dict[str, Any]:
    """Return a message of the API whose text somebody wrote."""
    return {"code": "text.verbatim", "parameters": {"text": text}, "text": text}


def texts() -> Iterator[str]:
    """Every text of the data, too, where it is at hand."""
    yield from OWN
    if SECURITY.exists():
        with gzip.open(SECURITY, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)["text"][:LONGEST_TEXT]


def test_a_dispute_is_shown_as_it_was_written(read_as: Callable[..., Visit], site: PlayedSite) -> None:
    """By the deployed API: the texts of our own."""
    entries = site.ask("/members/me/ledger")["entries"]
    member = next(member.id for member in site.live.roster if member.user == site.users["member"])
    disputes = DynamoDisputes(site.live.members.members, audit=site.outputs["AuditTable"])
    now = datetime.now(UTC)
    for entry, text in zip(entries, OWN, strict=False):
        raised = Dispute(
            program=site.program, member=member, source=entry["source"], id=entry["id"], text=text, raised_at=now
        )
        disputes.record(raised)
    shown = [entry["dispute"]["text"] for entry in site.ask("/members/me/ledger")["entries"] if entry["dispute"]]
    assert set(OWN) - {OWN[0]} <= set(shown)  # another test may have disputed the first
    visited = read_as()
    visited.go("points")
    visited.page.wait_for_selector(".entry")
    assert_inert(visited, shown)


def test_every_known_attack_is_shown_as_text_wherever_somebody_can_write(
    read_as: Callable[..., Visit], site: PlayedSite
) -> None:
    """As reason, name, dispute and answer: in answers of the API's own form, a page of the ledger at a time."""
    written = list(texts())
    pages = [written[start : start + A_PAGE] for start in range(0, len(written), A_PAGE)]
    entry = next(entry for entry in site.ask("/members/me/ledger")["entries"] if entry["lines"])

    def ledger(route: Route) -> None:
        number = int(re.search(r"before=(\d+)", route.request.url)[1]) if "before" in route.request.url else 0  # type: ignore[index]
        entries = [
            {
                **entry,
                "sequence": number * A_PAGE + index,
                "source": text,
                "id": text,
                "messages": [said(text)],
                "lines": [{**entry["lines"][0], "name": said(text), "because": said(text)}],
                "dispute": {"text": text, "raised_at": entry["occurred_at"], "state": "declined", "answer": text},
            }
            for index, text in enumerate(pages[number])
        ]
        more = number + 1 if number + 1 < len(pages) else None
        route.fulfill(json={"entries": entries, "before": more, "quarantined": []})

    visited = read_as()
    visited.page.route("**/members/me/ledger*", ledger)
    visited.go("points")
    for number in range(len(pages)):
        expect(visited.page.locator(".entry")).to_have_count(min((number + 1) * A_PAGE, len(written)))
        if number + 1 < len(pages):
            visited.page.get_by_role("button", name="Show older entries").click()
    assert_inert(visited, written)


def test_every_known_attack_is_shown_as_text_as_thanks_message_title_and_reason(read_as: Callable[..., Visit]) -> None:
    written = list(texts())
    received = [
        ReceivedKudos(name=text, value=text, text=text, at=AT + timedelta(minutes=number))
        for number, text in enumerate(written)
    ]
    messages = [replace(MESSAGE, title=sentence(text), because=sentence(text)) for text in written[:A_PAGE]]
    orders = tuple(replace(ORDER, order=f"o-{number}", reason=text) for number, text in enumerate(written))
    appointments = [
        replace(SESSION, id=f"{number:032x}.bank@ladder", title=text) for number, text in enumerate(written)
    ]
    visited = read_as()
    visited.stand_in(
        PROFILE
        | {
            "/members/me/kudos": MyKudos(values={}, left_this_week=0, colleagues=(), received=received),
            "/members/me/messages": MessagesAboutMe(messages=messages),
            "/members/me/orders": MyOrders(orders=orders),
            "/members/me/appointments": MyAppointments(appointments=appointments),
        }
    )
    for path, one in (("messages", "article"), ("rewards", "tbody tr"), ("appointments", "article")):
        visited.go(path)
        expect(visited.page.locator(f"main {one}").last).to_be_visible()
        shown = [text[:1].upper() + text[1:] for text in written] if path == "appointments" else written
        assert_inert(visited, shown)


def test_every_known_attack_is_shown_as_text_in_the_queue_and_in_a_review(
    read_as: Callable[..., Visit], site: PlayedSite
) -> None:
    """As name, reason, post, quote, rationale, contest and dispute: a page of the queue, and a review, for 25 texts."""
    written = list(texts())
    pages = [written[start : start + A_PAGE] for start in range(0, len(written), A_PAGE)]
    verdict, entry = open_badge_case(site), open_second_look(site, by=site.subject_of(site.users["admin"], "admin"))
    queue = site.ask("/admin/reviews?limit=1", "reviewer")
    judged, disputed = (site.ask(f"/admin/reviews/{review.address}", "reviewer") for review in (verdict, entry))

    def row(text: str, number: int) -> dict[str, Any]:
        return {**judged["review"], "id": f"{number:064x}", "name": text, "team": text, "because": [said(text)]}

    def reviews(route: Route) -> None:
        number = int(re.search(r"after=(\d+)", route.request.url)[1]) if "after" in route.request.url else 0  # type: ignore[index]
        rows = [row(text, number * A_PAGE + at) for at, text in enumerate(pages[number])]
        more = str(number + 1) if number + 1 < len(pages) else None
        route.fulfill(json={**queue, "reviews": rows, "next": more})

    def review(route: Route) -> None:
        number = int(route.request.url.rsplit("/", 1)[1], 16)
        group = pages[number % len(pages)]
        everything = "\n".join(group)
        detail = {
            **judged,
            "review": {**row(everything, number), "because": [said(text) for text in group]},
            "summary": {**judged["summary"], "text": everything, "contest": everything, "reason": everything},
            "verdict": {"evidence": group, "rationale": everything, "confidence": 0.8, "outcome": "propose"},
            "facts": [said(text) for text in group],
            "entry": {**disputed["entry"], "messages": [said(text) for text in group]},
        }
        raised = {"text": everything, "raised_at": detail["entry"]["occurred_at"], "state": "open", "answer": None}
        detail["entry"]["dispute"] = raised
        route.fulfill(json=detail)

    visited = read_as("reviewer")
    page = visited.page
    page.route(re.compile(r"/admin/reviews(\?|$)"), reviews)
    page.route(re.compile(r"/admin/reviews/[0-9a-f]{64}$"), review)
    visited.go("desk")
    for number in range(len(pages)):
        expect(page.locator("[data-review]")).to_have_count(min((number + 1) * A_PAGE, len(written)))
        if number + 1 < len(pages):
            page.get_by_role("button", name="Show more").click()
    assert_inert(visited, written)
    page.locator("[data-review]").first.click()
    for group in pages:
        expect(page.locator("#case")).to_contain_text(group[0].split()[0])
        assert_inert(visited, group)
        page.keyboard.press("j")


@pytest.mark.skipif(not SECURITY.exists(), reason="the data set of prompt injections is not at hand")
def test_the_data_has_more_than_our_own_texts() -> None:
    assert len(list(texts())) > 1_000


def test_names_and_teams_of_a_roster_are_shown_as_they_were_written(
    read_as: Callable[..., Visit], site: PlayedSite
) -> None:
    """An exported roster may hold anything, so the API's answers with such names stand in for it."""
    [own, *_] = site.ask(f"/programs/{site.program}/members?limit=1", "supervisor")["members"]
    people = [
        {**own, "member": f"{number:032x}", "name": text, "user": f"{text}.", "team": text}
        for number, text in enumerate(OWN)
    ]
    visited = read_as("supervisor")
    page = visited.page
    page.route(
        "**/programs/*/members?*",
        lambda route: route.fulfill(json={"members": people, "after": None, "found": len(people)}),
    )
    visited.go("members")
    expect(page.locator("tbody tr")).to_have_count(len(people))
    assert_inert(visited, [each["user"] for each in people])
