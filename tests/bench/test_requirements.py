"""The bench has an environment of its own, in which makegood itself must work."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_bench_needs_all_that_makegood_needs():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = (ROOT / "bench" / "requirements.in").read_text("utf-8").splitlines()
    missing = [needed for needed in project["dependencies"] if needed not in asked]
    assert not missing, f"add to bench/requirements.in, and solve its lock: {missing}"
