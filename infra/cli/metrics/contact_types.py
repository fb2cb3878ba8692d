"""Guess contact types: a column that says the type of each row, or columns that add up to the contacts."""

import re
from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from infra.cli.metrics.sample import Sample, best_column
from infra.cli.metrics.words import says
from ladder.domain.challenges.metric_files import TypeInRows
from ladder.domain.challenges.rules import ContactType

MOST_TYPES = 20
NEARLY_ALL = 0.995


def guess_types(sample: Sample, count: str) -> tuple[tuple[ContactType, ...], TypeInRows | None]:
    """Return the contact types, and how they are read where each row is of one."""
    if not count or sample.given.get("contact_type") == "none":
        return (), None
    given = sample.answered_column("contact_type")
    candidates = (
        [given] if given else [name for name in sample.named("type", without=["not a type"]) if _tells(sample, name)]
    )
    candidates.sort(key=lambda name: len(sample.columns[name].texts))
    if not candidates:
        return _types_in_columns(sample, count), None
    if not all(sample.one_to_one(candidates[0], name) for name in candidates[1:]):
        sample.ask("contact_type", "several columns may name the type of contact", [*candidates, "none"])
        return (), None
    name = next((name for name in candidates if not sample.columns[name].is_number), candidates[0])
    names, texts = _type_names(sample, name), sorted(sample.columns[name].texts)
    keys = _keys(dict.fromkeys(names.get(text, text) for text in texts))
    if len(keys) > MOST_TYPES:
        why = f"{name} has {len(keys)} values, and a program at most {MOST_TYPES} contact types: rows are summed"
        sample.find("contact_type", None, "likely", why)
        return (), None
    if not given:
        sample.find("contact_type", name, "certain", f"each row is of one of {len(keys)} types")
    renamed = {text: key for text in texts if (key := keys[names.get(text, text)]) != text}
    return tuple(ContactType(key=key) for key in keys.values()), TypeInRows(column=name, count=count, names=renamed)


def _tells(sample: Sample, name: str) -> bool:
    """Return whether agents have contacts of several of its values."""
    column = sample.columns[name]
    if name in {sample.files.agent, sample.files.date} or column.dates or len(column.texts) < 2:  # noqa: PLR2004
        return False
    if column.is_number and any(not text.isdigit() for text in column.texts):
        return False
    pairs = set(zip(sample.cells(sample.files.agent), sample.cells(name), strict=True))
    return len(pairs) > len(sample.columns[sample.files.agent].texts)


def _type_names(sample: Sample, name: str) -> dict[str, str]:
    """Return the name of each value by the file of types: in one of its columns stand the values, in another names."""
    texts = sample.columns[name].texts
    if not sample.type_names:
        if sample.columns[name].is_number:
            why = f"{name} holds numbers, which become the keys of the types; --types FILE.csv gives them names"
            sample.find("types", None, "likely", why)
        return {}
    values, share = best_column(sample.type_names, texts)
    if share < 1:
        missing = sorted({*texts} - {*sample.type_names[values]}) if values else texts
        sample.ask(
            "contact_type", f"the file of types does not name {', '.join(missing[:5])} of {name}", [name, "none"]
        )
        return {}
    called = next(column for column in sample.type_names if column != values)
    if all(map(str.isdigit, sample.type_names[called])):
        return {}  # names stand in the export, and the file of types has their numbers
    sample.find("types", called, "certain", f"every value of {name} stands in {values} of the file of types")
    return dict(zip(sample.type_names[values], sample.type_names[called], strict=True))


def _keys(texts: Iterable[str]) -> dict[str, str]:
    """Return a key for each text: itself, or its letters and digits."""
    keys: dict[str, str] = {}
    for text in texts:
        is_key = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", text)
        key = text if is_key else re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_").upper()[:60] or "TYPE"
        number = 1
        while key in keys.values():
            number += 1
            key = f"{key.rstrip('0123456789')}{number}"
        keys[text] = key
    return keys


def _types_in_columns(sample: Sample, count: str) -> tuple[ContactType, ...]:
    """Find columns that begin alike, or end alike, and add up to the contacts."""
    families: dict[tuple[str, bool], list[str]] = defaultdict(list)
    for name, column in sample.columns.items():
        parts = re.split(r"[ _:.-]+", name)
        if column.is_count and name != count and len(parts) > 1:
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
        keys = _keys((name[cut:] if begins else name[:-cut]).strip(" _:.-") for name in names)
        sample.find("contact_types", list(keys.values()), "certain", f"{', '.join(names)} add up to {count}")
        return tuple(ContactType(key=key, contacts=name) for key, name in zip(keys.values(), names, strict=True))
    return ()
