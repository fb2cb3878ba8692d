"""Whether a member was erased: his state says so, which everything that writes of him asks in the same transaction."""

from collections.abc import Mapping
from typing import Any

from ladder.adapters.dynamodb import member_keys
from ladder.adapters.dynamodb.writes import Check, Clause

NOT_ERASED = Clause("attribute_not_exists(erased_at)")


def erased(state: Mapping[str, Any] | None) -> bool:
    return state is not None and "erased_at" in state


def still_there(program: str, member: str) -> Check:
    """He was not erased; of whom there is no state yet neither."""
    return Check(pk=member_keys.member(program, member), sk=member_keys.STATE, only_if=NOT_ERASED)
