"""`ladder open`: opens the console of the stage that runs on this machine."""

import webbrowser

import click

from infra.cli.arguments import language_option
from infra.cli.demo.console import console_lines
from infra.cli.texts import texts
from infra.local.deployer import update_console
from infra.local.running import find_running
from ladder.domain.errors import Rejected


@click.command("open")
@click.option("--build", is_flag=True, help="First build the pages of this checkout anew and put them on the stage.")
@click.option("--print", "only_print", is_flag=True, help="Print the address and who can sign in, and open nothing.")
@language_option
def open_console(*, build: bool, only_print: bool, language: str) -> int:
    """Open the console in the browser, and print who can sign in."""
    running = find_running()
    if running is None:
        raise Rejected("no stage is running: start one with `ladder demo --keep`")
    if build:
        update_console(running.aws, running.outputs)
    address = running.outputs["ConsoleUrl"]
    for line in console_lines(address, running.users, texts(language)):
        print(line)
    if not only_print:
        webbrowser.open(address)
    return 0
