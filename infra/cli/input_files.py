"""Files of one JSON document a line, packed or not, as commands take them."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path


class InputFileError(Exception):
    """The file needs mending; the message has a line a mistake."""


def raw_lines(file: Path) -> Iterator[tuple[int, bytes]]:
    """Numbered from 1; empty lines are passed over. Raises FileRefused where the file cannot be read."""
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
    """Raises FileRefused where it cannot be read."""
    try:
        return file.read_text().strip() if file else None
    except (OSError, UnicodeDecodeError) as error:
        raise InputFileError(f"{file}: cannot be read: {error}; write the key alone into it") from error
