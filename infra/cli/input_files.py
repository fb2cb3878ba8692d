"""Files that commands read: one JSON document a line, gzipped or not; and the key of a model's service."""

import gzip
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

MAX_MISTAKES = 20  # listed


class InputFileError(Exception):
    """An input file must be changed; the message has a line for every mistake."""


def mistakes_error(mistakes: Sequence[str], advice: str) -> InputFileError:
    more = [f"… and {len(mistakes) - MAX_MISTAKES} more lines"] if len(mistakes) > MAX_MISTAKES else []
    return InputFileError("\n".join([*mistakes[:MAX_MISTAKES], *more, advice]))


def raw_lines(file: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not empty, with their numbers from 1. Raises InputFileError."""
    try:
        with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield number, line.strip()
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputFileError(
            f"{file}: not gzip, or cut off ({error}): pack it again, or give the file unpacked"
        ) from error
    except OSError as error:
        raise InputFileError(f"{file}: cannot be read: {error.strerror or error}; check the path") from error


def read_key_file(file: Path | None) -> str | None:
    """Read a secret key, which is never an argument: everybody on the machine sees those. Raises InputFileError."""
    try:
        return file.read_text().strip() if file else None
    except (OSError, UnicodeDecodeError) as error:
        raise InputFileError(f"{file}: cannot be read: {error}; write only the key into it") from error
