"""The HTTP API: systems report what people did, members see their progress, staff decide."""

import json
from collections.abc import Sequence
from typing import cast

from aws_cdk import Stack
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.environments import Environment
from infra.function import Function
from infra.login import Login
from infra.nag_suppressions import accept

GET, POST, PUT = apigateway.HttpMethod.GET, apigateway.HttpMethod.POST, apigateway.HttpMethod.PUT
HOOK = "/hooks/{program}/{source}"
MEMBER_ROUTES = (
    (GET, "/members/me/progress"),
    (GET, "/members/me/ledger"),
    (POST, "/members/me/disputes"),
    (GET, "/members/me/catalogue"),
    (POST, "/members/me/orders"),
    (GET, "/members/me/links"),
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
    (POST, f"{PROGRAM}/drafts"),
    (POST, f"{PROGRAM}/versions"),
    (POST, f"{PROGRAM}/pauses"),
    (POST, f"{PROGRAM}/rotations"),
    (POST, f"{MEMBER}/grants"),
    (POST, f"{MEMBER}/revocations"),
    (POST, f"{MEMBER}/evaluations"),
    (GET, f"{MEMBER}/export"),
    (POST, f"{MEMBER}/erasure"),
    (POST, f"{MEMBER}/logins"),
    (POST, f"{MEMBER}/unlinks"),
)
type Routes = Sequence[tuple[apigateway.HttpMethod, str]]

THROTTLE = apigateway.ThrottleSettings(rate_limit=200, burst_limit=400)  # requests a second: limits the cost of a flood
LOGGED = {
    "requestId": "$context.requestId",
    "time": "$context.requestTimeEpoch",
    "ip": "$context.identity.sourceIp",
    "route": "$context.routeKey",
    "path": "$context.path",
    "status": "$context.status",
    "bytes": "$context.responseLength",
    "milliseconds": "$context.responseLatency",
    "integrationError": "$context.integrationErrorMessage",
    "authorizerError": "$context.authorizer.error",
}


class Api(Construct):
    """`hooks` serves systems, which sign their requests; `members` and `admin` serve people with an id token.

    The functions check roles: the gateway does not know groups. Browsers cannot call it from another origin (no CORS)
    until a page needs to.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        hooks: Function,
        members: Function,
        admin: Function,
        login: Login,
        environment: Environment,
    ) -> None:
        super().__init__(scope, construct_id)
        self.api = apigateway.HttpApi(self, "Resource", api_name=Stack.of(self).stack_name, create_default_stage=False)
        self.stage = self._stage(environment)
        integration = integrations.HttpLambdaIntegration("Hooks", hooks)
        for route in self.api.add_routes(path=HOOK, methods=[POST], integration=integration):
            because = "A system has no login: it signs each body, and the function verifies the signature."
            accept(route, "APIG4", because=because)
        authorizer = authorizers.HttpUserPoolAuthorizer("Login", login.pool, user_pool_clients=[login.client])
        self._add_routes("Members", members, MEMBER_ROUTES, authorizer)
        self._add_routes("Admin", admin, ADMIN_ROUTES, authorizer)

    def _add_routes(
        self, name: str, function: Function, routes: Routes, authorizer: apigateway.IHttpRouteAuthorizer
    ) -> None:
        integration = integrations.HttpLambdaIntegration(name, function)
        for method, path in routes:
            self.api.add_routes(path=path, methods=[method], integration=integration, authorizer=authorizer)

    def _stage(self, environment: Environment) -> apigateway.HttpStage:
        group = logs.LogGroup(
            self, "Logs", retention=environment.log_retention, removal_policy=environment.removal_policy
        )
        stage = apigateway.HttpStage(
            self, "Stage", http_api=self.api, stage_name="$default", auto_deploy=True, throttle=THROTTLE
        )
        cast(
            "apigateway.CfnStage", stage.node.default_child
        ).access_log_settings = apigateway.CfnStage.AccessLogSettingsProperty(
            destination_arn=group.log_group_arn, format=json.dumps(LOGGED)
        )
        return stage
