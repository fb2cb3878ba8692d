"""Words of column headers, in English and German. A word alone never decides: the figures must allow it."""

import re
from collections.abc import Collection, Mapping

_PATTERNS: Mapping[str, str] = {
    "agent": (
        r"agent|\buser|\blog(in|on)?_?(id|name)?\b|mitarbeiter|benutzer|employee|advis[eo]r"
        r"|consultant|berater|bearbeiter|assignee|operator|representative|associate|^(full |display )?name$"
        r"|personal|^worker"
    ),
    "other person": (
        r"supervisor|manager|team|leader|lead\b|vorgesetzt|queue|group|gruppe|skill|customer|kunde"
        r"|status|state"
    ),
    "agent id": r"\bid\b|_id\b|id$|login|user|nummer|\bnr\b|number|\bno\b",
    "date": (
        r"\bdate|\bday\b|datum|\btag\b|row_?date|interval|start|time ?stamp|zeitpunkt|zeitraum"
        r"|beginn|period|uhrzeit"
    ),
    "day itself": r"^(row_?)?(date|day|datum|tag)$|interval ?start|start ?interval|^interval$",
    "other date": (
        r"\bend|end(e|time|date|interval)?$|\bbis\b|hire|birth|eintritt|since|seit|geburt|export"
        r"|created|updated"
    ),
    "utc": r"\butc\b|\bgmt\b|_utc\b",
    "contacts": (
        r"^handle$|handled|^n_? ?(handled?|answered|connected)$|acd[_ ]?calls|^n?_?calls$|calls?\b|anrufe|gespräche"
        r"|contacts|answered|interactions|bearbeitet|\bn_?calls|^volume$|angenommen|vorgänge|tickets|cases"
        r"|kontakte"
    ),
    "handled": r"handle|acd[_ ]?calls|answered|bearbeitet|angenommen",
    "not contacts": (
        r"offer|abandon|transfer|hold|rate|%|\bavg|average|mean|time|dauer|zeit|short|kurz|repeat"
        r"|wieder|missed|verpasst|angeboten|sec|quote|ø|per\b|outbound|lost|known|bekannt|eligible"
        r"|survey|umfrage|reject|weiter|refused|aht|duration|total_|median|abgelehnt|resol|fcr"
        r"|quality|csat|score|evaluat|bewert"
    ),
    "handle time": (
        r"\baht\b|aht_|_aht|handle|handling|bearbeitungs|\bbearb|\bduration|\bgesprächszeit|\bht\b"
        r"|\bavht\b"
    ),
    "talk": r"talk|acd[_ ]?time|gesprächs?(zeit|dauer)|sprech|i_?acdtime",
    "hold": r"hold|halte|warteschl.*halten|halten",
    "wrap": r"wrap|acw|after.?(call|contact)|nachbearb|nacharbeit|post.?call",
    "time": (
        r"time|zeit|dauer|sec|\bs\b|duration|min|\bms\b|aht|handle|bearb|talk|hold|wrap|acw"
        r"|nachbearb"
    ),
    "not a mean": (
        r"median|max|longest|längste|minim|\bmin\.|shortest|percentile|p9\d|target|ziel|goal|sla"
        r"|service"
    ),
    "idle": (
        r"idle|avail|login|logged|ready|pause|break|aux|staff|shift|schicht|queue.?time|wait|warte"
        r"|ring|speed of answer|\basa\b"
    ),
    "mean": r"\baht|avg|average|\bmean|ø|durchschn|mittl|\bper\b|pro\b|_avg|\bavht\b|schnitt",
    "sum": r"total|\bsum|summe|gesamt",
    "sum of seconds": r"acd[_ ]?time|acw[_ ]?time|hold[_ ]?time",
    "milliseconds": r"\bms\b|_ms\b|\(ms\)|milli|ms$",
    "minutes": r"\bmin(ute)?[ns]?\b|_min\b|\(min\)",
    "seconds": r"\bsec(ond)?s?\b|_s\b|\(s\)|_sec|sek",
    "short": r"short|kurz|le10|under 10|unter 10|abrupt|<\s?10",
    "repeat": r"repeat|wieder(anruf|hol|kehr)|re-?contact|re-?call|call ?back rate|again|erneut",
    "known": r"known|bekannt|eligible|base|basis|identif|berechtigt",
    "rate": r"%|\brate|quote|percent|prozent|anteil|\bpct|share|_pct|\bratio",
    "resolved": r"\bfcr\b|first.?(call|contact).?res|resolved|resolution|erstlösung|gelöst",
    "transferred": r"transfer|weiterleit|weitergeleitet|verbunden|escalat",
    "quality": r"\bqa\b|\bqm\b|quality|qualit|evaluation score|bewertung",
    "satisfaction": r"csat|satisf|zufrieden|\bnps\b",
    "adherence": r"adherence|schedule adh|einhaltung|termintreue|plantreue",
    "surveys": (
        r"survey|umfrage|response|antworten|evaluations|rated|bewertet|n_?qa|n_?csat"
        r"|anzahl (bewert|umfr)|\bcount|_count|_n\b"
    ),
    "type": (
        r"queue|split|skill|\btype|warteschlange|thema|reason|topic|kategorie|category"
        r"|line of business|\blob\b"
    ),
    "not a type": r"media|medium|channel|kanal|direction|richtung|agent|site|standort|interval",
}
_COMPILED = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _PATTERNS.items()}
_TOTAL = (
    r"(?:grand |sub|sous-|team |day |daily |queue )?-?\s?totals?|(?:zwischen|gesamt|teil)?(?:summen?|ergebnis)|gesamt"
    r"|insgesamt|totale|total général|suma|somme|summa|totaal|итого|合計|celkem|yhteensä|razem|i alt|toplam"
)
_TOTAL_ALONE = r"overall|(?:team )?average|durchschnitt|mittelwert|all(?: agents| users)?|alle|∑|Σ|sum|centre|center"
_TOTAL_CELL = re.compile(
    rf"(?:{_TOTAL}|{_TOTAL_ALONE}):?|(?P<before>{_TOTAL})[ :-]+(?P<of>.+)|(?P<named>.+)[ :-]+(?P<after>{_TOTAL}):?",
    re.IGNORECASE,
)


def says(name: str, kind: str) -> bool:
    """Return whether a header holds a word for it. `camelCase` is read as two words."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|\s+", " ", name.strip())
    return bool(_COMPILED[kind].search(spaced) or _COMPILED[kind].search(spaced.replace("_", " ")))


def total_pattern(text: str, known: Collection[str]) -> str | None:
    """Return the pattern of a cell that says a total, as `skip` takes it; None where the cell says none.

    A total of something names an agent, a queue or a date of the file, which are `known`, or all of them.
    """
    parts = _TOTAL_CELL.fullmatch(text)
    if not parts:
        return None
    of = parts["of"] or parts["named"]
    if of is None:
        return text
    named = re.sub(r"^(for|of|für|von|der|aller?|all|the|per)\b ?", "", of, flags=re.IGNORECASE)
    if named not in known and not any(says(named, kind) for kind in ("agent", "date", "type")):
        return None
    return f"{parts['before']} *" if parts["before"] else f"* {parts['after']}"
