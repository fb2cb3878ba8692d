"""The file of a page: the option that names it, whether it may be written, and writing all of it or nothing."""

import os
from pathlib import Path

import click

from infra.cli.input_files import InputFileError

html_option = click.option("--html", type=Path, metavar="FILE", help="Write a report with charts as one HTML page.")


def require_page_file(html: Path | None, *, command: str, inputs: tuple[Path, ...] = ()) -> None:
    """Raise InputFileError where the page cannot be written there. `inputs`: files that it must not overwrite."""
    if html is None:
        return
    if not html.absolute().parent.is_dir():
        raise InputFileError(
            f"--html {html}: the folder {html.parent} does not exist. Create it first, or name another."
        )
    if html.is_dir():
        raise InputFileError(f"--html {html} is a folder. Name a file in it, such as {html / f'{command}.html'}.")
    if any(file.exists() and html.exists() and html.samefile(file) for file in inputs):
        raise InputFileError(f"--html {html} would overwrite an input file. Name another file.")


def write_page(file: Path, text: str) -> None:
    """Write all of the text, or leave the file as it is."""
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(file)
    except OSError as failed:
        part.unlink(missing_ok=True)
        raise InputFileError(
            f"--html {file} cannot be written: {(failed.strerror or str(failed)).lower()}."
        ) from failed
