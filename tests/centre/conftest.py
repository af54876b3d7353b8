"""The support centre, in this process and in a real browser."""

from __future__ import annotations

from uuid import uuid4

import pyarrow as pa
import pytest
from django.db import transaction

from makegood.channels.vouchers import give, import_codes
from makegood.kernel import pay_once_key
from makegood.redress.choices import begin_granting, choose, settle_choices
from makegood.trust.access import Visitor
from tests.centre.at_work import agent as agent  # noqa: PLC0414 - a fixture
from tests.centre.at_work import network as network  # noqa: PLC0414 - a fixture
from tests.centre.at_work import offered as offered  # noqa: PLC0414 - a fixture
from tests.pages.conftest import chromium as chromium  # noqa: PLC0414 - a fixture
from tests.pages.conftest import context as context  # noqa: PLC0414 - a fixture
from tests.pages.conftest import site as site  # noqa: PLC0414 - a fixture
from tests.portal.acts.conftest import MINSU
from tests.portal.acts.conftest import bank as bank  # noqa: PLC0414 - a fixture
from tests.redress.claims.relief import NAME, applicant
from tests.store_fixture import Database

MUSIC = "MUSIC-AAAA1"


@pytest.fixture
def given(offered: Database, tmp_path) -> str:  # noqa: ARG001 - it must be there first
    """Minsu's first line chose music and was given its pass: the code."""
    codes = tmp_path / "music.csv"
    codes.write_text(f"code\n{MUSIC}\n")
    import_codes(Visitor.console("root"), "music_pool", codes)
    choose(applicant(MINSU), NAME, "pass", "L0001", "music", "web")
    key, run_id = pay_once_key(NAME, "pass", "L0001", "2024-05-02", "once"), uuid4()
    chosen = {"line_id": ["L0001"], "option": ["music"], "key": [key]}
    answer = {"key": [key], "attempt": [1], "outcome": ["done"], "code": [""]}
    with transaction.atomic():
        begin_granting(run_id, pa.table(chosen), programme=NAME, measure="pass")
        give("music_pool", key)
        settle_choices(run_id, pa.table(answer))
    return MUSIC
