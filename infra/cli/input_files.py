"""Files that commands read: one JSON document a line, gzipped or not."""

import gzip
import zlib
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from ladder.domain.errors import LadderError

MAX_MISTAKES = 20  # listed


class InputFileError(Exception):
    """An input file must be changed; the message has a line for every mistake."""


def read_lines[T](
    file: Path, read: Callable[[int, bytes], T], *, shape: str, nothing: str, limit: int | None = None
) -> list[T]:
    """Read every line that is not empty, or the first `limit`. Raises InputFileError with every mistake, up to twenty.

    `read`: takes the number of a line, from 1, and its bytes, and raises LadderError for a mistake. `shape`: how a line
    reads. `nothing`: what was not done in the end.
    """
    items, mistakes = list[T](), list[str]()
    try:
        with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as lines:
            numbered = ((number, line.strip()) for number, line in enumerate(lines, start=1) if line.strip())
            for number, line in islice(numbered, limit):
                try:
                    items.append(read(number, line))
                except LadderError as mistake:
                    # the body of a call is the line
                    message = str(mistake).removeprefix("body.").removeprefix("body: ")
                    mistakes.append(f"{file}, line {number}: {message}")
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputFileError(
            f"{file}: not gzip, or cut off ({error}): pack it again, or give the file unpacked"
        ) from error
    except OSError as error:
        raise InputFileError(f"{file}: cannot be read: {error.strerror or error}; check the path") from error
    if not items and not mistakes:
        mistakes.append(f"{file}: it is empty; write one to a line: {shape}")
    if mistakes:
        more = [f"… and {len(mistakes) - MAX_MISTAKES} more lines"] if len(mistakes) > MAX_MISTAKES else []
        advice = f"Nothing was {nothing}. A line reads {shape}"
        raise InputFileError("\n".join([*mistakes[:MAX_MISTAKES], *more, advice]))
    return items
