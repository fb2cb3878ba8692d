"""A hook with everything behind it in memory, and the vendors that call it."""

import pytest

from tests.builders.vendors import VENDORS, Vendor
from tests.builders.webhooks import Hook, hook_of


@pytest.fixture(params=VENDORS, ids=[vendor.kind for vendor in VENDORS])
def vendor(request: pytest.FixtureRequest) -> Vendor:
    found: Vendor = request.param
    return found


@pytest.fixture
def hook(vendor: Vendor) -> Hook:
    return hook_of(vendor.source)
