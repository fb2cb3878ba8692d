"""The rules of a program in words have its own numbers, in every language."""

from dataclasses import replace

from ladder.domain.challenges.rules import LITERAL, QualityGate
from ladder.domain.challenges.rules_in_words import categories_in_words, tiers_in_words
from ladder.messages.render import languages, render
from tests.builders import academy, planning

QUALITY = planning.metric("QA", name="quality", unit="%", direction="higher")
GATED = replace(planning.metric(), quality_gate=QualityGate(metric="QA", at_least=85.0), final_after_days=2)
RULES = planning.program(metrics=(GATED, QUALITY), categories=(planning.category(),)).challenges


def test_tiers_say_how_many_days_lead_where_and_by_which_percentile() -> None:
    said = [render(message) for message in tiers_in_words(RULES)]
    rule = RULES.tier_rule
    assert said[1].startswith(f"To tier 2: {rule.up_after_days} worked days in a row at or above percentile 55 ")
    assert said[4].startswith(f"Down to tier 2: {rule.down_after_days} worked days in a row below percentile 67 ")
    assert any("66 %, 63 % and 57 %" in sentence for sentence in said)


def test_a_literal_rule_has_no_way_back_and_targets_by_percentile() -> None:
    said = [render(message) for message in tiers_in_words(replace(RULES, tier_rule=LITERAL))]
    assert not any("comes back" in sentence for sentence in said)
    assert (
        said[-1] == "Targets of tiers 1, 2 and 3 are what percentiles 25, 50 and 75 of your peers reached on average."
    )


def test_a_category_says_what_is_better_when_it_pays_and_what_quality_it_needs() -> None:
    [category] = categories_in_words(RULES)
    assert (category.metric, category.points) == (
        "average handle time",
        tuple(challenge.points for challenge in RULES.categories[0].tiers),
    )
    assert [render(message) for message in category.said] == [
        "Lower is better: average handle time.",
        "Its figures are final 2 days later, and pay then.",
        "It pays only with quality: quality of at least 85 % over 10 worked days.",
    ]
    assert all(render(message, language) for message in category.said for language in languages())


def test_a_program_of_learning_alone_has_no_tiers() -> None:
    assert tiers_in_words(academy.academy().challenges) == ()
