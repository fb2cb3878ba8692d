"""The parts of the page, each a picture or a list with the words that go with it."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from infra.cli.backtest.drawings import STORY_DAYS, story_picture, targets_picture, tiers_picture
from infra.cli.backtest.flags import Flagged
from infra.cli.backtest.markup import tag, words
from infra.cli.backtest.mix_effect import Explained
from infra.cli.backtest.notes import HIGH, LOW
from infra.cli.backtest.report import Report
from ladder.domain.challenges.gaming_guard import Kind
from ladder.domain.programs.program import TIERS, Metric

NOTES_SHOWN = 4
MOVES_SHOWN = 30
KINDS: Mapping[Kind, str] = {
    "short_contacts": "contacts that ended at once",
    "repeat_contacts": "customers who came back",
}


def section(title: str, told: str, *inside: str) -> str:
    return tag("section", tag("h2", words(title)), tag("p", words(told), class_="soft"), *inside)


def card(title: str, *inside: str) -> str:
    return tag("div", tag("h3", words(title)), *inside, class_="card")


def legend(*marks: tuple[str, str]) -> str:
    """(classes of the mark, what it stands for)."""
    return tag("ul", *(tag("li", tag("i", class_=look), words(told)) for look, told in marks), class_="legend")


def tiles(report: Report) -> str:
    changes = report.changes_per_member_year
    rates = " / ".join(percent(rate) for rate in report.rates.values())
    people = len({each.slot for each in report.flagged})
    told = [
        (f"{len(report.replayed.roster):,}", "agents"),
        (f"{len(report.evenings):,}", f"nights, {report.evenings[0].date} to {report.evenings[-1].date}"),
        ("-" if changes is None else f"{changes:.1f}", "changes of tier a year, for one agent on one ladder"),
        (f"{rates} %", "of worked days the target of tier 1 / 2 / 3 would have been met"),
        (f"{people:,}", f"{'person' if people == 1 else 'people'} somebody would have had a look at"),
    ]
    return tag(
        "div",
        *(tag("div", tag("b", words(figure)), tag("span", words(of)), class_="card tile") for figure, of in told),
        class_="tiles",
    )


def notes_part(warnings: Sequence[str]) -> str:
    items = [tag("li", words(warning)) for warning in warnings]
    rest = items[NOTES_SHOWN:]
    more = tag("details", tag("summary", words(f"{len(rest)} more")), tag("ul", *rest)) if rest else ""
    return tag("section", tag("h2", "Before you read on"), tag("ul", *items[:NOTES_SHOWN]), more, class_="notes")


def rates_part(report: Report) -> str:
    cards = [
        _on_metric(report, keys, *_rate_bars(report, keys[0]))
        for keys in _alike(report, lambda key: (report.ladders[key].met.tolist(), report.ladders[key].worked.tolist()))
    ]
    return section(
        "How often the targets would have been met",
        "Every agent on every worked day against the target of his own tier, whether the challenge ran or not. A good "
        f"rung is met on {100 * LOW:.0f} to {100 * HIGH:.0f} % of days (between the dashes): often enough to be worth "
        "trying, seldom enough to mean something.",
        _side_by_side(cards),
    )


def tiers_part(report: Report) -> str:
    days = [evening.date for evening in report.evenings]
    cards = [
        _on_metric(report, keys, tiers_picture(days, report.players(keys[0]), f"{keys[0]}: agents in each tier"))
        for keys in _alike(report, report.players)
    ]
    return section(
        "Who stands where",
        "How many agents would have been in each tier, night after night. Few waves mean that hardly anybody moves "
        "without a lasting reason.",
        legend(("bg3", "tier 3"), ("bg2", "tier 2"), ("bg1", "tier 1"), ("bg0", "new: plays tier 1 until placed")),
        _side_by_side(cards),
    )


def targets_part(report: Report) -> str:
    cards = [
        _on_metric(
            report,
            keys,
            targets_picture(report.evenings, keys, _metric(report, keys[0]), f"{keys[0]}: targets of the three tiers"),
        )
        for keys in _alike(report, lambda key: [each.asked[key].targets.shown for each in report.evenings])
    ]
    return section(
        "What each tier is asked",
        "Targets follow what colleagues really reached in the weeks before; they move with the house, not with a wish.",
        legend(("thin b1", "tier 1"), ("thin b2", "tier 2"), ("thin b3", "tier 3"), ("dot bsoft", "the challenge ran")),
        _side_by_side(cards),
    )


def story_part(report: Report) -> str:
    told, agent = report.story, report.agent(report.story.slot)
    mixed = bool(told.metric.normalise_by)
    marks = [("dot bmet", "target met"), ("dot bunmet", "not this time")]
    marks += [("dot bmeasured", "as it was measured")] if mixed else []
    marks += [("thin bink", "target of the tier"), ("thin bsoft", "what the tier rests on (smoothed)")]
    fair = "Large marks are the day at the usual mix of contacts, small rings what was measured: " if mixed else ""
    return section(
        f"One agent's days: {agent} on {told.category}",
        f"{fair}{'who had the harder calls is not slower for it. ' if mixed else ''}The band at the foot is the tier; "
        f"at most the last {STORY_DAYS} days are drawn.",
        legend(*marks),
        tag("div", story_picture(told, f"{told.metric.name} of {agent} and his targets"), class_="card wide"),
    )


def mix_part(mix: Sequence[Explained]) -> str:
    if not mix:
        return ""
    cards = [bar for each in mix for bar in _mix_cards(each)]
    return section(
        "Comparing like with like",
        "How much of the differences the mix of contacts alone explains. What is left over all is partly that "
        "specialists really differ.",
        _side_by_side(cards),
    )


def flags_part(report: Report) -> str:
    guard = report.replayed.program.guard
    if guard is None:
        return section("Where somebody would have had a look", "This program has no guard.")
    nobody = "" if report.flagged else " In this history it would have asked about nobody."
    return section(
        "Where somebody would have had a look",
        "A figure far above that of all colleagues is a question, not a finding: a line that drops calls looks the "
        "same. A person looks, completions on speed wait so long, and nothing is taken away. Of agents like all others "
        f"about {guard.false_alarms * 1000:g} in 1,000 are asked about by chance, for each kind and look.{nobody}",
        _side_by_side(list(_flag_cards(report))),
    )


def moves_part(report: Report) -> str:
    moved = [move for evening in report.evenings for move in evening.moves if not move.placed]
    rows = [
        tag(
            "tr",
            tag("td", words(move.date), class_="fixed"),
            tag("td", words(report.agent(move.slot))),
            tag("td", words(f"{move.category} {move.old} → {move.new}")),
            tag("td", words(move.why)),
        )
        for move in moved[-MOVES_SHOWN:]
    ]
    head = tag("tr", *(tag("th", words(name)) for name in ("night", "agent", "tier", "because")))
    shown = f"the last {MOVES_SHOWN} of {len(moved):,}" if len(moved) > MOVES_SHOWN else f"all {len(moved)}"
    told = "Every move has a sentence that the agent can read."
    table = tag("div", tag("table", head, *rows), class_="card wide")
    inside = tag("details", tag("summary", words(f"Show {shown}")), table) if rows else tag("p", "Nobody moved.")
    return section("Who moved, and why", told, inside)


def percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f}"


def on_dates(each: Flagged) -> str:
    if each.days == 1:
        return f"on {each.first}"
    return f"on {each.days} dates from {each.first} to {each.last}"


def _metric(report: Report, key: str) -> Metric:
    return report.replayed.program.metric(report.replayed.program.category(key).metric)


def _alike(report: Report, told: Callable[[str], object]) -> list[list[str]]:
    """Categories on one metric of which the same is told; they share a picture."""
    groups: list[list[str]] = []
    for key in report.ladders:
        same = (
            group
            for group in groups
            if _metric(report, group[0]) == _metric(report, key) and told(group[0]) == told(key)
        )
        group = next(same, None)
        groups.append([key]) if group is None else group.append(key)
    return groups


def _on_metric(report: Report, keys: Sequence[str], *inside: str) -> str:
    metric = _metric(report, keys[0])
    told = f"{', '.join(keys)} · {metric.direction} is better"
    return card(metric.name[:1].upper() + metric.name[1:], tag("p", words(told), class_="soft small"), *inside)


def _rate_bars(report: Report, key: str) -> Iterator[str]:
    ladder = report.ladders[key]
    for tier, met, days in zip(TIERS, ladder.met.tolist(), ladder.worked.tolist(), strict=True):
        rate = met / days if days else None
        yield _bar(f"tier {tier} ({days:,} d)", rate, f"bg{tier}", banded=True)


def _side_by_side(cards: Sequence[str]) -> str:
    """Two abreast, or three where they come in threes; on a phone one below the other."""
    return tag("div", *cards, class_="grid-of" if len(cards) % 3 else "grid-of thirds")


def _bar(label: str, share: float | None, look: str, *, banded: bool = False) -> str:
    filled = tag("i", class_=look, style=f"width:{100 * (share or 0):.1f}%")
    track = tag("div", filled, class_="track banded" if banded else "track")
    return tag("div", tag("span", words(label)), track, tag("b", words(f"{percent(share)} %")), class_="bar")


def _mix_cards(each: Explained) -> Iterator[str]:
    pairs = (
        ("between one agent's days", each.within_before, each.within_after),
        ("between all agent-days", each.over_all_before, each.over_all_after),
    )
    for what, before, after in pairs:
        yield card(f"{each.metric}, {what}", _bar("as measured", before, "bsoft"), _bar("at usual mix", after, "bmet"))


def _flag_cards(report: Report) -> Iterator[str]:
    nights = len(report.evenings)
    for each in report.flagged:
        agent = report.agent(each.slot)
        when = f"Asked {on_dates(each)} (of {nights}). What {agent} reads:"
        quote = tag("blockquote", words(each.evidence))
        yield card(f"{agent}: {KINDS[each.kind]}", tag("p", words(when), class_="soft"), quote)
