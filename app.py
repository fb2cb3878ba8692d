"""The CDK app: one stack for the environment that the context names (`-c environment=prod`; `dev` by default).

A finding of cdk-nag that is not accepted fails the synthesis. The checks do not change the template and take as long as
all the rest, so the local stage, which deploys to no account, skips them (`unchecked`).
"""

import os
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks

from infra.environments import ENVIRONMENTS, Environment
from infra.frontend.bundle import console_folder
from infra.layer import dependency_folder
from infra.models import MODELS
from infra.stack import LadderStack, Sources
from ladder.domain.judging.check import ANNOUNCED_BEFORE

FUNCTIONS = Path(__file__).parent / "functions"
OUTPUT = Path(__file__).parent / "cdk.out"


def main() -> None:
    app = App(outdir=os.environ.get("CDK_OUTDIR", str(OUTPUT)))
    environment = read_environment(app)
    name, checked = f"Ladder-{environment.name}", not app.node.try_get_context("unchecked")
    if checked:
        check_models(datetime.now(UTC).date())
    LadderStack(app, name, environment=environment, sources=read_sources(app, environment))
    if checked:
        Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    folder = app.synth().directory
    nag = "; cdk-nag: no findings beyond those accepted with a reason" if checked else ""
    sys.stderr.write(f"{Path(folder, name)}.template.json is written{nag}\n")


def check_models(today: date) -> None:
    """Warn of models that end soon. Raises SystemExit for one that has ended: every call of it would fail."""
    ended = [model for model, ends in MODELS.items() if today >= ends]
    if ended:
        raise SystemExit(f"infra/models.py: {', '.join(ended)} has ended. Name another model, or correct the date")
    for model, ends in MODELS.items():
        if today >= ends - ANNOUNCED_BEFORE:
            sys.stderr.write(f"infra/models.py: {model} ends on {ends}: name another model before that day\n")


def read_environment(app: App) -> Environment:
    """Raises SystemExit where production has no mailbox: its alarms would reach nobody.

    A deployment without the address would remove an earlier one's subscription.
    """
    environment = ENVIRONMENTS[app.node.try_get_context("environment") or "dev"]
    email = app.node.try_get_context("alarm_email")
    if environment.keeps_data and not email:
        raise SystemExit(f"{environment.name}: alarms need a mailbox. Add -c alarm_email=ops@example.org")
    return replace(environment, alarm_email=email, reply_domain=app.node.try_get_context("reply_domain"))


def read_sources(app: App, environment: Environment) -> Sources:
    """Return the checkout's functions, a layer for the environment and the built console.

    The context may name other folders.
    """
    named = {name: app.node.try_get_context(name) for name in ("functions", "dependencies", "console")}
    functions = Path(named["functions"] or FUNCTIONS)
    return Sources(
        functions=functions,
        dependencies=Path(named["dependencies"] or dependency_folder(environment.platform)),
        console=Path(named["console"] or console_folder(functions)),
    )


if __name__ == "__main__":
    main()
