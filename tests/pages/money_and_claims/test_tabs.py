"""The tabs of the pages about applications: a role is led nowhere where it may not go."""

from __future__ import annotations

import re

import pytest

from tests.pages.money_and_claims.relief_world import World, at_work
from tests.pages.money_and_claims.test_pages import WHO_MAY


@pytest.mark.parametrize("role", ["call_centre_agent", "supervisor", "remediation_author"])
def test_tabs_of_claims_are_those_that_a_role_may_open(world: World, role: str) -> None:  # noqa: ARG001 - it must be there first
    client = at_work(f"tabs.of.{role.replace('_', '.')}", role)
    page = client.get("/claims/").content.decode()
    [tabs] = re.findall(r'<nav aria-label="신청">(.*?)</nav>', page, re.DOTALL)
    offered = re.findall(r'href="([^"]+)"( aria-current)?', tabs)
    paths = ("/claims/", "/claims/open/", "/claims/undetermined/", "/claims/quotes/")
    assert [path for path, _ in offered] == [path for path in paths if role in WHO_MAY[path]]
    assert [path for path, is_here in offered if is_here] == ["/claims/"]
