"""Declaring who one is, on fakes: before anything is decided, and never taken back."""

from dataclasses import dataclass, field, replace

import pytest

from admin.declare import Declared, declare
from ladder.domain.activities.activity import LOGIN
from ladder.domain.errors import Conflict, NotAuthorized, NotFound
from ladder.domain.members.roster import Member
from ladder.domain.reviews.colleagues import Colleagues
from ladder.domain.reviews.permissions import Declaration, Staff
from tests.builders.review_services import ANNA, NOW, ReviewServices
from tests.builders.reviews import HOLD
from tests.builders.second_admin import Directory
from tests.fakes import MemoryDeclarations, MemoryIdentities, MemoryPrograms
from tests.fakes.administration import MemoryPeople
from tests.fakes.members import MemoryLedger

JO, AL = "a" * 32, "b" * 32
NEW = replace(ANNA, declared=False)


@dataclass
class Declaring:
    logins: MemoryIdentities = field(default_factory=MemoryIdentities)
    declarations: MemoryDeclarations = field(default_factory=MemoryDeclarations)

    def say(self, member: str | None, *, by: Staff = NEW) -> Declared:
        programs = MemoryPrograms()
        programs.enrol("academy", (Member(id=JO, user="jo"), Member(id=AL, user="al")))
        people = MemoryPeople(MemoryLedger(), programs)
        return declare(by, member, now=NOW, people=people, logins=self.logins, declarations=self.declarations)

    @property
    def own(self) -> frozenset[str]:
        return self.declarations.of("academy", "anna").own


@pytest.fixture
def me() -> Declaring:
    return Declaring()


def test_it_is_said_once_and_audited_once(me: Declaring) -> None:
    assert [me.say(JO).again, me.say(JO).again] == [False, True]
    (record,) = me.declarations.audit
    assert (record.who, record.what, record.about["member"]) == ("anna", "audit.own_member_declared", JO)


def test_whoever_was_declared_before_stays_ones_own_case(me: Declaring) -> None:
    """Else one would declare another member for as long as it takes to decide one's own case."""
    for member in (JO, AL, None):
        me.say(member)
    assert me.own == {JO, AL}
    assert [each.about.get("member") for each in me.declarations.audit] == [JO, AL, None]
    assert not me.say(JO).again


def test_who_does_not_play_says_so_unless_their_login_says_otherwise(me: Declaring) -> None:
    assert me.say(None) == Declared(member=None, again=False)
    assert me.declarations.of("academy", "anna").made
    me.logins.link("academy", LOGIN, "zoe", JO)
    with pytest.raises(Conflict, match=r"admin\.declare_linked_member"):
        me.say(None, by=replace(NEW, subject="zoe"))
    assert not me.say(JO, by=replace(NEW, subject="zoe")).again


def test_nobody_is_a_member_whom_nobody_knows_and_a_viewer_has_nothing_to_declare(me: Declaring) -> None:
    with pytest.raises(NotFound):
        me.say("f" * 32)
    with pytest.raises(NotAuthorized, match="reviewer"):
        me.say(JO, by=replace(NEW, role="viewer"))
    assert me.declarations.audit == []


def test_two_declarations_of_one_person_in_the_same_moment_are_in_conflict(me: Declaring) -> None:
    class Late(MemoryDeclarations):
        def of(self, program: str, subject: str) -> Declaration:
            return replace(super().of(program, subject), times=0)

    me.declarations = Late()
    me.say(JO)
    with pytest.raises(Conflict, match=r"admin\.declared_at_same_moment"):
        me.say(AL)
    assert me.own == {JO}


def test_a_second_account_decides_nothing_of_the_member_whom_it_declared() -> None:
    """By what the second account says of itself, and nothing before it has."""
    me, services = Declaring(), ReviewServices()
    me.say(JO, by=Staff("second", "academy", "admin"))
    colleagues = Colleagues(reviewers=services, logins=me.logins, declarations=me.declarations, rosters=Directory())
    assert [colleagues.is_own("second", replace(HOLD, member=each)) for each in (JO, AL)] == [True, False]
