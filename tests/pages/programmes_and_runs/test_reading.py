"""What each page shows, and to whom it is shown."""

from pathlib import Path

PAGES = (
    "/programmes/",
    "/programmes/gift-2026/plan/",
    "/runs/",
    "/runs/contradictions/",
)


def text(response) -> str:
    return str(response.content.decode())


def version() -> str:
    from makegood.publication import newest_version

    return f"/programmes/gift-2026/{newest_version('gift-2026')}/"


def test_who_works_with_programmes_and_runs_reads_every_page_and_nobody_else(world, signed_in):
    pages = (*PAGES, version(), world.grant, world.credit, f"{world.grant}progress/")
    for who in ("author", "approver", "payer", "auditor"):
        client = signed_in(who)
        for page in pages:
            assert client.get(page).status_code == 200, (who, page)
    for who in ("agent", "officer"):
        client = signed_in(who)
        for page in (*pages, "/runs/answers/", "/programmes/bring/"):
            assert client.get(page).status_code == 403, (who, page)
        assert 'href="/runs/"' not in text(client.get("/"))


def test_a_stranger_is_asked_to_sign_in(world):
    from tests.staff_people import browser

    for page in (*PAGES, version(), world.grant, "/runs/answers/", "/programmes/bring/"):
        answer = browser().get(page)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/account/sign-in/")


def test_versions_say_who_proposed_and_published_and_their_hash(world, signed_in):
    page = text(signed_in("auditor").get(version()))
    assert "보상안 해시" in page
    assert "the board agreed on it" in page
    assert "매월 100GB" in page
    assert world
    listed = signed_in("approver").get("/programmes/?download=versions")
    assert listed.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "in_force" in text(listed)


def test_the_text_is_given_to_the_byte(world, signed_in):
    from tests.runs.planning.gift import TEXT

    client = signed_in("auditor")
    assert client.get(f"{version()}programme.yaml").content.decode() == TEXT
    assert client.get(f"{version()}messages.yaml").status_code == 404
    assert client.get(f"{version()}other.yaml").status_code == 404
    assert client.get(f"/programmes/gift-2026/{'0' * 64}/").status_code == 404
    assert client.get("/programmes/none-2026/plan/").status_code == 404
    assert world


def test_the_plan_shows_what_is_due_with_its_run(world, signed_in):
    client = signed_in("payer")
    page = text(client.get("/programmes/gift-2026/plan/"))
    assert "<svg" in page
    assert "style=" not in page
    assert world.grant in page
    assert "아직 계획되지 않음" in page
    table = text(client.get("/programmes/gift-2026/plan/?download=plan"))
    assert "sent" in table


def test_the_plan_shows_the_whole_calendar_beside_its_runs(world, signed_in):
    client = signed_in("payer")
    page = text(client.get("/programmes/gift-2026/plan/"))
    assert "시각은 Asia/Seoul 시간대 기준입니다." in page
    assert "신청을 받기 시작합니다." in page
    assert "이후에도 계속되는 것: 보험 신청" in page
    table = text(client.get("/programmes/gift-2026/plan/?download=plan"))
    assert "2026-02-01T09:00:00+09:00,신청을 받기 시작합니다." in table
    assert "2026-01-13,이날이 끝나는 시각을" in table
    assert world


def test_what_has_not_left_is_not_called_unanswered(world, signed_in):
    figures = text(signed_in("payer").get(f"{world.credit}progress/"))
    assert "아직 보내지 않음: 6" in figures
    assert "아직 응답 없음: 0" in figures


def test_a_run_shows_what_failed_who_was_left_out_and_what_has_no_end(world, signed_in):
    page = text(signed_in("payer").get(world.grant))
    assert "실패, E7" in page
    assert "보상안에서 제외: 정지된 회선입니다" in page
    assert "서로 어긋남" in page
    assert "응답 없음" in page
    assert "실패분 다시 시도" in page


def test_files_hold_pseudonyms_only(world, signed_in):
    client = signed_in("payer")
    found = text(client.get(f"{world.grant}?download=items"))
    assert "L0" in found
    assert "customer" not in found.lower()
    for name in ("shards", "failures", "left-out", "progress"):
        answer = client.get(f"{world.grant}?download={name}")
        assert answer.headers["Content-Disposition"].startswith("attachment"), name
        assert answer.headers["Cache-Control"] == "no-store"
    assert client.get("/runs/?download=runs").status_code == 200


def test_runs_are_narrowed_down(world, signed_in):
    client = signed_in("auditor")
    assert world.grant in text(client.get("/runs/?programme=gift-2026&state=sent"))
    assert world.grant not in text(client.get("/runs/?state=closed"))
    for query in ("state=nonsense", "programme=%00", "page=99999999", "page=-1", "page=x"):
        assert client.get(f"/runs/?{query}").status_code == 200, query


def test_what_goes_wrong_in_the_work_stands_above_the_runs(world, signed_in):
    from makegood.runs import Step
    from makegood.runs.troubles import report

    assert world
    payer = signed_in("payer")
    assert "작업 중에 생긴 문제" not in text(payer.get("/runs/"))
    report({Step.PLAN: ["error MG872: the facts are <too> old"]})
    page = text(payer.get("/runs/"))
    assert 'id="troubles"' in page
    assert "작업 중에 생긴 문제" in page
    assert "error MG872: the facts are &lt;too&gt; old" in page
    assert "/runs/#troubles" in text(payer.get("/overview/"))


def test_a_run_that_is_not_there_is_not_found(world, signed_in):
    client = signed_in("payer")
    other = "/runs/00000000-0000-4000-8000-000000000000/"
    for page in (other, f"{other}progress/", f"{other}pause/", f"{other}items/{'M' * 32}/"):
        assert client.get(page).status_code == 404, page
    assert client.get(f"{world.grant}explode/").status_code == 404
    assert client.get("/runs/contradictions/R7K3-9QXM-2HTB/").status_code == 404


def test_the_beginning_of_passes_and_their_runs_are_two_rows_of_the_plan(world):
    from dataclasses import replace

    from django.utils.translation import override

    from makegood.operations.programmes.plan import _row_words
    from makegood.programmes import load_text
    from makegood.runs import RULES, RunKind, timetable
    from tests.redress.outage_lines import TEXT, published

    published(TEXT)
    outage = load_text(TEXT)
    entries = timetable(world.settings, outage, None)
    begin = next(each for each in entries if each.kind == "passes_given")
    run = replace(begin, kind=RunKind.PASSES.value, words=RULES[RunKind.PASSES].words)
    for language in ("ko", "en"):
        with override(language):
            rows = [_row_words(outage, each).casefold() for each in (begin, run)]
        assert rows[0] != rows[1]


def test_a_version_tells_its_messages_in_words(database):
    from django.utils.translation import override

    from makegood.operations.programmes.texts import text_context
    from makegood.programmes import load_messages_beside, load_programme

    file = Path(__file__).parents[3] / "programmes" / "kt-2025" / "programme.yaml"
    programme = load_programme(file)
    for language, kind, by, title in (
        ("ko", "개별 안내", "문자, 이메일", "위약금 면제"),
        ("en", "Notice", "Text message, Mail", "Waiver"),
    ):
        with override(language):
            shown = text_context(programme, load_messages_beside(file, programme))["messages_kept"]
        first = next(each for each in shown if each["kind"] == kind and each["measure"])
        assert first["by"] == by, database
        assert title in first["measure"]
