"""Read what audit records about a member stand for: their ids and reasons are digests under the member's own salt."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from infra.cli.ledger.members import MemberKey
from infra.cli.stack import Stack
from ladder.adapters.dynamodb import keys
from ladder.domain.audit.records import PRIVATE, StoredItem, reference, salted_digest

SALTED = "salted: not stored any more"


@dataclass(frozen=True, slots=True)
class MemberWords:
    """The ids and reasons that are still stored with a member, by what the audit has in their place."""

    ids: Mapping[str, str]
    reasons: Mapping[bytes, str]

    @classmethod
    def read(cls, stack: Stack, person: MemberKey) -> "MemberWords":
        """Read the member's partition; after an erasure it has neither salt nor words."""
        items = list(stack.members.members.query(person.partition))
        salt = next((item["salt"] for item in items if item["sk"] == keys.SALT), None)
        if salt is None:
            return cls({}, {})
        words, reasons = set[str](), list[str]()
        for item in items:
            kind, _, rest = item["sk"].partition("#")
            if f"{kind}#" in {keys.ENTRY, keys.DISPUTE}:
                words |= {rest, rest.partition("#")[2], rest.partition("#")[2].removeprefix("grant:")}
            words |= {rest, *(str(item[name]) for name in ("subject", "case") if name in item)}
            reasons += [item["text"]] if item["sk"].startswith(keys.REASON) else []
        return cls(
            {reference(word, salt): word for word in words}, {salted_digest(text, salt): text for text in reasons}
        )

    def about(self, item: StoredItem) -> Mapping[str, object]:
        """Return what the record is about, each id as it was where that is still known."""
        about = item.get("about")
        if not isinstance(about, Mapping):
            return {}
        private = PRIVATE if "member" in about else ()
        return {
            name: self.ids.get(str(value), f"{value} ({SALTED})") if name in private else value
            for name, value in about.items()
        }

    def reason(self, item: StoredItem) -> str | None:
        """Return the reason that a person gave about the member; None where there is none."""
        said = item.get("why_digest")
        return None if said is None else self.reasons.get(said, f"a reason ({SALTED})")


def references(stack: Stack, program: str, decision: str, members: Collection[str]) -> frozenset[str]:
    """Return what the audit may have in place of a decision's id: a digest for each of these members.

    `decision`: an id, or the address of a review, which names its member.
    """
    member, _, review = decision.partition(".")
    wanted = [(keys.member(program, name), keys.SALT) for name in ([member] if review else members)]
    salts = [item["salt"] for item in stack.members.members.get_many(wanted).values()]
    return frozenset(reference(review or decision, salt) for salt in salts)
