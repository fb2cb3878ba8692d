"""Settings by the real handler: stored as a whole, from the version that was read; the language holds at once."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.deployed_api import CLAIMS, DeployedApi, deployed_api
from tests.fakes.gateway import bearing

SAID: dict[str, Any] = {
    "language": "de",
    "recognition": "team",
    "time_zone": "Europe/Berlin",
    "quiet_hours": {"begins": "20:00", "ends": "07:30"},
    "muted": ["streak", "kudos"],
    "channels_off": ["mail"],
}


@pytest.fixture(scope="module")
def deployed() -> Iterator[DeployedApi]:
    with deployed_api() as made:
        yield made


def changed(deployed: DeployedApi, body: Any) -> tuple[int, Any]:
    headers = {"content-type": "application/json", **bearing(CLAIMS)}
    answer = deployed.gateway.call("PUT", "/members/me/settings", headers=headers, body=json.dumps(body).encode())
    return answer["statusCode"], json.loads(answer["body"])


def asked(deployed: DeployedApi, path: str, accepts: str) -> tuple[str, Any]:
    headers = {"accept-language": accepts, **bearing(CLAIMS)}
    answer = deployed.gateway.call("GET", f"/members/me/{path}".rstrip("/"), headers=headers)
    return answer["headers"]["content-language"], json.loads(answer["body"])


def test_settings_hold_from_the_version_that_was_read_and_the_language_before_what_a_browser_asks(
    deployed: DeployedApi,
) -> None:
    language, settings = asked(deployed, "settings", "de")
    assert (language, settings["version"], settings["recognition"], settings["language"]) == ("de", 0, "private", None)
    status, stored = changed(deployed, {**SAID, "after": 0})
    assert (status, stored["version"]) == (200, 1)
    assert {name: stored[name] for name in SAID} == SAID
    assert changed(deployed, {**SAID, "after": 0}) == (200, stored)  # the same again
    assert changed(deployed, {"recognition": "public", "after": 0})[0] == 409
    language, settings = asked(deployed, "settings", "en")
    assert (language, settings) == ("de", stored)
    language, refused = asked(deployed, "nowhere", "en")
    assert (language, refused["status"]) == ("de", 404)
    assert asked(deployed, "", "en")[1]["language"] == "de"
    status, stored = changed(deployed, {"after": 1})  # as if nobody had ever set anything
    assert (status, stored["language"], stored["quiet_hours"], stored["muted"]) == (200, None, None, [])
    assert asked(deployed, "settings", "en")[0] == "en"


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"language": "xx"}, "body.language"),
        ({"recognition": "everybody"}, "body.recognition"),
        ({"quiet_hours": {"begins": "24:00", "ends": "07:00"}}, "body.quiet_hours.begins"),
        ({"quiet_hours": {"begins": "20:00"}}, "body.quiet_hours.ends"),
        ({"muted": ["birthdays"]}, "body.muted.0"),
        ({"channels_off": ["a b"]}, "body.channels_off.0"),
        ({"after": -1}, "body.after"),
        ({"colour": "red"}, "body.colour"),
    ],
)
def test_what_is_no_setting_is_refused_at_its_place(deployed: DeployedApi, wrong: dict[str, Any], where: str) -> None:
    status, problem = changed(deployed, {**SAID, "after": 0, **wrong})
    assert (status, [error["where"] for error in problem["errors"]]) == (422, [where])


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"time_zone": "Europe/Atlantis"}, "members.no_such_time_zone"),
        ({"time_zone": "../etc/passwd"}, "members.no_such_time_zone"),
        ({"quiet_hours": {"begins": "20:00", "ends": "20:00"}}, "members.quiet_hours_empty"),
    ],
)
def test_a_zone_that_there_is_not_and_hours_without_an_end_are_refused(
    deployed: DeployedApi, wrong: dict[str, Any], code: str
) -> None:
    status, problem = changed(deployed, {**SAID, "after": 0, **wrong})
    assert (status, problem["code"]) == (422, code)
