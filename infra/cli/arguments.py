"""Options and kinds of values that several commands take. A wrong value exits with 2 and says what to write."""

from collections.abc import Callable
from pathlib import Path

import click

from ladder.domain.validation.constraints import ILLEGIBLE
from ladder.messages.render import DEFAULT, languages

MAX_REASON = 500  # characters

file_argument = click.argument("file", type=Path, metavar="FILE")
json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON document, and nothing else, on stdout."
)
program_option = click.option("--program", metavar="KEY", help="Only this program. Default: all programs.")
member_option = click.option("--member", metavar="WHO", help="Only this member: their user name or id.")
write_option = click.option("--write", is_flag=True, help="Write the changes. Without it they are only shown.")
language_option = click.option(
    "--language", type=click.Choice([*languages()]), default=DEFAULT, help=f"Of what people read. Default: {DEFAULT}."
)


def reason(text: str) -> str:
    if not 0 < len(text.strip()) <= MAX_REASON:
        raise click.BadParameter(f"write a reason of 1 to {MAX_REASON} characters")
    if found := ILLEGIBLE.search(text):
        raise click.BadParameter(f"write a reason without the character U+{ord(found[0]):04X}")
    return text.strip()


def whole_number(least: int, hint: str = "") -> Callable[[str], int]:
    """Return a parser of whole numbers from `least` on; `hint` says what to write and why."""

    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError as error:
            raise click.BadParameter(f'"{text}" is not a whole number; write {hint or f"{least} or more"}') from error
        if number < least:
            raise click.BadParameter(f"{number} is too small; write {hint or f'{least} or more'}")
        return number

    return parse
