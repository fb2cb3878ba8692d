"""Who people are: a user pool that somebody else fills, its roles, and the client that logs them in."""

from aws_cdk import Duration
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.environments import Environment
from infra.nag_suppressions import accept

PROGRAM = "program"  # a token carries it as `custom:program`
ROLES = {
    "viewer": "Reads what waits to be decided, and everything that it rests on.",
    "reviewer": "Decides, in nobody's case but others'.",
    "admin": "Decides, and changes how the program is played.",
}  # a token carries them as `cognito:groups`
PASSWORD_LENGTH = 12


class Login(Construct):
    """Nobody signs up by himself, and nobody chooses his program: the client may read it and not write it."""

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
        accept(self.pool, "COG2", because="Agents may have no telephone at their desk; who has one can turn it on.")
        accept(
            self.pool,
            "COG8",
            because="The plus plan watches for stolen accounts; here they show a member his own points.",
        )

    def _client(self) -> cognito.UserPoolClient:
        """A public client, so it has no secret; a password crosses the wire only for a caller with an IAM role.

        What it may write is named, because an empty list would mean every standard attribute.
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
