"""What the app refuses to synthesise, and what it warns of."""

from datetime import timedelta

import pytest
from aws_cdk import App

from app import check_models, read_environment
from infra.models import DEFAULT, MODELS


def test_production_is_not_synthesised_without_a_mailbox_for_its_alarms() -> None:
    with pytest.raises(SystemExit, match="alarms need a mailbox"):
        read_environment(App(context={"environment": "prod"}))
    told = read_environment(App(context={"environment": "prod", "alarm_email": "ops@example.org"}))
    assert told.alarm_email == "ops@example.org"


def test_a_trial_may_do_without_a_mailbox() -> None:
    assert read_environment(App(context={"environment": "dev"})).alarm_email is None


def test_a_model_that_ends_soon_is_warned_of_and_one_that_has_ended_refused(capsys: pytest.CaptureFixture[str]) -> None:
    ends = MODELS[DEFAULT]
    check_models(ends - timedelta(days=91))
    assert capsys.readouterr().err == ""
    check_models(ends - timedelta(days=90))
    assert f"{DEFAULT} ends on {ends}" in capsys.readouterr().err
    with pytest.raises(SystemExit, match=f"{DEFAULT}.* ended"):
        check_models(ends)
