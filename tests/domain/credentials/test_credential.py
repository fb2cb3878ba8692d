"""What a credential says: only properties of the standards, the program's words, and nothing about the member."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from importlib.resources import files
from typing import Any

import pytest

from ladder.domain.credentials.achievement import achievement_body, highest_achievement
from ladder.domain.credentials.credential import Issuance, credential_body
from ladder.domain.credentials.issuer import Issuer
from ladder.domain.credentials.status_list import StatusPlace
from ladder.domain.points.compiled import tiers_by_badge
from ladder.domain.points.ledger import State
from ladder.messages.render import render
from tests.builders.judged_badges import CHAMPION
from tests.builders.taken_along import RULES, issuing

ISSUER = Issuer("academy", RULES)
ISSUANCE = Issuance(
    id="urn:uuid:11111111-1111-4111-8111-111111111111",
    subject="urn:uuid:22222222-2222-4222-8222-222222222222",
    awarded_on=date(2026, 3, 9),
    issued_on=date(2026, 3, 20),
    place=StatusPlace(2, 4711),
)
RULEBOOK = replace(issuing().rulebook, judged=(CHAMPION,))
MARKS = tiers_by_badge(RULEBOOK)
CONTEXTS = ("credentials-v2.json", "ob-v3p0-context-3.0.3.json")


def credential(badge: str, tiers: int = 1, *, language: str = "en") -> dict[str, Any]:
    state = State(badges={badge: (frozenset(MARKS[badge][:tiers]), ISSUANCE.awarded_on.toordinal())})
    achieved = highest_achievement(RULEBOOK, RULES, badge, state)
    assert achieved is not None
    text = render(achieved.criteria, language)
    return credential_body(ISSUER, achievement_body(ISSUER, achieved, criteria=text), ISSUANCE)


def names(value: object) -> Iterator[str]:
    """Yield the name of each property, and each type."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield name
            yield from (part if isinstance(part, list) else [part]) if name == "type" else names(part)
    elif isinstance(value, list):
        for part in value:
            yield from names(part)


def terms(context: object) -> Iterator[str]:
    """Yield every term that a JSON-LD context defines, at whatever depth."""
    if isinstance(context, dict):
        yield from context
        for part in context.values():
            yield from terms(part)
    elif isinstance(context, list):
        for part in context:
            yield from terms(part)


@pytest.mark.parametrize(("badge", "tiers"), [("SHARER", 1), ("SHARER", 2), (CHAMPION.key, 1)])
def test_every_property_and_type_is_defined_by_the_contexts_that_it_names(badge: str, tiers: int) -> None:
    folder = files("openbadgeslib.ob3") / "contexts"
    defined = {term for name in CONTEXTS for term in terms(json.loads((folder / name).read_text()))}
    assert set(names(credential(badge, tiers))) <= defined | {"@context"}


def test_it_says_which_tier_what_it_took_and_which_skill_it_shows() -> None:
    said = credential("SHARER")["credentialSubject"]["achievement"]
    assert said["name"] == "sharer: bronze"
    assert said["criteria"]["narrative"] == "Earned by: assessment submitted (at least 3)."
    assert said["alignment"] == [
        {
            "type": ["Alignment"],
            "targetName": "share knowledge",
            "targetUrl": "http://data.europa.eu/esco/skill/knowledge",
            "targetCode": "S1.2",
            "targetFramework": "ESCO",
        }
    ]


def test_a_judged_badge_has_the_criteria_that_members_read_and_no_tier() -> None:
    said = credential(CHAMPION.key)["credentialSubject"]["achievement"]
    assert (said["name"], said["criteria"]["narrative"]) == (CHAMPION.name, CHAMPION.criteria)
    assert "alignment" not in said


def test_the_criteria_are_in_the_language_that_the_member_reads() -> None:
    said = credential("SHARER", 2, language="de")["credentialSubject"]["achievement"]
    assert said["criteria"]["narrative"] == "Erworben durch: verdiente Punkte (mindestens 350)."


def test_its_times_are_days_and_its_place_in_the_list_is_named_as_the_standard_has_it() -> None:
    said = credential("SHARER")
    assert (said["validFrom"], said["awardedDate"]) == ("2026-03-20T00:00:00Z", "2026-03-09T00:00:00Z")
    assert said["credentialStatus"] == {
        "id": "https://ladder.example.org/issuers/academy/status/2#4711",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "4711",
        "statusListCredential": "https://ladder.example.org/issuers/academy/status/2",
    }


def test_two_members_have_the_same_achievement_and_two_tiers_are_two() -> None:
    ids = [credential("SHARER", tiers)["credentialSubject"]["achievement"]["id"] for tiers in (1, 1, 2)]
    assert (ids[0] == ids[1], ids[0] == ids[2]) == (True, False)


def test_nobody_achieved_what_they_lack_or_what_there_is_not() -> None:
    assert highest_achievement(RULEBOOK, RULES, "SHARER", State()) is None
    assert highest_achievement(RULEBOOK, RULES, "NOBODY", State(badges={"NOBODY": (frozenset(), 1)})) is None
