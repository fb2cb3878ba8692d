"""`ladder program check | notice | schema | reference` on files, and `publish | enrol | link` on a stack."""

import click

from infra.cli.lazy import LazyCommand


@click.group()
def program() -> None:
    """Check program files, publish them, and say who plays."""


for name, source, line in (
    ("check", "check:check", "Check a program file."),
    ("enrol", "members:enrol", "Make a CSV file (user, name, channel, hired_on, team) the roster."),
    ("link", "members:link", "Link ids of other systems, and logins, to members."),
    ("notice", "notice:notice", "Print what a program processes of people, for works councils."),
    ("publish", "publish:publish", "Publish a program file, after showing what would change."),
    ("reference", "reference:reference", "Print every key of a program file, as a page in Markdown."),
    ("schema", "reference:schema", "Print the JSON Schema of a program file, for editors."),
):
    program.add_command(LazyCommand(name, f"infra.cli.program.{source}", line))
