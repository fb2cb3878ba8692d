"""What the synthesised template says of the API: who may ask what, and who may log in."""

import json
from typing import Any

import pytest

from ladder.domain.reviews.permissions import ROLES
from supervision.viewer import SUPERVISOR
from tests.infra.template import Template

pytestmark = pytest.mark.xdist_group("template")

MEMBERS = {
    "GET /members/me",
    "GET /members/me/progress",
    "GET /members/me/ledger",
    "GET /members/me/days",
    "GET /members/me/calendar",
    "GET /members/me/rules",
    "GET /members/me/verdicts",
    "POST /members/me/contests",
    "GET /members/me/confirmations",
    "POST /members/me/confirmations",
    "GET /members/me/kudos",
    "POST /members/me/kudos",
    "GET /members/me/messages",
    "POST /members/me/disputes",
    "GET /members/me/catalogue",
    "GET /members/me/orders",
    "POST /members/me/orders",
    "GET /members/me/export",
    "GET /members/me/links",
    "PUT /members/me/participation/{category}",
    "GET /members/me/objections",
    "PUT /members/me/objections/{purpose}",
    "GET /members/me/settings",
    "PUT /members/me/settings",
    "GET /members/me/appointments",
    "POST /members/me/appointments/answers",
    "GET /members/me/availability",
    "GET /members/me/calendar-feed",
    "POST /members/me/calendar-feed",
    "DELETE /members/me/calendar-feed",
}
ADMINS = {
    "GET /admin/reviews",
    "POST /admin/reviews",
    "GET /admin/reviews/{review}",
    "POST /admin/reviews/{review}/assignment",
    "POST /admin/reviews/{review}/decision",
    "PUT /admin/programs/{program}/me",
    "POST /admin/programs/{program}/rotations",
    "POST /admin/programs/{program}/members/file",
    "POST /admin/programs/{program}/members/{member}/grants",
    "POST /admin/programs/{program}/members/{member}/revocations",
    "POST /admin/programs/{program}/members/{member}/evaluations",
    "POST /admin/programs/{program}/members/{member}/orders",
    "GET /admin/programs/{program}/members/{member}/export",
    "POST /admin/programs/{program}/members/{member}/erasure",
    "POST /admin/programs/{program}/members/{member}/logins",
    "POST /admin/programs/{program}/members/{member}/unlinks",
}
PUBLISHERS = {
    "POST /admin/programs/{program}/checks",
    "POST /admin/programs/{program}/drafts",
    "POST /admin/programs/{program}/versions",
    "PATCH /api/gamification/rules",
    "POST /admin/programs/{program}/pauses",
    "POST /admin/programs/{program}/reviews/{review}/decision",
}
SUPERVISORS = {
    "GET /me",
    "GET /programs/{program}/teams",
    "GET /programs/{program}/teams/{team}",
    "GET /programs/{program}/messages",
    "GET /programs/{program}/nights",
    "GET /programs/{program}/completion",
    "GET /programs/{program}/waiting",
    "GET /programs/{program}/audit",
    "GET /programs/{program}/orders",
    "GET /programs/{program}/orders.csv",
    "GET /programs/{program}/versions",
    "GET /programs/{program}/versions/{version}",
    "GET /programs/{program}/versions/{version}/changes",
    "GET /programs/{program}/members",
    "GET /programs/{program}/members/{member}",
    "GET /programs/{program}/members/{member}/talking-points",
}
TAKEN_ALONG = {f"GET /members/me/badges/{{badge}}/credential{suffix}" for suffix in ("", ".jwt", ".svg", ".png")}
VERIFIERS = {"GET /issuers/{program}/did.json", "GET /issuers/{program}/status/{number}"}
HOOKS = {"POST /hooks/{program}/{source}", "POST /api/v1/users/{userId}/points"}
FEED = "GET /calendar/{file}"
ANSWER = "POST /channels/{program}/{channel}/answers"
PAGES = {"GET /", "GET /console", "GET /console/{proxy+}"}
POOLS = {"LoginMembers": {"program"}, "LoginStaff": {"program", "teams"}}  # with their custom attributes
CLIENTS = [f"{pool}Pool{client}" for pool in POOLS for client in ("Client", "Browser")]


def _routes(template: Template) -> dict[str, dict[str, Any]]:
    return {each["Properties"]["RouteKey"]: each["Properties"] for each in template.all("ApiGatewayV2::Route").values()}


def _function_behind(template: Template, route: dict[str, Any]) -> str:
    [target] = [part["Ref"] for part in route["Target"]["Fn::Join"][1] if isinstance(part, dict)]
    uri = json.dumps(template.resources[target]["Properties"]["IntegrationUri"])
    return next(name for name in template.all("Lambda::Function") if f'"{name}"' in uri)


def test_people_log_in_systems_sign_calendars_know_an_address_and_what_is_open_names_nobody(
    template: Template,
) -> None:
    routes = _routes(template)
    people = MEMBERS | TAKEN_ALONG | SUPERVISORS | ADMINS | PUBLISHERS
    assert {key for key, route in routes.items() if route["AuthorizationType"] == "JWT"} == people
    without_login = {*HOOKS, FEED, ANSWER, *PAGES, *VERIFIERS}
    assert {key for key, route in routes.items() if route["AuthorizationType"] == "NONE"} == without_login
    assert set(routes) == people | without_login


@pytest.mark.parametrize(
    ("routes", "function"),
    [
        (HOOKS, "IngestionFunction"),
        ({FEED}, "FeedFunction"),
        (MEMBERS | {ANSWER}, "ProgressFunction"),
        (SUPERVISORS, "SupervisionFunction"),
        (ADMINS, "AdminFunction"),
        (PUBLISHERS, "PublishingFunction"),
        (PAGES, "ConsoleFunction"),
        (TAKEN_ALONG | VERIFIERS, "CredentialsFunction"),
    ],
)
def test_each_is_answered_by_the_function_of_its_people(template: Template, routes: set[str], function: str) -> None:
    found = {key for key, route in _routes(template).items() if _function_behind(template, route).startswith(function)}
    assert found == routes


@pytest.mark.parametrize(
    ("login", "pool", "routes"),
    [("Member", "LoginMembers", MEMBERS | TAKEN_ALONG), ("Staff", "LoginStaff", SUPERVISORS | ADMINS | PUBLISHERS)],
)
def test_a_token_is_one_of_the_pool_of_its_people_for_our_clients(
    template: Template, login: str, pool: str, routes: set[str]
) -> None:
    [name] = [name for name in template.all("ApiGatewayV2::Authorizer") if f"{login}Login" in name]
    authorizer = template.resources[name]["Properties"]
    assert authorizer["AuthorizerType"] == "JWT"
    assert authorizer["IdentitySource"] == ["$request.header.Authorization"]
    clients = [client for client in template.all("Cognito::UserPoolClient") if client.startswith(pool)]
    assert authorizer["JwtConfiguration"]["Audience"] == [{"Ref": client} for client in clients]
    [user_pool] = [key for key in template.all("Cognito::UserPool") if key.startswith(pool)]
    assert {"Ref": user_pool} in authorizer["JwtConfiguration"]["Issuer"]["Fn::Join"][1]
    asking = {key for key, route in _routes(template).items() if route.get("AuthorizerId") == {"Ref": name}}
    assert asking == routes


def test_no_page_of_another_origin_may_call_it(template: Template) -> None:
    assert "CorsConfiguration" not in template.one("ApiGatewayV2::Api")


def test_a_flood_is_held_back_and_every_request_leaves_a_line(template: Template) -> None:
    stage, [log] = template.one("ApiGatewayV2::Stage"), [key for key in template.all("Logs::LogGroup") if "Api" in key]
    assert (stage["StageName"], stage["AutoDeploy"]) == ("$default", True)
    assert stage["DefaultRouteSettings"] == {"ThrottlingRateLimit": 200, "ThrottlingBurstLimit": 400}
    assert stage["AccessLogSettings"]["DestinationArn"] == {"Fn::GetAtt": [log, "Arn"]}
    assert {"requestId", "route", "status", "ip"} <= set(json.loads(stage["AccessLogSettings"]["Format"]))


def test_ingestion_answers_before_the_api_gives_up_on_it(template: Template) -> None:
    assert template.one("Lambda::Function", "Ingestion")["Timeout"] < 30
    assert template.one("Lambda::Function", "Progress")["Timeout"] < 30
    assert template.one("Lambda::Function", "Supervision")["Timeout"] < 30
    assert template.one("Lambda::Function", "Publishing")["Timeout"] == 30  # a trial stops by itself after 15


@pytest.mark.parametrize(("name", "mfa"), [("LoginMembers", "OPTIONAL"), ("LoginStaff", "ON")])
def test_nobody_signs_up_by_themselves_passwords_are_strong_and_staff_need_a_second_factor(
    template: Template, name: str, mfa: str
) -> None:
    pool = template.one("Cognito::UserPool", name)
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    required = pool["Policies"]["PasswordPolicy"]
    assert required.pop("MinimumLength") == 12
    assert required.pop("TemporaryPasswordValidityDays") == 3
    assert set(required.values()) == {True}
    assert (pool["MfaConfiguration"], pool["EnabledMfas"]) == (mfa, ["SOFTWARE_TOKEN_MFA"])


def test_the_staff_s_pool_has_the_roles_that_the_functions_know_and_the_members_pool_none(template: Template) -> None:
    groups = template.all("Cognito::UserPoolGroup")
    assert {each["Properties"]["GroupName"] for each in groups.values()} == {*ROLES, SUPERVISOR}
    assert all(name.startswith("LoginStaff") for name in groups)


@pytest.mark.parametrize("name", CLIENTS)
def test_people_read_their_program_and_teams_in_their_token_and_cannot_write_them(
    template: Template, name: str
) -> None:
    """The emulator lets anybody write anything: on AWS this list decides."""
    client = template.one("Cognito::UserPoolClient", name)
    pool = name.partition("Pool")[0]
    assert {each["Name"] for each in template.one("Cognito::UserPool", pool)["Schema"]} == POOLS[pool]
    assert set(client["ReadAttributes"]) == {"locale", *(f"custom:{attribute}" for attribute in POOLS[pool])}
    assert client["WriteAttributes"] == ["locale"]


@pytest.mark.parametrize("name", CLIENTS)
def test_a_client_is_public_and_sends_no_password_over_the_wire(template: Template, name: str) -> None:
    client = template.one("Cognito::UserPoolClient", name)
    assert client["GenerateSecret"] is False
    assert "ALLOW_USER_PASSWORD_AUTH" not in client["ExplicitAuthFlows"]
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert client["EnableTokenRevocation"] is True


@pytest.mark.parametrize("pool", POOLS)
def test_a_browser_signs_in_by_a_code_at_the_consoles_own_address_and_its_refresh_tokens_serve_once(
    template: Template, pool: str
) -> None:
    browser, other = (template.one("Cognito::UserPoolClient", f"{pool}Pool{name}") for name in ("Browser", "Client"))
    [api] = template.all("ApiGatewayV2::Api")
    assert other["AllowedOAuthFlowsUserPoolClient"] is False
    assert (browser["AllowedOAuthFlows"], browser["AllowedOAuthScopes"]) == (["code"], ["openid", "profile"])
    assert browser["ExplicitAuthFlows"] == ["ALLOW_USER_SRP_AUTH"]
    assert browser["RefreshTokenRotation"] == {"Feature": "ENABLED", "RetryGracePeriodSeconds": 30}
    for urls, path in (("CallbackURLs", "/console/signed-in"), ("LogoutURLs", "/console")):
        [url] = browser[urls]
        assert {"Fn::GetAtt": [api, "ApiEndpoint"]} in url["Fn::Join"][1]
        assert url["Fn::Join"][1][-1] == path


@pytest.mark.parametrize("pool", POOLS)
def test_a_login_has_pages_of_its_own_at_an_address_that_no_other_stack_takes(template: Template, pool: str) -> None:
    domain = template.one("Cognito::UserPoolDomain", pool)
    assert domain["ManagedLoginVersion"] == 2
    assert '{"Ref": "AWS::StackId"}' in json.dumps(domain["Domain"])
    [browser] = [name for name in template.all("Cognito::UserPoolClient") if name.startswith(f"{pool}PoolBrowser")]
    assert template.one("Cognito::ManagedLoginBranding", pool)["ClientId"] == {"Ref": browser}
    assert template.one("Cognito::UserPool", pool)["UserPoolTier"] == "ESSENTIALS"


def test_the_two_logins_have_two_addresses(template: Template) -> None:
    domains = {json.dumps(each["Properties"]["Domain"]) for each in template.all("Cognito::UserPoolDomain").values()}
    assert len(domains) == 2


def test_the_identity_key_is_long_random_and_outside_the_prefix_that_others_may_read(template: Template) -> None:
    secret = template.one("SecretsManager::Secret")
    assert secret["GenerateSecretString"] == {"PasswordLength": 64, "ExcludePunctuation": True}
    assert "Name" not in secret


def test_only_who_looks_people_up_may_read_the_identity_key(template: Template) -> None:
    [key] = template.all("SecretsManager::Secret")
    readers = {
        role["Ref"].rpartition("Role")[0]
        for policy in template.all("IAM::Policy").values()
        for role in policy["Properties"]["Roles"]
        if f'"{key}"' in json.dumps(policy["Properties"]["PolicyDocument"])
    }
    assert readers == {
        "Ingestion",
        "Progress",
        "Credentials",
        "Admin",
        "Publishing",
        "Rotation",
    }  # nights read files that name other systems' ids
