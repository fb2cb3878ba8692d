"""A member's ledger page by page, with what was skipped or set apart and why."""

from dataclasses import replace
from datetime import timedelta

from ladder.domain.message import Message
from ladder.web.me import Me
from progress.show_ledger import LedgerPage
from tests.builders.academy_events import MONDAY, at, passed
from tests.functions.progress.member_services import MemberServices


def test_a_page_names_where_the_next_one_begins_and_the_last_names_none() -> None:
    services = MemberServices()
    services.did(*(passed(f"m{n}", minute=n) for n in range(5)))
    first = services.page(limit=2)
    second = services.page(limit=2, before=first.before or 0)
    third = services.page(limit=2, before=second.before or 0)
    assert [[each.sequence for each in page.entries] for page in (first, second, third)] == [[5, 4], [3, 2], [1]]
    assert (first.before, second.before, third.before) == (4, 2, None)


def test_a_last_page_that_is_full_names_no_further_one() -> None:
    services = MemberServices()
    services.did(passed("a"), passed("b", minute=1))
    assert services.page(limit=2).before is None


def test_what_was_skipped_and_what_was_set_apart_say_why() -> None:
    services = MemberServices()
    late = replace(passed("a"), received_at=at(MONDAY + timedelta(days=9)))
    services.did(late)
    services.quarantine.bodies["{broken"] = "it is not JSON"
    page = services.page()
    assert page.entries[0].messages == (
        Message("points.not_counted", {"reason": Message("points.too_late", {"days": 9, "most": 7})}),
    )
    assert [(each.reason, len(each.reference)) for each in page.quarantined] == [("it is not JSON", 16)]


def test_the_ledger_of_another_member_is_another_ledger() -> None:
    services = MemberServices()
    services.did(passed("a"))
    services.quarantine.bodies["{broken"] = "it is not JSON"
    services.me = Me("academy", f"{2:032x}")
    assert services.page() == LedgerPage(entries=(), before=None, quarantined=())
