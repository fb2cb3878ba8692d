"""Test logins: users in the stack's pool, and the tokens that the API accepts."""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from infra.local.emulator import Emulator

PROGRAM = "custom:program"  # as in infra.login, whose import would load all of CDK
PASSWORD = "Ladder-demo-1"  # noqa: S105 - of everybody who signs in to the console here, where nobody is real


@dataclass(frozen=True, slots=True)
class Login:
    aws: Emulator
    outputs: Mapping[str, str]

    def add(self, user: str, *, program: str, role: str | None = None, password: str = PASSWORD) -> str:
        """Create a user, or change the one of that name, and return their subject."""
        cognito, pool = self.aws.client("cognito-idp"), {"UserPoolId": self.outputs["UserPoolId"]}
        with suppress(cognito.exceptions.UsernameExistsException):
            cognito.admin_create_user(**pool, Username=user, MessageAction="SUPPRESS")
        attributes = [{"Name": PROGRAM, "Value": program}]
        cognito.admin_update_user_attributes(**pool, Username=user, UserAttributes=attributes)
        cognito.admin_set_user_password(**pool, Username=user, Password=password, Permanent=True)
        if role:
            cognito.admin_add_user_to_group(**pool, Username=user, GroupName=role)
        described = cognito.admin_get_user(**pool, Username=user)["UserAttributes"]
        return str(next(attribute["Value"] for attribute in described if attribute["Name"] == "sub"))

    def token(self, user: str, *, program: str, role: str | None = None) -> str:
        """Return the id token of `user`, who is created if missing; its claims carry `custom:program` and the roles."""
        return self._tokens(user, program, role)["IdToken"]

    def access_token(self, user: str, *, program: str) -> str:
        """Return an access token. The API's authorizer accepts it, but it names no program, so functions refuse it."""
        return self._tokens(user, program)["AccessToken"]

    def _tokens(self, user: str, program: str, role: str | None = None) -> dict[str, str]:
        password = f"Aa1!{secrets.token_urlsafe(16)}"
        self.add(user, program=program, role=role, password=password)
        answer = self.aws.client("cognito-idp").admin_initiate_auth(
            UserPoolId=self.outputs["UserPoolId"],
            ClientId=self.outputs["UserPoolClientId"],
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": user, "PASSWORD": password},
        )
        tokens: dict[str, str] = answer["AuthenticationResult"]
        return tokens
