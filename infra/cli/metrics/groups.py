"""Guess contact types, in rows or in columns, and what tells rows of one agent and day apart."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from infra.cli.metrics.sample import Sample
from infra.cli.metrics.words import says
from ladder.domain.challenges.metric_files import TypeInRows
from ladder.domain.challenges.rules import ContactType

MOST_TYPES = 20
NEARLY_ALL = 0.995


@dataclass(frozen=True, slots=True)
class Types:
    """`texts`: what stands in the rows, by the key of the type."""

    kinds: tuple[ContactType, ...] = ()
    in_rows: TypeInRows | None = None
    texts: Mapping[str, str] = field(default_factory=dict)


def guess_types(sample: Sample, count: str) -> Types:
    """Return the contact types, where each row is of one, or columns add up to the contacts."""
    given = sample.answered_column("contact_type") if sample.given.get("contact_type") != "none" else None
    if not count or sample.given.get("contact_type") == "none":
        return Types()
    candidates = (
        [given] if given else [name for name in sample.named("type", without=["not a type"]) if _tells(sample, name)]
    )
    if len(candidates) > 1:
        candidates = sorted(candidates, key=lambda name: len(sample.columns[name].texts))
        if not sample.one_to_one(candidates[0], candidates[1]):
            sample.find(
                "contact_type", None, "unsure", "several columns may name the type of contact", [*candidates, "none"]
            )
            return Types()
    if not candidates:
        return _types_in_columns(sample, count)
    name = candidates[0]
    texts = sorted(sample.columns[name].texts)
    if len(texts) > MOST_TYPES:
        why = f"{name} has {len(texts)} values, and a program at most {MOST_TYPES} contact types: rows are summed"
        sample.find("contact_type", None, "likely", why)
        return Types()
    keys = _keys(texts)
    if not given:
        sample.find("contact_type", name, "certain", f"each row is of one of {len(texts)} types")
    renamed = {text: key for key, text in keys.items() if text != key}
    in_rows = TypeInRows(column=name, count=count, names=renamed)
    return Types(tuple(ContactType(key=key) for key in keys), in_rows, keys)


def _tells(sample: Sample, name: str) -> bool:
    """Return whether agents have contacts of several of its values."""
    column = sample.columns[name]
    if name in {sample.files.agent, sample.files.date} or column.dates or len(column.texts) < 2:  # noqa: PLR2004
        return False
    if column.is_number and any(not text.isdigit() for text in column.texts):
        return False
    pairs = set(zip(sample.cells(sample.files.agent), sample.cells(name), strict=True))
    return len(pairs) > len(sample.columns[sample.files.agent].texts)


def _keys(texts: Sequence[str]) -> dict[str, str]:
    """Return a key for each text: itself, or its letters and digits."""
    keys: dict[str, str] = {}
    for text in texts:
        is_key = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", text)
        key = text if is_key else re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_").upper()[:60] or "TYPE"
        number = 1
        while key in keys:
            number += 1
            key = f"{key.rstrip('0123456789')}{number}"
        keys[key] = text
    return keys


def _types_in_columns(sample: Sample, count: str) -> Types:
    """Find columns that begin alike, or end alike, and add up to the contacts."""
    families: dict[tuple[str, bool], list[str]] = defaultdict(list)
    for name, column in sample.columns.items():
        parts = re.split(r"[ _:.-]+", name)
        if column.formats == ("number",) and not column.dates and name != count and len(parts) > 1:
            families[parts[0], True].append(name)
            families[parts[-1], False].append(name)
    contacts = np.nan_to_num(sample.numbers(count))
    for (word, begins), names in families.items():
        if not 1 < len(names) <= MOST_TYPES or any(says(name, "time") for name in names):
            continue
        added = np.nansum([sample.numbers(name) for name in names], axis=0)
        if (np.abs(added - contacts) < 1).mean() < NEARLY_ALL:
            continue
        cut = len(word)
        texts = {(name[cut:] if begins else name[:-cut]).strip(" _:.-"): name for name in names}
        keys = _keys(list(texts))
        sample.find("contact_types", list(keys), "certain", f"{', '.join(names)} add up to {count}")
        return Types(tuple(ContactType(key=key, contacts=texts[text]) for key, text in keys.items()))
    return Types()


def guess_rows_by(sample: Sample, in_rows: TypeInRows | None) -> tuple[str, ...]:
    """Return columns that tell rows of one agent, moment and type apart; ask where nothing does."""
    if given := sample.answer("rows_by"):
        return tuple(name.strip() for name in given.strip("[]").split(","))
    keys = [sample.files.agent, sample.files.date, *([in_rows.column] if in_rows else [])]
    others = [
        name
        for name, column in sample.columns.items()
        if name not in keys and (not column.is_number or says(name, "date") or says(name, "type"))
    ]
    chosen: list[str] = []
    while repeats := _repeats(sample, [*keys, *chosen]):
        gains = {name: _repeats(sample, [*keys, *chosen, name]) for name in others if name not in chosen}
        best = min(gains, key=lambda name: gains[name], default=None)
        if best is None or gains[best] >= repeats:
            why = "some rows have the same agent and date, and nothing tells them apart: are they there twice?"
            sample.find("rows_by", None, "unsure", why, others)
            return ()
        chosen.append(best)
    if chosen:
        sample.find("rows_by", chosen, "certain", "several rows of an agent's day are told apart by it, and summed")
    return tuple(chosen)


def _repeats(sample: Sample, names: Sequence[str]) -> int:
    keys = list(zip(*(sample.cells(name) for name in names), strict=True))
    return len(keys) - len(set(keys))
