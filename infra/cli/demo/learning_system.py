"""The learning system of the demonstration: it has its own ids of agents, and signs what it sends."""

from infra.cli.driver.sending import Sender
from infra.local.stage import Stage, identities


def connect_learning_system(stage: Stage) -> Sender:
    """Store a secret for the program's standard source, and link the id that each member has there."""
    source = next(source for source in stage.program.sources if source.kind == "standard")
    links = identities(stage.aws, stage.outputs)
    for member in stage.roster:
        links.link(stage.program.key, source.key, member.user, member.id)
    return Sender.connect(stage.aws, stage.outputs, stage.program.key, source)
