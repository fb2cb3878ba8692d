"""Handlers run under the policies that are synthesised for them, whichever emulator they call."""

import os
import sys
from typing import Any

import pytest

from infra.local.synthesis import synthesise
from ladder.adapters import aws as aws_adapter
from tests.builders.policies import FunctionPolicy


@pytest.fixture(autouse=True)
def _under_its_own_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A session that a handler opens asks its function's policy before each call."""
    template, real = synthesise().template, aws_adapter.aws_session

    def asking_session() -> Any:
        function = sys._getframe(1).f_globals["__name__"].partition(".")[0]
        policy, session = FunctionPolicy.of(function, template, os.environ), real()

        def ask(params: Any, model: Any, **_: Any) -> None:
            policy.check(model.service_model.service_name, model.name, params)

        session.register("before-parameter-build", ask)
        return session

    monkeypatch.setattr(aws_adapter, "aws_session", asking_session)
