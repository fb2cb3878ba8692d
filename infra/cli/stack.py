"""The stack that a command works on: the stage that runs on this machine, or a deployed stack."""

import getpass
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError, NoRegionError

from infra.local.running import find_running
from ladder.adapters.dynamodb.member_stores import MemberStores, StoreCache
from ladder.adapters.dynamodb.table import Table
from ladder.adapters.sqs import SqsActivities
from ladder.domain.errors import Rejected
from ladder.domain.reviews.permissions import Staff
from ladder.usage import Usage

type Client = Callable[[str], Any]  # by the name of the service


@dataclass(frozen=True, slots=True)
class Stack:
    client: Client
    outputs: Mapping[str, str]
    _cache: StoreCache = field(default_factory=StoreCache, repr=False)

    @property
    def members(self) -> MemberStores:
        dynamodb = self.client("dynamodb")
        return MemberStores(
            members=Table(dynamodb, self.outputs["MembersTable"], Usage()),
            programs=Table(dynamodb, self.outputs["ProgramsTable"], Usage()),
            audit=self.outputs["AuditTable"],
            cache=self._cache,
        )

    @property
    def audit(self) -> Table:
        return Table(self.client("dynamodb"), self.outputs["AuditTable"], Usage())

    @property
    def queue(self) -> SqsActivities:
        return SqsActivities(self.client("sqs"), self.outputs["ActivitiesQueueUrl"])


def published_programs(stack: Stack, program: str | None, *, more: Iterable[str] = ()) -> list[str]:
    """Return that program, or all that were published. Raises Rejected for one that was never published.

    `more`: programs that somebody deleted, and that left something behind.
    """
    known = sorted({*stack.members.published.keys(), *more})
    if program and program not in known:
        raise Rejected(f"there is no program {program!r}; published are: {', '.join(known) or 'none'}")
    return [program] if program else known


def connect(name: str | None) -> Stack:
    """Return the deployed stack of that name, else the running stage. Raises Rejected, with what to do.

    A deployed stack is read with the user's own credentials and region; boto3 by itself ignores AWS_REGION.
    """
    if not name:
        if running := find_running():
            return Stack(running.aws.client, running.outputs)
        raise Rejected(
            "no stage is running: start one with `ladder replay … --keep` or `ladder demo --keep`, "
            "or name a deployed stack with --stack"
        )
    session = boto3.Session(region_name=os.environ.get("AWS_REGION"))
    try:
        described = session.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    except NoRegionError as error:
        raise Rejected(
            f"in which region is the stack {name!r}? Set AWS_REGION, as in `AWS_REGION=eu-central-1 ladder …`, "
            "or AWS_PROFILE to a profile that has a region"
        ) from error
    except (ClientError, BotoCoreError) as error:
        raise Rejected(f"the stack {name!r} cannot be read: {error}") from error
    outputs = {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", ())}
    missing = {"MembersTable", "ProgramsTable", "AuditTable", "ActivitiesQueueUrl"} - outputs.keys()
    if missing:
        raise Rejected(f"the stack {name!r} is not a Ladder stack: it has no output {', '.join(sorted(missing))}")
    return Stack(session.client, outputs)


def on_stack(command: Callable[..., int]) -> Callable[..., int]:
    """Add --stack to a command, and pass the stack as its first argument."""

    @click.option("--stack", metavar="NAME", help="A deployed stack. Default: the stage that runs on this machine.")
    @wraps(command)
    def connected(stack: str | None, **arguments: object) -> int:
        return command(connect(stack), **arguments)

    return connected


def user() -> str:
    """Return who is using this machine."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


def staff(program: str) -> Staff:
    """Return an admin of the program: the credentials of the stack make one. The audit names the machine's user."""
    return Staff(subject=f"{user()} at a terminal", program=program, role="admin", declared=True)
