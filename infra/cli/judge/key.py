"""The key of a model's service, which is never an argument: arguments are seen by everybody on the machine."""

from pathlib import Path

from infra.cli.line_files import FileRefused


def key_of(file: Path | None) -> str | None:
    """Raises FileRefused where it cannot be read."""
    try:
        return file.read_text().strip() if file else None
    except (OSError, UnicodeDecodeError) as error:
        raise FileRefused(f"{file}: cannot be read: {error}; write the key alone into it") from error
