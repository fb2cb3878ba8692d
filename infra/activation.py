"""The activation function: makes an assigned rotation the current one, or rolls it back."""

from aws_cdk import Duration
from aws_cdk import aws_events as events
from constructs import Construct

from activation.settings import Settings
from infra.function import Commons, Function
from infra.iam_grants import grant_items
from infra.secrets import PLATFORM, grant_secrets


class Activation(Construct):
    """Verifies groups, activates challenges, moves the pointer, announces; `recover` undoes what it created."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        commons: Commons,
    ) -> None:
        super().__init__(scope, construct_id)
        bus = events.EventBus.from_event_bus_name(self, "Bus", "default")
        programs, audit = commons.storage.programs, commons.storage.audit
        self.function = Function(
            self,
            "Function",
            name="activation",
            commons=commons,
            settings=Settings(
                environment=commons.environment.name,
                programs_table=programs.table_name,
                audit_table=audit.table_name,
                event_bus_name=bus.event_bus_name,
            ),
            memory_size=512,
            timeout=Duration.minutes(15),
        )
        grant_items(self.function, programs, "GetItem", "Query", "PutItem", "UpdateItem")
        grant_items(self.function, audit, "PutItem")
        bus.grant_put_events_to(self.function)
        grant_secrets(self.function, PLATFORM, environment=commons.environment)
