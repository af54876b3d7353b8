"""The clock is moved on a demonstration's own database, and on no server's."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from makegood.configuration import DEMONSTRATION_MARK, Settings
from makegood.kernel import MakegoodError
from makegood.project.preparing import move_clock


def test_a_servers_database_keeps_its_days_whatever_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / DEMONSTRATION_MARK).write_text("{}\n")
    home = tmp_path / "data"
    server = SecretStr("postgresql://relief@db.example/relief")
    assert Settings(home=home).is_demonstration
    settings = Settings(home=home, database_url=server, demo_shift_seconds=864_000)
    assert not settings.is_demonstration
    with pytest.raises(MakegoodError, match="MG691"):
        move_clock(settings)
