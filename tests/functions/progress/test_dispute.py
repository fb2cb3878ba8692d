"""Disputes of a member's own entries: raised once, and they change no points."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ladder.domain.errors import Conflict, NotFound
from ladder.web.me import Me
from tests.builders.academy_events import passed
from tests.functions.progress.member_services import NOW, MemberServices


def test_a_dispute_is_raised_once_and_repeating_it_is_no_other() -> None:
    services = MemberServices()
    services.did(passed("a"))
    event = passed("a").id
    first, again = services.raised(event), services.raised(event, now=NOW + timedelta(hours=1))
    assert (first.again, first.state, first.raised_at) == (False, "open", NOW)
    assert again == replace(first, again=True)
    assert len(services.disputes.audit) == 1
    assert services.page().entries[0].dispute is not None


def test_other_words_for_a_disputed_entry_are_refused() -> None:
    services = MemberServices()
    services.did(passed("a"))
    services.raised(passed("a").id)
    with pytest.raises(Conflict, match="disputed_before"):
        services.raised(passed("a").id, "other words")


def test_only_an_own_entry_can_be_disputed() -> None:
    services = MemberServices()
    services.did(passed("a"))
    with pytest.raises(NotFound):
        services.raised("another")
    services.me = Me("academy", f"{2:032x}")
    with pytest.raises(NotFound):
        services.raised(passed("a").id)
    assert services.disputes.audit == []


def test_a_dispute_changes_no_points() -> None:
    services = MemberServices()
    services.did(passed("a"))
    before = services.state()
    services.raised(passed("a").id)
    assert services.state() == before
