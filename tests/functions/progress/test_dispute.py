"""Disputes of a member's own entries: raised once, and they change no points."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ladder.domain.errors import Conflict, NotFound
from progress.me import Me
from tests.builders.academy_events import passed
from tests.functions.progress.world import NOW, World


def test_a_dispute_is_raised_once_and_repeating_it_is_no_other() -> None:
    world = World()
    world.did(passed("a"))
    event = passed("a").id
    first, again = world.raised(event), world.raised(event, now=NOW + timedelta(hours=1))
    assert (first.again, first.state, first.raised_at) == (False, "open", NOW)
    assert again == replace(first, again=True)
    assert len(world.disputes.audit) == 1
    assert world.page().entries[0].dispute is not None


def test_other_words_for_a_disputed_entry_are_refused() -> None:
    world = World()
    world.did(passed("a"))
    world.raised(passed("a").id)
    with pytest.raises(Conflict, match="already disputed"):
        world.raised(passed("a").id, "other words")


def test_only_an_own_entry_can_be_disputed() -> None:
    world = World()
    world.did(passed("a"))
    with pytest.raises(NotFound):
        world.raised("another")
    world.me = Me("academy", f"{2:032x}")
    with pytest.raises(NotFound):
        world.raised(passed("a").id)
    assert world.disputes.audit == []


def test_a_dispute_changes_no_points() -> None:
    world = World()
    world.did(passed("a"))
    before = world.state()
    world.raised(passed("a").id)
    assert world.state() == before
