"""Compare a section of a draft with the one that is live, item by item: what members have is kept by an item's key."""

from collections.abc import Callable, Iterable, Iterator

from ladder.domain.validation.problem import Path, Problem, error


def moved_keys[Item](
    live: Iterable[Item], draft: Iterable[Item], key: Callable[[Item], str], meaning: Callable[[Item], object]
) -> Iterator[tuple[str, str]]:
    """Yield each key of the live version whose meaning stands under another key in the draft, and that other key.

    So it is where a key was renamed, and where two items have changed their keys.
    """
    before, after = ({key(item): meaning(item) for item in items} for items in (live, draft))
    for name, means in after.items():
        if before.get(name) != means:
            former = (old for old, meant in before.items() if meant == means and after.get(old) != means)
            yield from ((old, name) for old in list(former)[:1])


def check_moved_keys[Item](
    path: Path,
    live: Iterable[Item],
    draft: Iterable[Item],
    *,
    meaning: Callable[[Item], object],
    loss: str,
    key: str = "key",
) -> Iterator[Problem]:
    """Refuse keys that moved. `loss`: what it would cost, as a clause with {old} in it; `key`: the attribute."""
    for old, new in moved_keys(live, draft, lambda item: str(getattr(item, key)), meaning):
        kept = "name is what members read" if key == "key" else "it is what tells one from another"
        yield error(
            (*path, new),
            f"means what {old} means in the version that is live, so {loss.format(old=old)}",
            f"Keep the {key} {old}: {kept}. If {new} is meant to be another one, publish once without {old} first.",
        )


def check_same_meaning[Item](
    path: Path,
    live: Iterable[Item],
    draft: Iterable[Item],
    *,
    attribute: Path,
    value: Callable[[Item], object],
    kept: str,
) -> Iterator[Problem]:
    """Refuse an item that keeps its key and changes what is kept under it. `kept`: what that is, as a clause begins."""
    before = {str(getattr(item, "key")): value(item) for item in live}  # noqa: B009  items have no type in common
    for item in draft:
        key, now = str(getattr(item, "key")), value(item)  # noqa: B009
        was = before.get(key)
        if was is not None and now is not None and was != now:
            yield error(
                (*path, key, *attribute),
                f"was {_shown(was)} so far, and {kept} would be read as {_shown(now)}",
                f"Keep {_shown(was)}, or give what is new a key of its own.",
            )


def _shown(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
