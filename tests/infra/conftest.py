"""The bundle as it is synthesised for each environment: once, however many tests read it."""

import pytest

from infra.local.synthesis import Assembly, synthesise
from tests.infra.template import Template, template_of


@pytest.fixture(scope="session")
def assembly() -> Assembly:
    return synthesise(environment="dev")


@pytest.fixture(scope="session")
def template(assembly: Assembly) -> Template:
    return template_of(assembly)


@pytest.fixture(scope="session")
def prod() -> Template:
    return template_of(synthesise(environment="prod", checked=True))
