"""The logins: a user pool for members and one for staff, which administrators fill, and the clients of each."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import Duration, Fn, Stack
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.environments import Environment
from infra.nag_suppressions import accept

PROGRAM, TEAMS = "program", "teams"  # a token carries them as `custom:program` and `custom:teams`, separated by ";"
ROLES = {
    "viewer": "Reads open reviews and everything they are based on.",
    "supervisor": "Sees the days of the members of their teams, and nothing of others.",
    "reviewer": "Decides reviews of others, never their own.",
    "admin": "Decides reviews and changes the program.",
}  # a token carries them as `cognito:groups`
PASSWORD_LENGTH = 12


class Pool(Construct):
    """One user pool with its login pages and its two clients: for callers with an IAM role, and for browsers.

    Nobody can sign up, or choose a program or teams: the clients may read these attributes and not write them.
    `prefix`: of the address of its pages. `attributes`: custom ones; a token carries each as `custom:<name>`.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        prefix: str,
        mfa: cognito.Mfa,
        attributes: tuple[str, ...],
        roles: Mapping[str, str],
    ) -> None:
        super().__init__(scope, construct_id)
        self.pool = cognito.UserPool(
            self,
            "Pool",
            self_sign_up_enabled=False,
            sign_in_aliases=cognito.SignInAliases(username=True),
            custom_attributes={name: cognito.StringAttribute(mutable=True) for name in attributes},
            password_policy=cognito.PasswordPolicy(
                min_length=PASSWORD_LENGTH,
                require_lowercase=True,
                require_uppercase=True,
                require_digits=True,
                require_symbols=True,
                temp_password_validity=Duration.days(3),
            ),
            mfa=mfa,
            mfa_second_factor=cognito.MfaSecondFactor(sms=False, otp=True),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            feature_plan=cognito.FeaturePlan.ESSENTIALS,  # managed login needs it
            deletion_protection=environment.keeps_data,
            removal_policy=environment.removal_policy,
        )
        self._common: Mapping[str, Any] = {  # of both clients
            "read_attributes": cognito.ClientAttributes()
            .with_standard_attributes(locale=True)
            .with_custom_attributes(*attributes),
            # named, because an empty list would mean every standard attribute
            "write_attributes": cognito.ClientAttributes().with_standard_attributes(locale=True),
            "id_token_validity": Duration.hours(1),
            "access_token_validity": Duration.hours(1),
            "refresh_token_validity": Duration.days(1),
            "prevent_user_existence_errors": True,
            "enable_token_revocation": True,
        }
        for role, description in roles.items():
            self.pool.add_group(role.title(), group_name=role, description=description)
        self.client = (
            self.pool.add_client(  # public, so it has no secret; only callers with an IAM role send a password
                "Client",
                generate_secret=False,
                disable_o_auth=True,
                auth_flows=cognito.AuthFlow(user_srp=True, admin_user_password=True),
                **self._common,
            )
        )
        # a prefix is unique in its region: the id of the stack is
        unique = Fn.select(4, Fn.split("-", Fn.select(2, Fn.split("/", Stack.of(self).stack_id))))
        self.domain = self.pool.add_domain(
            "Domain",
            cognito_domain=cognito.CognitoDomainOptions(domain_prefix=f"{prefix}-{unique}"),
            managed_login_version=cognito.ManagedLoginVersion.NEWER_MANAGED_LOGIN,
        )
        accept(self.pool, "COG8", because="The plus plan detects stolen accounts; staff have a second factor instead.")

    def add_browser_client(self, origin: str) -> None:
        """Add the client of the console at `origin`, by which browsers sign in: a code and its proof (PKCE).

        Its refresh tokens serve once; a second use within the grace period is a browser that tried twice.
        """
        self.browser_client = self.pool.add_client(
            "Browser",
            generate_secret=False,
            o_auth=cognito.OAuthSettings(
                flows=cognito.OAuthFlows(authorization_code_grant=True),
                scopes=[cognito.OAuthScope.OPENID, cognito.OAuthScope.PROFILE],
                callback_urls=[f"{origin}/console/signed-in"],
                logout_urls=[f"{origin}/console"],
            ),
            supported_identity_providers=[cognito.UserPoolClientIdentityProvider.COGNITO],
            auth_flows=cognito.AuthFlow(user_srp=True),  # an empty one would mean every flow
            refresh_token_rotation_grace_period=Duration.seconds(30),
            **self._common,
        )
        cognito.CfnManagedLoginBranding(  # without one, the login pages do not open
            self,
            "Branding",
            user_pool_id=self.pool.user_pool_id,
            client_id=self.browser_client.user_pool_client_id,
            use_cognito_provided_values=True,
        )

    @property
    def clients(self) -> list[cognito.IUserPoolClient]:
        return [self.client, self.browser_client]


class Login(Construct):
    """Two pools, because a second factor is a setting of a pool: members may have one, staff must.

    Somebody of the staff who plays has a login in each.
    """

    def __init__(self, scope: Construct, construct_id: str, *, environment: Environment) -> None:
        super().__init__(scope, construct_id)
        name = f"ladder-{environment.name}"
        self.members = Pool(
            self,
            "Members",
            environment=environment,
            prefix=name,
            mfa=cognito.Mfa.OPTIONAL,
            attributes=(PROGRAM,),
            roles={},
        )
        self.staff = Pool(
            self,
            "Staff",
            environment=environment,
            prefix=f"{name}-staff",
            mfa=cognito.Mfa.REQUIRED,
            attributes=(PROGRAM, TEAMS),
            roles=ROLES,
        )
        accept(
            self.members.pool,
            "COG2",
            because="Agents may have no telephone at work; those who have one can enable MFA.",
        )
