"""A minor's application whose line the facts lack: a parent's account with its document counts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings

from makegood.redress.claims import advance, claim_of
from makegood.redress.serving import register
from makegood.runs.rows import execute
from makegood.trust.access import Visitor
from tests.portal.acts.conftest import (
    HANEUL,
    HOLDERS,
    JIYEON,
    OFFERED,
    PARENT,
    confirm,
    file,
    hand_over,
    signed_in,
    value_of,
)
from tests.redress.claims.relief import AS_OF, LINES, NAME
from tests.redress.outage_lines import snapshot

pytestmark = pytest.mark.usefixtures("offered")
DOCUMENT = "가족관계증명서"


def left_out(line_id: str, tmp_path) -> None:
    rest = {name: LINES[name] for name in HOLDERS if name != line_id}
    folder = snapshot(tmp_path / "without", rest, AS_OF + timedelta(days=1), OFFERED)
    register(Visitor.console("root"), folder, NAME)


def applied_for_haneul() -> str:
    browser = signed_in(HANEUL)
    browser.post("/dues/1/waiver/apply/", PARENT)
    browser.post("/dues/1/waiver/apply/account-document/", {"file": file()})
    return confirm(browser)


def test_it_waits_for_persons_and_takes_another_account_of_a_parents(tmp_path):
    receipt = applied_for_haneul()
    left_out("L0005", tmp_path)
    assert advance(settings.INSTALLATION) == 1
    claim = claim_of(receipt)
    assert (claim.state, claim.waits_for) == ("checked", "undetermined,other_name")
    browser, path = signed_in(HANEUL), f"/claims/{receipt}/correct/"
    page = browser.get(path).content.decode()
    assert DOCUMENT in page
    sent = PARENT | {"changes": value_of(page, "changes")}
    assert browser.post(path, sent).status_code == 422, "not without its document"
    browser.post(f"{path}account-document/", {"file": file()})
    assert browser.post(path, sent).status_code == 302
    assert advance(settings.INSTALLATION) == 1
    assert claim_of(receipt).waits_for == "undetermined,other_name"


def test_of_a_line_that_is_anothers_by_now_nothing_is_read(tmp_path):
    receipt = applied_for_haneul()
    hand_over("L0005", JIYEON, tmp_path)
    path = f"/claims/{receipt}/correct/"
    assert DOCUMENT not in signed_in(HANEUL).get(path).content.decode()


def test_with_nothing_served_the_form_asks_for_the_document():
    receipt = applied_for_haneul()
    execute("DELETE FROM serving_current")
    answer = signed_in(HANEUL).get(f"/claims/{receipt}/correct/")
    assert answer.status_code == 200
    assert DOCUMENT in answer.content.decode()
