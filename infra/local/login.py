"""Test logins: users in the stack's pools, and the tokens that the API accepts."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from infra.local.emulator import Emulator

PROGRAM, TEAMS = "custom:program", "custom:teams"  # as in infra.login, whose import would load all of CDK
PASSWORD = "Ladder-demo-1"  # noqa: S105 - of everybody who signs in to the console here, where nobody is real


@dataclass(frozen=True, slots=True)
class Login:
    """`role`: None for a member, who has a pool of their own; "" for somebody of the staff without a role."""

    aws: Emulator
    outputs: Mapping[str, str]

    def add(self, user: str, *, program: str, role: str | None = None, teams: str = "") -> str:
        """Create a user, or change the one of that name, and return their subject. `teams`: of a supervisor."""
        cognito, pool = self.aws.client("cognito-idp"), {"UserPoolId": self.pool(role)}
        with suppress(cognito.exceptions.UsernameExistsException):
            cognito.admin_create_user(**pool, Username=user, MessageAction="SUPPRESS")
        attributes = [{"Name": PROGRAM, "Value": program}, *([{"Name": TEAMS, "Value": teams}] if teams else [])]
        cognito.admin_update_user_attributes(**pool, Username=user, UserAttributes=attributes)
        cognito.admin_set_user_password(**pool, Username=user, Password=PASSWORD, Permanent=True)
        if role:
            cognito.admin_add_user_to_group(**pool, Username=user, GroupName=role)
        return self.subject(user, role=role)

    def pool(self, role: str | None) -> str:
        """Return the id of the user pool."""
        return self.outputs["MemberPoolId" if role is None else "StaffPoolId"]

    def subject(self, user: str, *, role: str | None = None) -> str:
        described = self.aws.client("cognito-idp").admin_get_user(UserPoolId=self.pool(role), Username=user)
        return str(next(attribute["Value"] for attribute in described["UserAttributes"] if attribute["Name"] == "sub"))

    def token(self, user: str, *, program: str, role: str | None = None, teams: str = "") -> str:
        """Return the id token of `user`, who is created if missing; its claims carry `custom:program` and the roles."""
        return self._tokens(user, program, role, teams)["IdToken"]

    def access_token(self, user: str, *, program: str, role: str | None = None) -> str:
        """Return an access token. The API's authorizer accepts it, but it names no program, so functions refuse it."""
        return self._tokens(user, program, role)["AccessToken"]

    def _tokens(self, user: str, program: str, role: str | None, teams: str = "") -> dict[str, str]:
        self.add(user, program=program, role=role, teams=teams)
        answer = self.aws.client("cognito-idp").admin_initiate_auth(
            UserPoolId=self.pool(role),
            ClientId=self.outputs["MemberPoolClientId" if role is None else "StaffPoolClientId"],
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": user, "PASSWORD": PASSWORD},
        )
        tokens: dict[str, str] = answer["AuthenticationResult"]
        return tokens
