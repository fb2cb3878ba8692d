"""Whose completions on speed wait for a person's look, and the words he reads about it."""

from collections.abc import Mapping

from ladder.domain.columns import History
from rotation.played import Played


def flagged_on(played: Played, history: History) -> Mapping[int, str]:
    """Slot -> sentence, by the guard of the program that the date was played under."""
    return {}
