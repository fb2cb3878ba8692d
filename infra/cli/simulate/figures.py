"""The figures of a simulation in sentences, as the screen and the page show them: a sentence, and its figure."""

from collections.abc import Iterator, Mapping, Sequence

from infra.cli.completion import describe
from infra.cli.simulate.measure import WORKING_YEAR, YEAR, Measurement
from infra.cli.simulate.part_time import FULL, PART, PART_TIMERS, PartTime
from infra.cli.simulate.queue_move import AFTER_DAYS, SLOWER, QueueMove, Share
from infra.cli.simulate.simulation import AFTERWARDS_DAYS, BETWEEN, SETTLING_DAYS, SLUMP_DAYS, SLUMP_SDS
from infra.cli.texts import Texts

type Floor = PartTime | QueueMove  # what becomes of members who work otherwise than most

FEWEST_PUT_DOWN = 30  # into tier 1 by the slump: fewer allow no conclusion on how they recover
UNKNOWN = "-"


def sentences(measured: Measurement, floors: Mapping[str, Floor], say: Texts) -> dict[str, str]:
    """Return each figure of a rule by the sentence that explains it."""
    return {
        say("simulate.changes", days=YEAR): say.number(round(measured.changes_per_member_year, 2)),
        say("simulate.changes_working", days=WORKING_YEAR): say.number(round(measured.changes_per_250_worked_days, 2)),
        say("simulate.put_down"): say.number(measured.put_into_tier_1),
        say("simulate.to_return"): _days(measured.median_days_to_return, say),
        say("simulate.stuck", days=AFTERWARDS_DAYS): _percent(measured.stuck_share, say),
        say("simulate.below_twin"): _percent(measured.below_twin_share, say),
        say("simulate.to_own_tier"): _days(measured.days_to_own_tier, say),
        say("simulate.nine_in_ten"): _days(measured.days_to_own_tier_p90, say),
        **{
            say("simulate.completion", tier=int(tier)): describe([completion])
            for tier, completion in measured.completion_by_tier.items()
        },
        **{text: figure for floor in floors.values() for text, figure in _of(floor, say)},
    }


def too_few(measurements: Sequence[Measurement], say: Texts) -> Iterator[str]:
    """Yield a warning for each rule whose slump put too few members down to conclude from."""
    for measured in measurements:
        if measured.put_into_tier_1 < FEWEST_PUT_DOWN:
            yield say("simulate.too_few", rule=measured.rule, members=measured.put_into_tier_1)


def legend(floors: Mapping[str, Floor], *, within: float, say: Texts) -> str:
    """Say how the members were drawn, and what the figures leave out."""
    parts = {
        "part_time": say(
            "simulate.of_part_timers", percent=round(100 * PART_TIMERS), part=PART, full=FULL, better=BETWEEN
        ),
        "queue_move": say("simulate.of_queue_move", slower=SLOWER),
    }
    drawn = say(
        "simulate.legend",
        between=BETWEEN,
        within=within,
        deviations=SLUMP_SDS,
        slump=SLUMP_DAYS,
        settling=SETTLING_DAYS,
    )
    return " ".join([drawn, *(parts[floor] for floor in floors)])


def _of(measured: Floor, say: Texts) -> Iterator[tuple[str, str]]:
    """Yield the figures of a floor by the sentences that explain them."""
    if isinstance(measured, PartTime):
        yield say("simulate.part_placed"), _days(measured.days_to_first_placement, say)
        yield say("simulate.part_better"), _days(measured.days_to_own_tier, say)
        yield say("simulate.part_changes"), say.number(round(measured.changes_per_member_year, 2))
        return
    yield say("simulate.moved", days=AFTER_DAYS), _share(measured.as_measured, say)
    yield say("simulate.usual_load"), _share(measured.at_usual_load, say)
    yield say("simulate.unmoved"), _share(measured.without_move, say)


def _percent(share: float | None, say: Texts) -> str:
    return UNKNOWN if share is None else f"{say.number(round(100 * share, 1))} %"


def _share(share: Share, say: Texts) -> str:
    low, high = (say.number(round(100 * end, 1)) for end in (share.low, share.high))
    return f"{_percent(share.share, say)} ({low} - {high})"


def _days(number: float | None, say: Texts) -> str:
    return UNKNOWN if number is None else say.number(number)
