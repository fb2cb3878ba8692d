"""The emulator lets every function do anything: so each call that a deployed one makes is held against its policies."""

from collections.abc import Iterator
from typing import Any

import pytest

from infra.local import stage
from infra.local.deployer import deploy
from infra.local.emulator import Emulator
from infra.local.synthesis import synthesise
from tests.builders.granted_calls import denied, read_calls, uses


@pytest.fixture(scope="module", autouse=True)
def no_function_did_what_its_role_may_not(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    calls, logical = tmp_path_factory.mktemp("calls") / "calls.jsonl", dict[str, str]()

    def recorded(aws: Emulator, **given: Any) -> dict[str, str]:
        outputs = deploy(aws, **given, calls=calls)
        logical.update(_named(aws))
        return outputs

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stage, "deploy", recorded)
        yield
    assert denied(uses(read_calls(calls), logical), synthesise().template) == []


def _named(aws: Emulator) -> dict[str, str]:
    """Logical ids by what the resources are called: a queue by its address, a machine by its ARN."""
    stack = synthesise().stack
    pages = aws.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack)
    found = [each for page in pages for each in page["StackResourceSummaries"]]
    return {each["PhysicalResourceId"]: each["LogicalResourceId"] for each in found if each.get("PhysicalResourceId")}
