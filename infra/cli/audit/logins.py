"""Who is behind a login: records name it by the id that the user pool gave it."""

from dataclasses import dataclass, field
from uuid import UUID

from botocore.exceptions import ClientError

from infra.cli.ledger.stores import Place

POOL = "UserPoolId"


@dataclass(frozen=True, slots=True)
class Logins:
    on: Place
    _known: dict[str, str] = field(default_factory=dict, repr=False)

    def user(self, who: object) -> str:
        """ "" for what is no login's id, and where the pool does not know it or does not say."""
        if not isinstance(who, str) or not _is_login(who) or POOL not in self.on.outputs:
            return ""
        if who not in self._known:
            self._known[who] = self._asked(who)
        return self._known[who]

    def _asked(self, login: str) -> str:
        try:
            found = self.on.client("cognito-idp").admin_get_user(UserPoolId=self.on.outputs[POOL], Username=login)
        except ClientError:  # gone, or not for these credentials to know: the record is readable without
            return ""
        return str(found["Username"])


def _is_login(who: str) -> bool:
    """With its hyphens: a member's id has none."""
    try:
        return str(UUID(who)) == who
    except ValueError:
        return False
