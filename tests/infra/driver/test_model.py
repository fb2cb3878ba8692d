"""A model of one's own is asked something small before a demonstration starts."""

import pytest

from infra.cli.driver.model import ModelService
from infra.local.fake_model import FakeLLM
from ladder.domain.errors import Rejected


def test_a_model_that_answers_is_taken_after_one_question() -> None:
    with FakeLLM() as service:
        ModelService.at(service.url, "house-model").check()
        assert len(service.asked) == 1


def test_where_nobody_listens_the_address_and_the_hint_are_told() -> None:
    with pytest.raises(
        Rejected, match=r"http://127\.0\.0\.1:1: no answer .* start the service, or correct --model-url"
    ):
        ModelService.at("http://127.0.0.1:1", "x").check()


def test_a_service_that_is_down_is_told_with_what_it_answered() -> None:
    with FakeLLM(always="down") as service, pytest.raises(Rejected, match=f"{service.url}: .* answered 503"):
        ModelService.at(service.url, "x").check()


def test_another_service_at_that_address_is_no_model() -> None:
    with FakeLLM() as service, pytest.raises(Rejected, match="refused the question: 404"):
        ModelService.at(f"{service.url}/elsewhere", "x").check()
