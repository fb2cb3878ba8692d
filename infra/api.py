"""The HTTP API: systems report what people did, members see their progress, staff decide."""

import json
from typing import cast

from aws_cdk import Stack
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.function import Commons, Function
from infra.login import Login
from infra.monitoring import WINDOW
from infra.nag_suppressions import accept

GET, POST, PUT = apigateway.HttpMethod.GET, apigateway.HttpMethod.POST, apigateway.HttpMethod.PUT
PATCH = apigateway.HttpMethod.PATCH
DELETE = apigateway.HttpMethod.DELETE
HOOK = "/hooks/{program}/{source}"
POINTS = "/api/v1/users/{userId}/points"
FEED = "/calendar/{file}"
ANSWER = "/channels/{program}/{channel}/answers"
MEMBER_ROUTES = (
    (GET, "/members/me"),
    (GET, "/members/me/progress"),
    (PUT, "/members/me/participation/{category}"),
    (GET, "/members/me/objections"),
    (PUT, "/members/me/objections/{purpose}"),
    (GET, "/members/me/settings"),
    (PUT, "/members/me/settings"),
    (GET, "/members/me/ledger"),
    (GET, "/members/me/days"),
    (GET, "/members/me/calendar"),
    (GET, "/members/me/rules"),
    (POST, "/members/me/disputes"),
    (GET, "/members/me/verdicts"),
    (POST, "/members/me/contests"),
    (GET, "/members/me/confirmations"),
    (POST, "/members/me/confirmations"),
    (GET, "/members/me/kudos"),
    (POST, "/members/me/kudos"),
    (GET, "/members/me/messages"),
    (GET, "/members/me/catalogue"),
    (GET, "/members/me/orders"),
    (POST, "/members/me/orders"),
    (GET, "/members/me/export"),
    (GET, "/members/me/links"),
    (GET, "/members/me/appointments"),
    (POST, "/members/me/appointments/answers"),
    (GET, "/members/me/availability"),
    (GET, "/members/me/calendar-feed"),
    (POST, "/members/me/calendar-feed"),
    (DELETE, "/members/me/calendar-feed"),
)
CREDENTIAL_ROUTES = tuple(
    (GET, f"/members/me/badges/{{badge}}/credential{suffix}") for suffix in ("", ".jwt", ".svg", ".png")
)
VERIFIER_ROUTES = ((GET, "/issuers/{program}/did.json"), (GET, "/issuers/{program}/status/{number}"))
STAFF_PROGRAM = "/programs/{program}"
SUPERVISION_ROUTES = (
    (GET, "/me"),
    (GET, f"{STAFF_PROGRAM}/teams"),
    (GET, f"{STAFF_PROGRAM}/teams/{{team}}"),
    (GET, f"{STAFF_PROGRAM}/nights"),
    (GET, f"{STAFF_PROGRAM}/messages"),
    (GET, f"{STAFF_PROGRAM}/completion"),
    (GET, f"{STAFF_PROGRAM}/waiting"),
    (GET, f"{STAFF_PROGRAM}/audit"),
    (GET, f"{STAFF_PROGRAM}/orders"),
    (GET, f"{STAFF_PROGRAM}/orders.csv"),
    (GET, f"{STAFF_PROGRAM}/versions"),
    (GET, f"{STAFF_PROGRAM}/versions/{{version}}"),
    (GET, f"{STAFF_PROGRAM}/versions/{{version}}/changes"),
    (GET, f"{STAFF_PROGRAM}/members"),
    (GET, f"{STAFF_PROGRAM}/members/{{member}}"),
    (GET, f"{STAFF_PROGRAM}/members/{{member}}/talking-points"),
)
PROGRAM = "/admin/programs/{program}"
MEMBER = f"{PROGRAM}/members/{{member}}"
ADMIN_ROUTES = (
    (GET, "/admin/reviews"),
    (POST, "/admin/reviews"),
    (GET, "/admin/reviews/{review}"),
    (POST, "/admin/reviews/{review}/assignment"),
    (POST, "/admin/reviews/{review}/decision"),
    (PUT, f"{PROGRAM}/me"),
    (POST, f"{PROGRAM}/rotations"),
    (POST, f"{PROGRAM}/members/file"),
    (POST, f"{MEMBER}/grants"),
    (POST, f"{MEMBER}/revocations"),
    (POST, f"{MEMBER}/evaluations"),
    (POST, f"{MEMBER}/orders"),
    (GET, f"{MEMBER}/export"),
    (POST, f"{MEMBER}/erasure"),
    (POST, f"{MEMBER}/logins"),
    (POST, f"{MEMBER}/unlinks"),
)
PUBLISHING_ROUTES = (
    (POST, f"{PROGRAM}/checks"),
    (POST, f"{PROGRAM}/drafts"),
    (POST, f"{PROGRAM}/versions"),
    (PATCH, "/api/gamification/rules"),
    (POST, f"{PROGRAM}/pauses"),
    (POST, f"{PROGRAM}/reviews/{{review}}/decision"),
)

MOST_ERRORS = 5  # in a quarter of an hour: senders retry after a 5xx, so that one may happen
THROTTLE = apigateway.ThrottleSettings(rate_limit=200, burst_limit=400)  # requests a second: limits the cost of a flood
LOGGED = {  # never the path: a calendar's address is its secret, and others hold ids of members
    "requestId": "$context.requestId",
    "time": "$context.requestTimeEpoch",
    "ip": "$context.identity.sourceIp",
    "route": "$context.routeKey",
    "status": "$context.status",
    "bytes": "$context.responseLength",
    "milliseconds": "$context.responseLatency",
    "integrationError": "$context.integrationErrorMessage",
    "authorizerError": "$context.authorizer.error",
}


class Api(Construct):
    """`hooks` serves systems, which sign their requests, and `feeds` calendars, whose addresses are secret.

    The other functions serve people with an id token.

    What verifies a credential is open to everybody.

    The functions check roles: the gateway does not know groups. Browsers cannot call it from another origin (no CORS):
    the console's pages come from this one.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        hooks: Function,
        feeds: Function,
        members: Function,
        credentials: Function,
        supervision: Function,
        admin: Function,
        publishing: Function,
        login: Login,
        commons: Commons,
    ) -> None:
        super().__init__(scope, construct_id)
        environment = commons.environment
        self.api = apigateway.HttpApi(self, "Resource", api_name=Stack.of(self).stack_name, create_default_stage=False)
        group = logs.LogGroup(
            self, "Logs", retention=environment.access_log_retention, removal_policy=environment.removal_policy
        )
        self.stage = apigateway.HttpStage(
            self, "Stage", http_api=self.api, stage_name="$default", auto_deploy=True, throttle=THROTTLE
        )
        cast(
            "apigateway.CfnStage", self.stage.node.default_child
        ).access_log_settings = apigateway.CfnStage.AccessLogSettingsProperty(
            destination_arn=group.log_group_arn, format=json.dumps(LOGGED)
        )
        integration = integrations.HttpLambdaIntegration("Hooks", hooks)
        because = "A system has no login: it signs each body, and the function verifies the signature."
        for path in (HOOK, POINTS):
            for route in self.api.add_routes(path=path, methods=[POST], integration=integration):
                accept(route, "APIG4", because=because)
        integration = integrations.HttpLambdaIntegration("Verifiers", credentials)
        for method, path in VERIFIER_ROUTES:
            for route in self.api.add_routes(path=path, methods=[method], integration=integration):
                because = "Whoever is shown a credential verifies it without a login; nothing here names a member."
                accept(route, "APIG4", because=because)
        integration = integrations.HttpLambdaIntegration("Answers", members)
        for route in self.api.add_routes(path=ANSWER, methods=[POST], integration=integration):
            because = "A chat's service has no login: it signs what somebody pressed, and the function verifies that."
            accept(route, "APIG4", because=because)
        integration = integrations.HttpLambdaIntegration("Feeds", feeds)
        for route in self.api.add_routes(path=FEED, methods=[GET], integration=integration):
            because = "A calendar has no login: its address holds a random token, and the function looks up its digest."
            accept(route, "APIG4", because=because)
        for pool in (login.members, login.staff):
            pool.add_browser_client(self.api.api_endpoint)
        of_members, of_staff = (
            authorizers.HttpUserPoolAuthorizer(name, pool.pool, user_pool_clients=pool.clients)
            for name, pool in (("MemberLogin", login.members), ("StaffLogin", login.staff))
        )
        for name, function, routes, authorizer in (
            ("Members", members, MEMBER_ROUTES, of_members),
            ("Credentials", credentials, CREDENTIAL_ROUTES, of_members),
            ("Supervision", supervision, SUPERVISION_ROUTES, of_staff),
            ("Admin", admin, ADMIN_ROUTES, of_staff),
            ("Publishing", publishing, PUBLISHING_ROUTES, of_staff),
        ):
            integration = integrations.HttpLambdaIntegration(name, function)
            for method, path in routes:
                self.api.add_routes(path=path, methods=[method], integration=integration, authorizer=authorizer)
        errors = self.api.metric_server_error(period=WINDOW, statistic="Sum")
        commons.monitoring.alarm("ApiErrors", errors, threshold=MOST_ERRORS)
