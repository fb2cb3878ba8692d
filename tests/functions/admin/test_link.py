"""Lists enrol members, and links lead ids of sources and logins to them; each is audited once."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from admin import member_routes
from admin.api_models import LoginBody, UnlinkBody
from admin.decide_review import decide_review
from admin.link import Link, LinkedLogin, enrol, link
from ladder.domain.activities.activity import LOGIN, Event, normalized
from ladder.domain.errors import InvalidRequest, NotAuthorized, NotFound
from ladder.domain.members.roster import Member, RosterRow
from ladder.domain.reviews.permissions import Staff
from ladder.domain.reviews.review import Action, Terms
from ladder.web.reviews import DecisionResult
from tests.builders.admin_requests import admin_request
from tests.builders.capped_academy import academy
from tests.builders.review_services import rules
from tests.fakes import MemoryActivities, MemoryIdentities, MemoryLinks, MemoryPrograms
from tests.fakes.administration import MemoryDecisions
from tests.fakes.members import MemoryLedger
from tests.fakes.reviews import MemoryReviewQueue

NOW = datetime(2026, 3, 30, 12, tzinfo=UTC)
ANNA = Staff(subject="anna", program="academy", role="admin", own=frozenset({"a"}), declared=True)
ADMIN = replace(ANNA, own=frozenset())
BEN = replace(ADMIN, subject="ben")


def test_a_list_enrols_by_user_and_never_moves_a_slot() -> None:
    programs, decisions, ids = MemoryPrograms(), MemoryDecisions(), count()
    gone = Member(id="x", user="old").anonymous()
    programs.enrol("academy", (gone,))

    def listed(*lines: RosterRow) -> Any:
        return enrol(
            ANNA,
            lines,
            request=f"r{next(ids)}",
            now=NOW,
            programs=programs,
            decisions=decisions,
            new_id=lambda: f"i{next(ids)}",
        )

    assert listed(RosterRow(user="jo"), RosterRow(user="al")).joined == ("jo", "al")
    roster = programs.roster("academy")
    listed(RosterRow(user="al"), RosterRow(user="jo"))
    assert (programs.roster("academy"), len(decisions.records)) == (roster, 1)
    moved = listed(RosterRow(user="al", team="blue"), RosterRow(user="old"))
    assert (moved.left, moved.changed, moved.joined) == (("jo",), ("al",), ("old",))
    assert [each.user for each in programs.roster("academy")] == ["erased x", "jo", "al", "old"]
    assert listed(RosterRow(user="jo")).returned == ("jo",)
    with pytest.raises(InvalidRequest):
        listed(RosterRow(user="jo"), RosterRow(user="jo"))


def test_who_left_before_it_was_noted_counts_from_the_next_list_even_if_nobody_else_moves() -> None:
    programs, decisions = MemoryPrograms(), MemoryDecisions()
    programs.enrol("academy", (Member(id="1", user="jo"), Member(id="2", user="al", active=False)))
    stores: dict[str, Any] = {"programs": programs, "decisions": decisions, "new_id": str}
    for number, at in enumerate((NOW, NOW + timedelta(days=9))):
        enrol(ANNA, [RosterRow(user="jo")], request=f"r{number}", now=at, **stores)
    assert [member.left_on for member in programs.roster("academy")] == [None, NOW.date()]
    assert len(decisions.records) == 1


@dataclass
class Linked:
    """Jo, Al and Zoë on the roster."""

    programs: MemoryPrograms = field(default_factory=MemoryPrograms)
    identities: MemoryIdentities = field(default_factory=MemoryIdentities)

    def __post_init__(self) -> None:
        roster = (Member(id="1", user="jo"), Member(id="2", user="al"), Member(id="3", user="zoë"))
        self.programs.enrol("academy", roster)
        self.programs.publish(academy())
        self.links = MemoryLinks(self.identities)
        self.reviews = MemoryReviewQueue(links=self.links)

    @property
    def stores(self) -> dict[str, Any]:
        return {"programs": self.programs, "links": self.links, "reviews": self.reviews}

    def list(self, *wanted: Link, now: datetime = NOW) -> Any:
        return link(ANNA, wanted, now=now, **self.stores)

    def one(self, raw: str, member: str = "1", *, by: Staff = ADMIN, source: str = LOGIN) -> LinkedLogin:
        with self.asked(by):
            body = LoginBody(source=source, user=raw, reason="a new telephone")
            answer = member_routes.link_login(by.program, member, body)
        assert answer.body is not None
        return answer.body

    def asked(self, by: Staff) -> AbstractContextManager[None]:
        return admin_request(member_routes.routes, by, now=NOW, **self.stores)

    def unlink(self, raw: str, member: str = "1", *, by: Staff = ADMIN) -> bool:
        with self.asked(by):
            body = UnlinkBody(source=LOGIN, user=raw, reason="not theirs")
            answer = member_routes.unlink_login(by.program, member, body)
        assert answer.body is not None
        return answer.body.again

    def decide(self, address: str | None, *, by: Staff, action: Action = "approve") -> DecisionResult:
        return decide_review(
            by,
            address or "",
            Terms(action=action, attributes={"user": "other"} if action == "change" else {}),
            "I asked them",
            now=NOW + timedelta(hours=1),
            **rules(academy()),
            reviews=self.reviews,
            ledger=MemoryLedger(),
            queue=MemoryActivities(),
        )


@pytest.fixture
def linked() -> Linked:
    return Linked()


def test_links_lead_to_members_and_say_which_wait_for_a_second_person(linked: Linked) -> None:
    wanted = [Link("lms", "17", "jo"), Link("lms", "17", "al"), Link("lms", "18", "nobody"), Link("lms", "19", "jo")]
    for _ in range(2):
        result = linked.list(*wanted)
        assert (result.links, result.unknown, result.refused) == (1, ("nobody",), ())
        assert result.waiting == (("lms", "al"), ("lms", "jo"))
    assert linked.identities.find("academy", "lms", "17") == "1"
    assert [each.kind for each in linked.reviews.waiting("academy")] == ["link", "link"]


def test_what_was_erased_is_refused(linked: Linked) -> None:
    linked.list(Link("lms", "17", "jo"))
    linked.identities.erase("academy", "1")
    assert linked.list(Link("lms", "17", "al")).refused == (("lms", "al"),)


def test_nobody_says_whose_their_own_login_is(linked: Linked) -> None:
    """As somebody else's it would let them decide their own cases; as their own, others would have to know."""
    for raw in ("anna", " anna "):
        for act in (linked.one, linked.unlink):
            with pytest.raises(NotAuthorized, match=r"admin\.own_login"):
                act(raw)
    assert (linked.identities.find("academy", LOGIN, "anna"), linked.links.audit) == (None, [])
    assert linked.one("jo").review is None
    assert linked.identities.find("academy", LOGIN, "jo") == "1"


def test_a_further_login_of_a_member_waits_for_another_admin_than_the_one_who_asked(linked: Linked) -> None:
    linked.one("jo")
    asked = linked.one("intruder")
    assert (asked.review, linked.identities.find("academy", LOGIN, "intruder")) == (linked.one("intruder").review, None)
    for by, why in (
        (ADMIN, "admin.opened_it_yourself"),
        (replace(BEN, role="reviewer"), "admin.role_required role=admin"),
        (replace(BEN, own=frozenset({"1"})), "admin.own_case"),
        (replace(BEN, subject="intruder"), "admin.own_login"),
        (replace(BEN, declared=False), "admin.declare_first program=academy"),
    ):
        with pytest.raises(NotAuthorized, match=why):
            linked.decide(asked.review, by=by)
    with pytest.raises(InvalidRequest, match=r"reviews\.kind_is_not_changed"):
        linked.decide(asked.review, by=BEN, action="change")
    assert linked.identities.find("academy", LOGIN, "intruder") is None
    linked.decide(asked.review, by=BEN)
    assert linked.identities.find("academy", LOGIN, "intruder") == "1"
    assert linked.decide(asked.review, by=BEN).again


def test_a_link_is_moved_by_two_and_by_neither_of_the_members(linked: Linked) -> None:
    linked.one("jo")
    asked = linked.one("jo", "2")
    for own in ("1", "2"):
        with pytest.raises(NotAuthorized, match=r"admin\.own_case"):
            linked.decide(asked.review, by=replace(BEN, own=frozenset({own})))
    linked.decide(asked.review, by=BEN)
    assert linked.identities.find("academy", LOGIN, "jo") == "2"


def test_unlinking_is_audited_taken_back_by_one_and_makes_no_room_for_another(linked: Linked) -> None:
    linked.one("jo")
    assert [linked.unlink("jo"), linked.unlink("jo")] == [False, True]
    assert linked.identities.find("academy", LOGIN, "jo") is None
    assert linked.one("intruder").review
    assert linked.one("jo", "2").review
    assert linked.one("jo").review is None
    assert linked.identities.find("academy", LOGIN, "jo") == "1"
    assert [(each.what, each.who) for each in linked.links.audit] == [
        ("audit.id_linked", "anna"),
        ("audit.id_unlinked", "anna"),
        ("audit.id_linked", "anna"),
    ]
    with pytest.raises(NotFound):
        linked.unlink("nobody's")
    with pytest.raises(NotAuthorized, match=r"admin\.own_case"):
        linked.unlink("jo", by=replace(ADMIN, own=frozenset({"1"})))


def test_each_new_link_is_audited_once_and_without_the_id(linked: Linked) -> None:
    wanted = [Link("lms", "17.raw", "jo"), Link("lms", "18.raw", "al"), Link("crm", "jo.raw", "jo")]
    for now in (NOW, NOW + timedelta(days=1)):
        linked.list(*wanted, now=now)
    assert [(each.what, each.who, each.about) for each in linked.links.audit] == [
        ("audit.id_linked", "anna", {"member": member, "source": source})
        for member, source in (("1", "lms"), ("2", "lms"), ("1", "crm"))
    ]
    assert len({each.key for each in linked.links.audit}) == 3
    assert ".raw" not in str([each.item for each in linked.links.audit])


def test_an_id_typed_by_hand_is_the_one_that_a_hook_tells(linked: Linked) -> None:
    """Composed or not, and with blanks around: what ingestion makes of a hook's spelling is what was linked."""
    typed = Link("lms", " zoe\u0308@example.org ", " zoe\u0308")
    assert linked.list(typed).unknown == ()
    for hooks in ("zoë@example.org", "zoe\u0308@example.org", "\tzoë@example.org"):
        result = normalized(Event(place="event", id="e", type="forum.posted", occurred_at=NOW, member=hooks)).member
        assert linked.identities.resolve("academy", "lms", [result]) == {result: "3"}
