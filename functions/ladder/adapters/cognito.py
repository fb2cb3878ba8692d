"""The user pool: who may decide the reviews of a program, as the directory has it now."""

from collections.abc import Iterator, Mapping
from typing import Any

from ladder.adapters.aws import busy_is_unavailable
from ladder.domain.reviews.permissions import ROLES, Role

PROGRAM = "custom:program"
PAGE = 60  # the most users that one call returns


class CognitoReviewers:
    def __init__(self, client: Any, pool: str) -> None:
        self._client = client
        self._pool = pool

    def of(self, program: str, least: Role = "reviewer") -> list[str]:
        """Return the subjects of the enabled users of a program with this role or a higher one."""
        return sorted(self._names(program, least))

    def names(self, program: str) -> Mapping[str, str]:
        """Return the name of each enabled user of a program who decides, by their subject: else their user name."""
        return self._names(program, "reviewer")

    def _names(self, program: str, least: Role) -> dict[str, str]:
        names = dict[str, str]()
        for group in ROLES[ROLES.index(least) :]:
            for user in self._users(group):
                values = {attribute["Name"]: attribute["Value"] for attribute in user.get("Attributes", ())}
                if user.get("Enabled", True) and values.get(PROGRAM) == program:
                    names[values["sub"]] = values.get("name") or user["Username"]
        return names

    def _users(self, group: str) -> Iterator[dict[str, Any]]:
        request: dict[str, Any] = {"UserPoolId": self._pool, "GroupName": group, "Limit": PAGE}
        while True:
            with busy_is_unavailable():
                answer = self._client.list_users_in_group(**request)
            yield from answer["Users"]
            if not answer.get("NextToken"):
                return
            request["NextToken"] = answer["NextToken"]
