"""A second admin, or none: what says on fakes whether one is enough."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from ladder.domain.members.roster import Member
from ladder.domain.programs.program import Program
from ladder.domain.reviews.colleagues import Colleagues, SecondAdmin
from ladder.domain.reviews.permissions import Role, Staff
from publishing.versions import Published, publish
from tests.fakes import MemoryDeclarations, MemoryIdentities
from tests.fakes.reviews import MemoryReviewQueue


@dataclass(slots=True)
class Directory:
    """The logins of every program, whatever their role, and the teams of its members."""

    people: Mapping[str, Sequence[str]] = field(default_factory=dict)
    teams: Sequence[Set[str]] = ()

    def of(self, program: str, least: Role = "reviewer") -> Sequence[str]:
        return self.people.get(program, ())

    def names(self, program: str) -> Mapping[str, str]:
        return {subject: subject.title() for subject in self.of(program)}

    def find(self, program: str, member: str) -> Member | None:
        return None

    def teammates(self, program: str, members: Set[str]) -> frozenset[str]:
        return frozenset().union(*(team for team in self.teams if team & members))


def second_admin(*admins: str, program: str = "academy", production: bool = False) -> SecondAdmin:
    """`admins`: everybody whom the directory knows as one."""
    directory = Directory({program: admins})
    colleagues = Colleagues(
        reviewers=directory, logins=MemoryIdentities(), declarations=MemoryDeclarations(), rosters=directory
    )
    return SecondAdmin(production=production, colleagues=colleagues)


def publish_alone(staff: Staff, draft: Program, **services: Any) -> Published:
    """Publish where there is no other admin."""
    published = publish(staff, draft, **services, second=second_admin(), reviews=MemoryReviewQueue())
    assert isinstance(published, Published)
    return published
