"""Somebody to log in as: a user in the bundle's pool, and the token that the API takes."""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from infra.local.emulator import Emulator

PROGRAM = "custom:program"  # as infra.login has it, which would bring all of CDK along


@dataclass(frozen=True, slots=True)
class Login:
    aws: Emulator
    outputs: Mapping[str, str]

    def token(self, user: str, *, program: str, role: str | None = None) -> str:
        """The id token of `user`, who is made where there is none; its claims carry `custom:program` and his roles."""
        return self._tokens(user, program, role)["IdToken"]

    def access_token(self, user: str, *, program: str) -> str:
        """The API's authorizer lets it pass too, but it does not say whose program it is: the function refuses it."""
        return self._tokens(user, program)["AccessToken"]

    def _tokens(self, user: str, program: str, role: str | None = None) -> dict[str, str]:
        cognito, pool = self.aws.client("cognito-idp"), {"UserPoolId": self.outputs["UserPoolId"]}
        password = f"Aa1!{secrets.token_urlsafe(16)}"
        with suppress(cognito.exceptions.UsernameExistsException):
            cognito.admin_create_user(**pool, Username=user, MessageAction="SUPPRESS")
        belongs = [{"Name": PROGRAM, "Value": program}]
        cognito.admin_update_user_attributes(**pool, Username=user, UserAttributes=belongs)
        cognito.admin_set_user_password(**pool, Username=user, Password=password, Permanent=True)
        if role:
            cognito.admin_add_user_to_group(**pool, Username=user, GroupName=role)
        answer = cognito.admin_initiate_auth(
            **pool,
            ClientId=self.outputs["UserPoolClientId"],
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": user, "PASSWORD": password},
        )
        tokens: dict[str, str] = answer["AuthenticationResult"]
        return tokens
