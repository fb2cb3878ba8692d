"""`ladder openapi` prints one document of everything that the API has, and of nothing else."""

import json

import pytest

from infra.api import (
    ADMIN_ROUTES,
    ANSWER,
    CREDENTIAL_ROUTES,
    FEED,
    HOOK,
    MEMBER_ROUTES,
    POINTS,
    PUBLISHING_ROUTES,
    SUPERVISION_ROUTES,
    VERIFIER_ROUTES,
)
from infra.cli.main import main
from infra.cli.openapi import LOGIN, document

FILES = {"text/plain", "text/csv", "text/calendar", "image/svg+xml", "image/png", "application/vc+jwt"}


def test_the_command_prints_the_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["openapi"]) == 0
    assert json.loads(capsys.readouterr().out) == document()


def test_the_document_has_the_routes_of_the_gateway_and_no_other() -> None:
    people = (
        *MEMBER_ROUTES,
        *CREDENTIAL_ROUTES,
        *VERIFIER_ROUTES,
        *SUPERVISION_ROUTES,
        *ADMIN_ROUTES,
        *PUBLISHING_ROUTES,
    )
    deployed = {(path, method.value) for method, path in people} | {
        *((signed, "POST") for signed in (HOOK, POINTS, ANSWER)),
        (FEED, "GET"),
    }
    described = {(path, method.upper()) for path, route in document()["paths"].items() for method in route}
    assert described == deployed


def test_every_route_says_how_one_proves_who_one_is() -> None:
    described = document()
    for path, route in described["paths"].items():
        for operation in route.values():
            asked = {name for each in operation["security"] for name in each}
            assert asked <= set(described["components"]["securitySchemes"])
            assert (asked == {LOGIN}) == (
                path not in {HOOK, POINTS, ANSWER, FEED, *(path for _, path in VERIFIER_ROUTES)}
            )


def test_every_problem_is_in_one_form_and_every_reference_leads_somewhere() -> None:
    described = document()
    assert "HTTPValidationError" not in json.dumps(described)
    for route in described["paths"].values():
        for operation in route.values():
            for status, answer in operation["responses"].items():
                files = FILES if status == "200" else set()
                assert set(answer.get("content", {})) <= {"application/json", "application/problem+json", *files}
                assert status < "400" or status == "429" or "application/problem+json" in answer["content"]


def test_every_route_for_people_takes_a_language_and_describes_what_a_message_is() -> None:
    described = document()
    people = [
        each for route in described["paths"].values() for each in route.values() if {"login": []} in each["security"]
    ]
    assert people
    assert all("Accept-Language" in [given["name"] for given in each["parameters"]] for each in people)
    assert described["components"]["schemas"]["Message"]["properties"].keys() == {"code", "parameters", "text"}
