"""Members on the emulator's tables: Jo, who is to be erased, and Al, of whom everything stays."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from admin.personal_data import Erased, erase
from infra.local.emulator import Emulator
from ladder.adapters.dynamodb.disputes import DynamoDisputes
from ladder.adapters.dynamodb.identities import DynamoIdentities
from ladder.adapters.dynamodb.personal_data import DynamoErasures
from ladder.adapters.dynamodb.rosters import DynamoPeople
from ladder.adapters.dynamodb.rotations import DynamoRotations
from ladder.adapters.dynamodb.staff import DynamoDecisions
from ladder.adapters.dynamodb.table import Table, decode
from ladder.adapters.dynamodb.verdicts import DynamoMemberTexts
from ladder.domain.activities.activity import REVERSED, Activity
from ladder.domain.challenges.rotation import Claim, Rotation
from ladder.domain.members.roster import Member
from ladder.domain.message import Message, verbatim
from ladder.domain.points.disputes import Dispute
from ladder.domain.points.replay import balance, replay_state
from ladder.domain.reviews.permissions import Staff
from ladder.usage import Usage
from rewards.reward import RewardContext, reward
from tests.builders.capped_academy import academy, event, ours
from tests.builders.generated_events import START
from tests.builders.ledger_stores import StackTables, stack_tables
from tests.builders.stores import Tables, create_table
from tests.fakes.fault_injection import Fate, Interposed

NOW = datetime(2026, 3, 30, 12, tzinfo=UTC)
NINE = START + timedelta(hours=9)
JO, AL = "0" * 31 + "a", "0" * 31 + "b"
ANNA = Staff(subject="anna", program="academy", role="admin", declared=True)
MARKERS = ("jo.raw", "jo.user", "jo wrote this", "jo.module")
EVENTS = (
    event("learner.completed_module", NINE, "jo.raw-1", module="jo.module", score=95),
    event("forum.posted", NINE + timedelta(hours=1), "jo.raw-2", text="jo wrote this"),
    event("peer.assisted", NINE + timedelta(hours=2), "e3", colleague="someone"),
    ours(
        REVERSED, NINE + timedelta(days=3), "reverse:lms#jo.raw-2", source="lms", id="jo.raw-2", reason="jo wrote this"
    ),
)


@dataclass
class ErasureSetup:
    """`fate` sees each call that the erasure makes."""

    stack: StackTables

    def members(self) -> Any:
        return self.stack.stores()

    def table(self, name: str) -> Table:
        return Table(self.stack.tables.client, name, Usage(), pause=lambda tries: None)

    def identities(self) -> DynamoIdentities:
        return DynamoIdentities(self.table(self.stack.members), lambda: "key")

    def reward(self, member: str, *activities: Activity, ledger: Any = None) -> None:
        stores = self.members()
        book = stores.compiled("academy")
        context = RewardContext(
            member=member,
            compiled=book,
            compiled_version=lambda version: stores.compiled_version("academy", version),
            ledger=ledger or stores.ledger(book),
            allowances=stores.allowances,
            now=NOW,
        )
        reward(context, activities, pause=lambda tries: None)

    def erasure_stores(self, fate: Fate | None = None) -> dict[str, Any]:
        """The stores that an erasure takes, by argument."""
        stores = self.members()
        book = stores.compiled("academy")
        parts: dict[str, Any] = {
            "programs": stores.published,
            "people": DynamoPeople(stores.members, stores.published),
            "identities": self.identities(),
            "ledger": stores.ledger(book),
            "decisions": DynamoDecisions(self.table(self.stack.tables.audit), stores.members),
            "erasures": DynamoErasures(stores.members, stores.programs),
        }
        seen = {name: Interposed(part, fate) if fate else part for name, part in parts.items()}
        return {**seen, "version": lambda version: stores.compiled_version("academy", version)}

    def erase(self, fate: Fate | None = None) -> Erased:
        return erase(
            ANNA, member=JO, reason=verbatim("they asked for it"), about={}, now=NOW, **self.erasure_stores(fate)
        )

    def dispute(self, member: str, text: str) -> None:
        disputes = DynamoDisputes(self.table(self.stack.members), audit=self.stack.tables.audit)
        disputes.record(Dispute(program="academy", member=member, source="lms", id="e3", text=text, raised_at=NOW))

    def write(self, member: str, text: str, event: str = "raw-1") -> None:
        """As the badges function keeps it."""
        member_texts = DynamoMemberTexts(self.table(self.stack.members))
        member_texts.save("academy", member, ("lms", f"{text[:2]}.{event}"), text, until=NOW + timedelta(days=60))

    def everything(self) -> str:
        tables = self.stack.tables
        return repr(
            [
                decode(item)
                for name in (tables.programs, tables.audit, self.stack.members)
                for item in tables.client.scan(TableName=name)["Items"]
            ]
        )

    def expiring(self) -> set[tuple[str, str]]:
        """Of the members table: kinds and owners."""
        items = map(decode, self.stack.tables.client.scan(TableName=self.stack.members)["Items"])
        return {(each["sk"].partition("#")[0], each["pk"].partition("#")[2]) for each in items if "expires_at" in each}

    def left(self) -> str:
        """What still names them; the roster's block is packed, and so is what a night says of users."""
        stores = self.members()
        told = f"{self.everything()}{stores.published.roster('academy')}{self.refused()}"
        return " ".join(marker for marker in MARKERS if marker in told)

    def rotations(self) -> DynamoRotations:
        return DynamoRotations(self.members().programs)

    def refused(self) -> dict[str, str]:
        """Users whom the platform would not move in the one night that there was."""
        night = self.rotations().newest("academy")
        return night.refused if night else {}

    def left_out(self) -> list[str]:
        """Users some of whose readings could not be, in that night."""
        night = self.rotations().newest("academy")
        return list(night.left_out) if night else []

    def refuse(self) -> None:
        """As the night keeps it, whenever the platform says so."""
        claim = Claim(program="academy", date=NOW.date(), revision=1, attempt=1)
        night = Rotation(claim=claim, actor="the schedule", reason="", claimed_at=NOW, program_version=1)
        self.rotations().claim(night, instead_of=None)
        refused = {"jo.user": "not found", "al.user": "not found"}
        reading = Message("rotation.impossible_value", {"value": "1e39"})
        left_out: dict[str, tuple[Message, ...]] = {"jo.user": (reading,), "al.user": (reading,)}
        self.rotations().advance(replace(night, refused=refused, left_out=left_out))

    def holds(self) -> bool:
        stores = self.members()
        ledger = stores.ledger(stores.compiled("academy"))
        entries, state = ledger.entries("academy", JO), ledger.load_including_erased("academy", JO)
        anew = replay_state({1: stores.compiled_version("academy", 1)}, entries)
        anew.version = state.version
        anew.seen, anew.archive = {**anew.archive, **anew.seen}, {}
        state.seen, state.archive = {**state.archive, **state.seen}, {}
        return anew == state and balance(entries) == (state.earned, state.spent, state.held)


def erasure_setup(aws: Emulator, name: str) -> ErasureSetup:
    client = aws.client("dynamodb")
    tables = Tables(client, create_table(client, f"programs-{name}"), create_table(client, f"audit-{name}"), Usage())
    made = ErasureSetup(stack_tables(tables))
    made.stack.publish(academy(version=0))
    people = (Member(id=JO, user="jo.user", team="blue"), Member(id=AL, user="al.user"))
    made.members().published.enrol("academy", people)
    made.identities().link("academy", "lms", "jo.raw", JO)
    made.identities().link("academy", "lms", "al.raw", AL)
    made.reward(JO, *EVENTS)
    made.reward(AL, event("forum.posted", NINE, "al.raw-1", text="al wrote this"))
    made.dispute(JO, "jo wrote this")
    made.dispute(AL, "al wrote that")
    made.write(JO, "jo wrote this")
    made.write(AL, "al wrote a post")
    made.refuse()
    stores = made.members()
    stores.ledger(stores.compiled("academy")).quarantine("academy", JO, "jo wrote this", "unreadable")
    return made
