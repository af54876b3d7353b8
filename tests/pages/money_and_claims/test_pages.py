"""What each page shows and who may see it; what is drawn is the table, and the table the books."""

from __future__ import annotations

import csv
import re
from io import StringIO
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest

from makegood.channels.messages import send_code
from makegood.ledger import Account, amount_in, balances
from makegood.redress.claims import ClaimState, claim_of
from makegood.runs.rows import execute
from makegood.trust.audit import examination_of, examinations
from makegood.trust.proposals import ProposalKind, State, approve, proposals
from tests.pages.money_and_claims.relief_world import World, at_work
from tests.pages.test_centre import text
from tests.redress.claims.relief import NAME
from tests.staff_people import kinds_logged

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.usefixtures("world")

SVG = "{http://www.w3.org/2000/svg}"
MONEY, FIGURES, OPEN, RUNS, DEVIATIONS, LOG, REVIEW, VERIFY = (
    {"remediation_author", "remediation_approver", "payment_officer", "auditor"},
    {"remediation_author", "remediation_approver", "payment_officer", "auditor"}
    | {"supervisor", "call_centre_agent", "shop_agent"},
    {"payment_officer", "supervisor"},
    {"remediation_author", "remediation_approver", "payment_officer", "auditor"},
    {"remediation_author", "remediation_approver", "payment_officer", "auditor", "supervisor"},
    {"privacy_officer", "security_officer", "auditor"},
    {"privacy_officer", "auditor"},
    {"security_officer", "auditor"},
)
WHO_MAY = {
    "/overview/": OPEN | RUNS | VERIFY,
    "/money/": MONEY,
    "/money/vouchers/": RUNS,
    "/claims/": FIGURES,
    "/claims/open/": OPEN,
    "/claims/undetermined/": RUNS,
    "/claims/undetermined/waiver/?facts=brand": RUNS,
    "/claims/quotes/": DEVIATIONS,
    "/notices/": RUNS,
    "/audit/": LOG,
    "/audit/person/?person=L0001&purpose=audit": LOG,
    "/audit/review/": REVIEW,
    "/audit/verify/": VERIFY,
}
ROLES = (
    *("call_centre_agent", "supervisor", "remediation_author", "remediation_approver"),
    *("payment_officer", "privacy_officer", "auditor"),
)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_sees_its_pages_and_no_other(world: World, role: str) -> None:
    client = at_work(f"of.{role.replace('_', '.')}", role)
    for path, who in WHO_MAY.items():
        status = client.get(path).status_code
        assert status == (200 if role in who else 403), (role, path)
    claim = client.get(world.claim("L0001"))
    reads = {"call_centre_agent", "supervisor", "payment_officer"}
    assert claim.status_code == (200 if role in reads else 403)


def download(client: Client, path: str, name: str) -> list[list[str]]:
    """A table as the file says it, without its head."""
    found = client.get(f"{path}{'&' if '?' in path else '?'}download={name}")
    assert found.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.reader(StringIO(found.content.decode("utf-8-sig"))))
    return rows[1:]


def drawn(page: Any) -> ElementTree.Element:
    """The first picture of a page."""
    (picture, *_) = re.findall(r"<svg.*?</svg>", page.content.decode(), re.DOTALL)
    return ElementTree.fromstring(picture)  # noqa: S314 - our own


def heights(picture: ElementTree.Element, number: int) -> list[float]:
    boxes = [box for box in picture.iter(f"{SVG}rect") if box.get("class") == f"plot-{number}"]
    return [float(box.get("height", "")) for box in boxes if box.get("width") != "12"]


def test_money_is_what_the_ledger_says_and_the_file_is_the_table(world: World) -> None:
    client = at_work("yoon.money", "payment_officer")
    path = f"/money/?programme={NAME}&since=2026-01-10&until=2026-02-15"
    (row,) = download(client, path, "ledger")
    books = balances(NAME)
    paid, returned = (amount_in(books, a) for a in (Account.PAID, Account.RETURNED))
    assert row[5:7] == [str(paid), str(returned)]
    assert f"{paid:,}원" in text(client.get(path))
    days = download(client, path, "ledger-by-day")
    assert (days[0][0], days[-1][0], len(days)) == ("2026-02-15", "2026-01-10", 37)
    assert days[0][1] == str(paid)
    areas = list(drawn(client.get(path)).iter(f"{SVG}polygon"))
    assert len(areas) == sum(any(int(day[at]) for day in days) for at in range(1, 7))
    assert client.get("/money/?programme=other").status_code == 404
    assert world.receipts


def test_the_ledger_is_verified_from_the_page(world: World) -> None:
    from makegood.runs.rows import execute

    client = at_work("yoon.verify", "auditor")
    assert "모든 합계가 맞습니다" in text(
        client.post("/money/verify/", {"programme": NAME}, follow=True)
    )
    execute("UPDATE claims_claim SET amount = amount + 1 WHERE line_id = 'L0006'")
    execute("UPDATE claims_claim SET is_contradictory = false WHERE line_id = 'M0000'")
    page = client.post("/money/verify/", {"programme": NAME}, follow=True)
    assert "MG894" in text(page)
    assert "MG894" not in text(client.get("/money/"))
    execute("UPDATE claims_claim SET amount = amount - 1 WHERE line_id = 'L0006'")
    execute("UPDATE claims_claim SET is_contradictory = true WHERE line_id = 'M0000'")
    assert client.post("/money/verify/", {"programme": "other"}).status_code == 404
    assert (
        at_work("yoon.not", "supervisor").post("/money/verify/", {"programme": NAME}).status_code
        == 403
    )
    assert world.receipts


def test_what_happened_to_a_claim_is_told_in_words(world: World) -> None:
    client = at_work("seo.words", "payment_officer")
    page = text(client.get(f"/claims/{world.receipts['L0003']}/"))
    assert "계좌를 확인함" in page
    assert "account_checked" not in page
    assert "excluded:" not in page


def test_columns_of_claims_are_as_high_as_the_numbers(world: World) -> None:
    client = at_work("seo.counts", "auditor")
    path = f"/claims/?programme={NAME}&since=2026-01-14&until=2026-01-17"
    rows = download(client, path, "claims-by-day")
    assert rows == [
        ["2026-01-17", "0", "0", "0"],
        ["2026-01-16", "0", "4", "4"],
        ["2026-01-15", "5", "0", "5"],
        ["2026-01-14", "0", "0", "0"],
    ]
    picture = drawn(client.get(path))
    assert (heights(picture, 1), heights(picture, 2)) == ([190.0], [152.0])
    states = {row[1]: int(row[2]) for row in download(client, "/claims/", "claims-by-state")}
    assert (states["paid"], states["returned"], states["objected"]) == (5, 1, 1)
    assert sum(states.values()) == len(world.receipts)


def test_open_claims_are_listed_by_what_is_to_be_done(world: World) -> None:
    client = at_work("seo.open", "payment_officer")

    def listed(which: str) -> set[str]:
        rows = download(client, f"/claims/open/?which={which}", "claims")
        return {line for line, receipt in world.receipts.items() if receipt in {r[0] for r in rows}}

    assert listed("waiting") == {"L0003", "L0004", "L0011"}
    assert listed("late") == {"L0006", "L0011"}
    assert listed("returned") == {"L0002"}
    assert listed("contradictory") == {"M0000"}
    page = text(client.get("/claims/open/"))
    assert "서류와 함께 접수됨" in page
    # All kinds that can be listed are counted.
    assert "<dt>회선 자료에 회선이 없음</dt><dd>0</dd>" in page
    assert "김민수" not in page


def test_a_late_claim_is_proposed_by_one_approved_by_another_and_decided(world: World) -> None:
    client, address = at_work("han.first", "supervisor"), world.claim("L0011")
    page = text(client.get(address))
    assert "서류와 함께 접수됨" in page
    assert f"{address}approve/" not in page
    missing = client.post(f"{address}propose/", {"propose-amount": "100000"})
    assert "id_propose-reason_error" in text(missing)
    given = {"propose-amount": "100000", "propose-reason": "the certificate is in order"}
    assert "제안했습니다" in text(client.post(f"{address}propose/", given, follow=True))
    refused = client.post(f"{address}approve/")
    assert refused.status_code == 400
    assert "MG849" in text(refused)
    customer = claim_of(world.receipts["L0011"]).customer_id
    kind = ProposalKind.CUSTOMER_EXCEPTION
    (made,) = proposals(State.OPEN, kind, subject=f"customer:{customer}")
    approve(made.proposal_id, by="staff:another")
    assert "두 사람이 금액에 합의했습니다" in text(client.get(address))
    # It counts as well once somebody is named for the line, and the claim is theirs.
    execute("INSERT INTO serving_holder (line_id, customer_id) VALUES ('L0011', 'C1011')", [])
    shown = text(client.get(address))
    assert "두 사람이 금액에 합의했습니다" in shown
    assert '<dd class="mono">C1011</dd>' in shown
    execute("DELETE FROM serving_holder WHERE line_id = 'L0011'", [])
    assert "승인했습니다" in text(client.post(f"{address}approve/", follow=True))
    claim = claim_of(world.receipts["L0011"])
    assert (claim.state, claim.amount) == (ClaimState.SCHEDULED, 100_000)


def test_a_claim_is_refused_with_a_reason_and_a_contradiction_is_found_out(world: World) -> None:
    client = at_work("han.second", "payment_officer")
    address = world.claim("L0003")
    assert "id_refuse-reason_error" in text(client.post(f"{address}refuse/", {"refuse-reason": ""}))
    personal = client.post(f"{address}refuse/", {"refuse-reason": "call 010-1234-5678"})
    assert personal.status_code == 400
    given = {"refuse-reason": "the line is of another brand"}
    assert "거절했습니다" in text(client.post(f"{address}refuse/", given, follow=True))
    assert claim_of(world.receipts["L0003"]).state is ClaimState.REFUSED
    address = world.claim("M0000")
    assert text(client.post(f"{address}resolve/", {})).count("_error") >= 1
    given = {"resolve-was_paid": "yes", "resolve-reason": "the bank looked it up"}
    assert "저장했습니다" in text(client.post(f"{address}resolve/", given, follow=True))
    assert not claim_of(world.receipts["M0000"]).is_contradictory
    agent = at_work("han.agent", "call_centre_agent")
    undecided = world.claim("L0004")
    assert agent.post(f"{undecided}refuse/", {"refuse-reason": "no"}).status_code == 403
    assert agent.get("/claims/AAAA-BBBB-CCCC/").status_code == 404
    assert agent.post(f"{address}nothing/").status_code == 404
    assert agent.get(f"{address}refuse/").status_code == 405
    assert client.post(f"{address}document/").status_code == 404


def test_undetermined_lines_are_counted_and_named_by_pseudonym(world: World) -> None:
    client = at_work("im.lines", "remediation_author")
    rows = download(client, "/claims/undetermined/", "undetermined")
    assert ["위약금 면제", "brand", "1"] in rows
    path = "/claims/undetermined/waiver/?facts=brand"
    assert "L0004" in text(client.get(path))
    assert download(client, path, "lines") == [["L0004"]]
    for wrong in ("waiver/?facts=holder", "waiver/", "nothing/?facts=brand"):
        assert client.get(f"/claims/undetermined/{wrong}").status_code == 404
    assert world.receipts


def test_a_better_quote_is_proposed_for_the_customer(world: World) -> None:
    client = at_work("oh.quotes", "supervisor")
    path = f"/claims/quotes/?programme={NAME}&measure=waiver"
    (row,) = download(client, path, "deviations")
    assert (row[0], row[2], row[3]) == ("M0009", "120000", "100000")
    given = {"programme": NAME, "measure": "waiver"}
    assert "사유가 없거나" in text(client.post("/claims/quotes/propose/", given, follow=True))
    given["reason"] = "what was shown counts"
    assert "1건" in text(client.post("/claims/quotes/propose/", given, follow=True))
    (made,) = proposals(State.OPEN, ProposalKind.CUSTOMER_EXCEPTION, subject="customer:M0009")
    assert made.contents["amount"] == 120_000
    assert client.post("/claims/quotes/propose/", {**given, "measure": "x"}).status_code == 404
    assert world.receipts


def test_messages_codes_and_the_overview_lead_to_their_pages(world: World) -> None:
    client = at_work("go.messages", "payment_officer")
    rows = download(client, "/notices/", "messages")
    assert sorted(row[6:] for row in rows if "인증번호" not in row[0]) == [
        ["6", "0", "0", "6"],
        ["6", "4", "1", "1"],
    ]
    (by_day,) = download(client, "/notices/", "messages-by-day")
    assert by_day[1:] == ["4", "1", "7", "0"]
    picture = drawn(client.get("/notices/"))
    assert [len(heights(picture, number)) for number in (1, 2, 3, 4)] == [1, 1, 1, 0]
    assert download(client, "/money/vouchers/", "voucher-pools") == [
        ["music_pool", "1", "19", "부족"]
    ]
    addresses = re.findall(r'<a class="wanted" href="([^"]+)"', text(client.get("/overview/")))
    assert len(addresses) >= 5
    for address in addresses:
        assert client.get(address.replace("&amp;", "&")).status_code == 200
    assert world.receipts


def test_codes_of_two_languages_are_told_apart_and_say_of_how_long_they_are(world: World) -> None:
    settings = world.settings.model_copy(update={"sms_sender": "1588-0000"})
    for language in ("ko", "en", "en"):
        send_code(settings, "C0001", "010-1234-5678", "123456", language, NAME)
    client = at_work("go.codes", "payment_officer")
    rows = [row for row in download(client, "/notices/", "messages") if row[2] == "문자"]
    codes = [(row[0], row[3], row[6]) for row in rows if "인증번호" in row[0]]
    name = "최근 30일의 인증번호"
    assert codes == [(name, "영어", "2"), (name, "한국어", "1")]


def test_the_log_is_verified_by_a_worker_as_the_page_asked(world: World) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    from makegood.project.tasks import examine_log

    client = at_work("do.audit", "auditor")
    before = kinds_logged().count("log.verified")
    assert "검증을 시작했습니다" in text(client.post("/audit/verify/", follow=True))
    assert "이미 검증하고" in text(client.post("/audit/verify/", follow=True))
    assert "작업 프로세스를 기다립니다" in text(client.get("/audit/verify/"))
    (asked,) = [each for each in examinations() if not each.is_over]
    queued = ProcrastinateJob.objects.filter(task_name="makegood.examine_log").order_by("id").last()
    assert queued is not None
    assert queued.args == {"examination_id": str(asked.examination_id)}
    examine_log(**queued.args)
    examine_log(**queued.args)
    assert "바뀌거나 없어지거나" in text(client.get("/audit/verify/"))
    assert examination_of(asked.examination_id).result["ok"] is True
    assert kinds_logged().count("log.verified") == before + 2
    assert world.receipts


def test_a_finding_of_the_review_is_looked_at_once(world: World) -> None:
    nosy = at_work("na.nosy", "shop_agent")
    for _time in range(6):
        nosy.get("/money/")
    client = at_work("do.review", "privacy_officer")
    page = text(client.get("/audit/review/"))
    (address,) = re.findall(r'action="(/audit/review/[^"]*refused[^"]*)"', page)[:1]
    finding = address.rstrip("/").rsplit("/", 1)[-1]
    given = {f"{finding}-verdict": "explained", f"{finding}-note": ""}
    assert f"id_{finding}-note_error" in text(client.post(address, given))
    given[f"{finding}-note"] = "a new colleague, shown the way"
    assert "저장했습니다" in text(client.post(address, given, follow=True))
    assert "a new colleague" in text(client.get("/audit/review/"))
    again = client.post(address, given)
    assert again.status_code == 400
    assert "MG777" in text(again)
    assert client.get("/audit/review/?month=2031-01").status_code == 404
    rows = download(client, "/audit/", "accesses-by-day")
    assert sum(int(row[-1]) for row in rows) >= 6
    assert "필수 항목" not in text(client.get("/audit/person/"))
    found = at_work("do.person", "auditor").get("/audit/person/?person=010-1234-5678&purpose=audit")
    assert "고객 번호가 아닙니다" in text(found)
    assert world.receipts


def test_who_took_an_application_in_is_named_as_such(world: World) -> None:
    page = text(at_work("seo.taken", "payment_officer").get(world.claim("L0003")))
    assert "접수한 사람" in page
    assert "올린 사람" not in page


def test_verifications_of_the_log_are_asked_for_and_not_applied_for(world: World) -> None:
    client = at_work("oh.asked", "auditor")
    client.post("/audit/verify/")
    page = text(client.get("/audit/verify/"))
    assert "요청 일시" in page
    assert "신청 일시" not in page
    assert world.receipts
