"""Units: what the unit of a metric says of it, in English or German. Upper and lower case are the same."""

import re
from collections.abc import Mapping

SECONDS_OF: Mapping[str, float] = {
    **dict.fromkeys(("ms", "msec", "milliseconds", "millisekunden"), 0.001),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "sek", "sekunde", "sekunden"), 1.0),
    **dict.fromkeys(("min", "mins", "minute", "minutes", "minuten"), 60.0),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "std", "stunde", "stunden"), 3600.0),
}
PERIODS = frozenset({*SECONDS_OF, "day", "days", "shift", "shifts", "week", "tag", "tage", "schicht", "woche"})
PERCENT = frozenset({"%", "percent", "per cent", "prozent", "pct"})
RATES = frozenset({"cph", "aph", "tph", "cpm", "cpd"})  # contacts, actions, tasks an hour, a minute, a day
_PER = re.compile(r"\s*(?:/|\bper\b|\bpro\b|\bje\b)\s*")


def seconds_of(unit: str) -> float:
    """Return the seconds of one of a unit of time, or of time per contact (s/call); 0 for any other unit."""
    what, *per = _parts(unit)
    return 0.0 if any(part.split(" ")[-1] in PERIODS for part in per) else SECONDS_OF.get(what, 0.0)


def is_rate(unit: str) -> bool:
    """Return whether it counts something per time: contacts/h, calls per hour, Anrufe pro Stunde."""
    what, *per = _parts(unit)
    words = {word.strip(".") for part in per for word in part.split()}
    return what in RATES or (bool(words & PERIODS) and what not in SECONDS_OF and not is_percent(unit))


def is_percent(unit: str) -> bool:
    return unit.strip().casefold() in PERCENT


def _parts(unit: str) -> list[str]:
    plain = unit.strip().casefold()
    return [plain] if plain in PERCENT else [part.strip(" .") for part in _PER.split(plain)]
