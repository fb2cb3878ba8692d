"""Bytes to lines of text, none of them without end. Everything that can fail here is said in plain words."""

import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from ladder.adapters.metric_files.findings import Unreadable

LONGEST_LINE = 100_000


@dataclass(frozen=True, slots=True)
class Document:
    """A named stream of bytes that can be opened more than once; a name that ends in .gz is compressed."""

    name: str
    open: Callable[[], BinaryIO]

    @contextmanager
    def lines(self) -> Iterator[Iterator[str]]:
        """The text line by line. What fails while they are read becomes Unreadable as well."""
        try:
            with self._bytes() as raw, io.TextIOWrapper(raw, encoding="utf-8-sig", newline="") as text:
                yield _bounded(text)
        except UnicodeDecodeError as foreign:
            raise self._foreign(foreign) from foreign
        except (gzip.BadGzipFile, EOFError, zlib.error) as damaged:
            raise Unreadable("the file is not whole gzip data", "Compress it again, or rename it.") from damaged
        except OSError as refused:
            why = (refused.strerror or "it does not open").lower()
            raise Unreadable(f"the file cannot be read: {why}", "Check its name and its permissions.") from refused

    @contextmanager
    def _bytes(self) -> Iterator[BinaryIO]:
        with self.open() as raw:
            if not self.name.endswith(".gz"):
                yield raw
                return
            with gzip.GzipFile(fileobj=raw) as plain:
                yield cast("BinaryIO", plain)

    def _foreign(self, foreign: UnicodeDecodeError) -> Unreadable:
        byte = foreign.object[foreign.start]
        with self._bytes() as raw:
            line = next((n for n, each in enumerate(raw, start=1) if not _is_text(each)), 0)
        return Unreadable(f"a byte (0x{byte:02X}) is not UTF-8", "Save the file as CSV UTF-8.", line=line)


def document_at(path: Path) -> Document:
    """Raises Unreadable where there is no file of that name to open."""
    if path.is_dir():
        raise Unreadable("this is a folder", "Name the file in it.")
    if not path.exists():
        raise Unreadable("there is no such file", "Check the name; it is relative to where you are.")
    if not path.is_file():
        raise Unreadable("this is not a regular file", "Name a CSV file.")
    return Document(str(path), lambda: path.open("rb"))


def _bounded(text: TextIO) -> Iterator[str]:
    number = 0
    while line := text.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise Unreadable(
                f"the line is longer than {LONGEST_LINE:,} characters", "Write one row an agent and day.", line=number
            )
        yield line


def _is_text(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
