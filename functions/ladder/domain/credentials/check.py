"""Check the section `credentials`, and what an edit of it does to credentials that members took along before."""

from collections.abc import Iterator

from ladder.domain.credentials.rules import CredentialRules
from ladder.domain.points.rulebook import Rulebook
from ladder.domain.validation.problem import Problem, error, nearest, warning

SECTION = "credentials"


def check_credentials(rules: CredentialRules | None, rulebook: Rulebook) -> Iterator[Problem]:
    if rules is None:
        return
    badges = {*(badge.key for badge in rulebook.badges), *(badge.key for badge in rulebook.judged)}
    if not badges:
        message = "there is no badge that a member could take along"
        yield warning((SECTION,), message, "Write badges, or leave credentials out.")
    for alignment in rules.alignments:
        if alignment.badge not in badges:
            path = (SECTION, "alignments", alignment.badge)
            yield error(path, "there is no such badge", nearest(alignment.badge, badges))


def check_credential_edits(live: CredentialRules | None, draft: CredentialRules | None) -> Iterator[Problem]:
    if live is None or (draft is not None and draft.address == live.address):
        return
    message = f"credentials that were issued name {live.address}, where their verifiers go on looking"
    hint = f"Keep {live.address} reachable for as long as they shall be verified, or keep it here."
    yield warning((SECTION, "address") if draft else (SECTION,), message, hint)
