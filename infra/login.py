"""The login: a user pool that administrators fill, its roles, and the client that signs people in."""

from aws_cdk import Duration
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.environments import Environment
from infra.nag_suppressions import accept

PROGRAM = "program"  # a token carries it as `custom:program`
ROLES = {
    "viewer": "Reads open reviews and everything they are based on.",
    "reviewer": "Decides reviews of others, never their own.",
    "admin": "Decides reviews and changes the program.",
}  # a token carries them as `cognito:groups`
PASSWORD_LENGTH = 12


class Login(Construct):
    """Nobody can sign up or choose a program: the client may read the attribute and not write it."""

    def __init__(self, scope: Construct, construct_id: str, *, environment: Environment) -> None:
        super().__init__(scope, construct_id)
        self.pool = cognito.UserPool(
            self,
            "Pool",
            self_sign_up_enabled=False,
            sign_in_aliases=cognito.SignInAliases(username=True),
            custom_attributes={PROGRAM: cognito.StringAttribute(mutable=True)},
            password_policy=cognito.PasswordPolicy(
                min_length=PASSWORD_LENGTH,
                require_lowercase=True,
                require_uppercase=True,
                require_digits=True,
                require_symbols=True,
                temp_password_validity=Duration.days(3),
            ),
            mfa=cognito.Mfa.OPTIONAL,
            mfa_second_factor=cognito.MfaSecondFactor(sms=False, otp=True),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            deletion_protection=environment.keeps_data,
            removal_policy=environment.removal_policy,
        )
        for role, description in ROLES.items():
            self.pool.add_group(role.title(), group_name=role, description=description)
        self.client = self._client()
        accept(
            self.pool,
            "COG2",
            because="Agents may have no telephone at work; those who have one can enable MFA.",
        )
        accept(
            self.pool,
            "COG8",
            because="The plus plan detects stolen accounts; here an account shows members their own points.",
        )

    def _client(self) -> cognito.UserPoolClient:
        """A public client, so it has no secret; only callers with an IAM role may send a password.

        Its writable attributes are named, because an empty list would mean every standard attribute.
        """
        return self.pool.add_client(
            "Client",
            generate_secret=False,
            disable_o_auth=True,
            auth_flows=cognito.AuthFlow(user_srp=True, admin_user_password=True),
            read_attributes=cognito.ClientAttributes()
            .with_standard_attributes(locale=True)
            .with_custom_attributes(PROGRAM),
            write_attributes=cognito.ClientAttributes().with_standard_attributes(locale=True),
            id_token_validity=Duration.hours(1),
            access_token_validity=Duration.hours(1),
            refresh_token_validity=Duration.days(1),
            prevent_user_existence_errors=True,
            enable_token_revocation=True,
        )
