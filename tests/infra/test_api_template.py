"""What the synthesised template says of the API: who may ask what, and who may log in."""

import json
from typing import Any

import pytest

from ladder.domain.reviews.permissions import ROLES
from supervision.viewer import SUPERVISOR
from tests.infra.template import Template

pytestmark = pytest.mark.xdist_group("template")

MEMBERS = {
    "GET /members/me/progress",
    "GET /members/me/ledger",
    "POST /members/me/disputes",
    "GET /members/me/catalogue",
    "POST /members/me/orders",
    "GET /members/me/links",
    "PUT /members/me/participation/{category}",
}
ADMINS = {
    "GET /admin/reviews",
    "POST /admin/reviews",
    "GET /admin/reviews/{review}",
    "POST /admin/reviews/{review}/assignment",
    "POST /admin/reviews/{review}/decision",
    "PUT /admin/programs/{program}/me",
    "POST /admin/programs/{program}/drafts",
    "POST /admin/programs/{program}/versions",
    "POST /admin/programs/{program}/pauses",
    "POST /admin/programs/{program}/rotations",
    "POST /admin/programs/{program}/members/{member}/grants",
    "POST /admin/programs/{program}/members/{member}/revocations",
    "POST /admin/programs/{program}/members/{member}/evaluations",
    "GET /admin/programs/{program}/members/{member}/export",
    "POST /admin/programs/{program}/members/{member}/erasure",
    "POST /admin/programs/{program}/members/{member}/logins",
    "POST /admin/programs/{program}/members/{member}/unlinks",
}
SUPERVISORS = {
    "GET /me",
    "GET /programs/{program}/teams",
    "GET /programs/{program}/teams/{team}",
    "GET /programs/{program}/nights",
    "GET /programs/{program}/completion",
    "GET /programs/{program}/members",
    "GET /programs/{program}/members/{member}",
    "GET /programs/{program}/members/{member}/talking-points",
}
HOOK = "POST /hooks/{program}/{source}"
PAGES = {"GET /", "GET /console", "GET /console/{proxy+}"}
CLIENTS = ("LoginPoolClient", "LoginPoolBrowser")


def _routes(template: Template) -> dict[str, dict[str, Any]]:
    return {each["Properties"]["RouteKey"]: each["Properties"] for each in template.all("ApiGatewayV2::Route").values()}


def _function_behind(template: Template, route: dict[str, Any]) -> str:
    [target] = [part["Ref"] for part in route["Target"]["Fn::Join"][1] if isinstance(part, dict)]
    uri = json.dumps(template.resources[target]["Properties"]["IntegrationUri"])
    return next(name for name in template.all("Lambda::Function") if f'"{name}"' in uri)


def test_people_log_in_systems_sign_and_only_the_pages_are_open(  # which hold no data
    template: Template,
) -> None:
    routes = _routes(template)
    people = MEMBERS | SUPERVISORS | ADMINS
    assert {key for key, route in routes.items() if route["AuthorizationType"] == "JWT"} == people
    assert {key for key, route in routes.items() if route["AuthorizationType"] == "NONE"} == {HOOK, *PAGES}
    assert set(routes) == {*people, *PAGES, HOOK}


@pytest.mark.parametrize(
    ("routes", "function"),
    [
        ({HOOK}, "IngestionFunction"),
        (MEMBERS, "ProgressFunction"),
        (ADMINS, "AdminFunction"),
        (PAGES, "ConsoleFunction"),
    ],
)
def test_each_is_answered_by_the_function_of_its_people(template: Template, routes: set[str], function: str) -> None:
    found = {key for key, route in _routes(template).items() if _function_behind(template, route).startswith(function)}
    assert found == routes


def test_the_token_is_one_of_our_pool_for_our_clients(template: Template) -> None:
    [pool], clients = template.all("Cognito::UserPool"), template.all("Cognito::UserPoolClient")
    authorizer = template.one("ApiGatewayV2::Authorizer")
    assert authorizer["AuthorizerType"] == "JWT"
    assert authorizer["IdentitySource"] == ["$request.header.Authorization"]
    assert authorizer["JwtConfiguration"]["Audience"] == [{"Ref": client} for client in clients]
    assert {"Ref": pool} in authorizer["JwtConfiguration"]["Issuer"]["Fn::Join"][1]
    [name] = template.all("ApiGatewayV2::Authorizer")
    assert all(
        route["AuthorizerId"] == {"Ref": name} for key, route in _routes(template).items() if key in MEMBERS | ADMINS
    )


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


def test_nobody_signs_up_by_themselves_and_passwords_are_strong(template: Template) -> None:
    pool = template.one("Cognito::UserPool")
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    required = pool["Policies"]["PasswordPolicy"]
    assert required.pop("MinimumLength") == 12
    assert required.pop("TemporaryPasswordValidityDays") == 3
    assert set(required.values()) == {True}
    assert (pool["MfaConfiguration"], pool["EnabledMfas"]) == ("OPTIONAL", ["SOFTWARE_TOKEN_MFA"])


def test_the_pool_has_the_roles_that_the_function_knows(template: Template) -> None:
    groups = {each["Properties"]["GroupName"] for each in template.all("Cognito::UserPoolGroup").values()}
    assert groups == {*ROLES, SUPERVISOR}


@pytest.mark.parametrize("name", CLIENTS)
def test_a_member_reads_their_program_in_their_token_and_cannot_write_it(template: Template, name: str) -> None:
    """The emulator lets anybody write anything: on AWS this list decides."""
    client = template.one("Cognito::UserPoolClient", name)
    assert [each["Name"] for each in template.one("Cognito::UserPool")["Schema"]] == ["program", "teams"]
    assert set(client["ReadAttributes"]) == {"custom:program", "custom:teams", "locale"}
    assert client["WriteAttributes"] == ["locale"]


@pytest.mark.parametrize("name", CLIENTS)
def test_a_client_is_public_and_sends_no_password_over_the_wire(template: Template, name: str) -> None:
    client = template.one("Cognito::UserPoolClient", name)
    assert client["GenerateSecret"] is False
    assert "ALLOW_USER_PASSWORD_AUTH" not in client["ExplicitAuthFlows"]
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert client["EnableTokenRevocation"] is True


def test_a_browser_signs_in_by_a_code_at_the_consoles_own_address_and_its_refresh_tokens_serve_once(
    template: Template,
) -> None:
    browser, other = (template.one("Cognito::UserPoolClient", name) for name in reversed(CLIENTS))
    [api] = template.all("ApiGatewayV2::Api")
    assert other["AllowedOAuthFlowsUserPoolClient"] is False
    assert (browser["AllowedOAuthFlows"], browser["AllowedOAuthScopes"]) == (["code"], ["openid", "profile"])
    assert browser["ExplicitAuthFlows"] == ["ALLOW_USER_SRP_AUTH"]
    assert browser["RefreshTokenRotation"] == {"Feature": "ENABLED", "RetryGracePeriodSeconds": 30}
    for urls, path in (("CallbackURLs", "/console/signed-in"), ("LogoutURLs", "/console")):
        [url] = browser[urls]
        assert {"Fn::GetAtt": [api, "ApiEndpoint"]} in url["Fn::Join"][1]
        assert url["Fn::Join"][1][-1] == path


def test_the_login_has_pages_of_its_own_at_an_address_that_no_other_stack_takes(template: Template) -> None:
    domain = template.one("Cognito::UserPoolDomain")
    assert domain["ManagedLoginVersion"] == 2
    assert '{"Ref": "AWS::StackId"}' in json.dumps(domain["Domain"])
    [browser] = [name for name in template.all("Cognito::UserPoolClient") if name.startswith(CLIENTS[1])]
    assert template.one("Cognito::ManagedLoginBranding")["ClientId"] == {"Ref": browser}
    assert template.one("Cognito::UserPool")["UserPoolTier"] == "ESSENTIALS"


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
        "Supervision",
        "Admin",
        "Rotation",
    }  # nights read files that name other systems' ids
