import os, json
from pathlib import Path
from tests.staff_people import *
def test_shots(context, site, vault, hand):
    from makegood.trust import staff
    from makegood.trust.access import Visitor
    from makegood.trust import proposals as P
    kim = member("kim.minji", "call_centre_agent", shown="김민지")
    page = context.new_page()
    out = Path(os.environ["SHOTS"]); out.mkdir(exist_ok=True, parents=True)
    problems=[]
    page.on("console", lambda m: problems.append(m.text) if m.type in ("error","warning") else None)
    page.on("pageerror", lambda e: problems.append(str(e)))
    def shot(name, full=True):
        for w,h,sfx in ((1280,900,"d"),(360,740,"m")):
            page.set_viewport_size({"width":w,"height":h})
            page.screenshot(path=str(out/f"{name}-{sfx}.png"), full_page=full)
            over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            if over>0: problems.append(f"{name} {w}: {over}px too wide")
        page.set_viewport_size({"width":1280,"height":900})
    page.goto("/account/sign-in/"); shot("sign-in")
    page.get_by_label("이름").fill("kim.minji"); page.get_by_label("비밀번호", exact=True).fill("wrong"); page.get_by_role("button", name="계속").click(); shot("sign-in-wrong")
    page.get_by_label("비밀번호", exact=True).fill(PASSWORD); page.get_by_label("이름").fill("kim.minji"); page.get_by_role("button", name="계속").click()
    shot("second")
    page.get_by_label("코드").fill(code_of(kim)); page.get_by_role("button", name="로그인").click()
    shot("home-unknown")
    page.goto("/centre/"); shot("look-up")
    page.get_by_label("전화번호").fill("010-1234-5678"); page.get_by_label("건 번호").fill("T-1")
    page.get_by_role("button", name="조회", exact=True).click(); shot("refused")
    page.get_by_role("link", name="기기 등록 신청").click(); shot("devices-ask")
    page.get_by_label("기기 이름").fill("2센터 14번 자리"); page.get_by_role("button", name="기기 등록 신청").click(); shot("devices-asked")
    con = Visitor.console("root")
    for d in staff.devices_waiting(con): staff.approve_device(con, d.device_id)
    page.goto("/"); shot("home")
    page.goto("/centre/")
    page.get_by_label("전화번호").fill("010-1234-5678"); page.get_by_label("건 번호").fill("T-1")
    page.get_by_role("button", name="조회", exact=True).click(); shot("found")
    page.get_by_role("button", name="선택").first.click(); shot("person")
    page.get_by_label("증빙").fill("R-2026-1"); page.get_by_role("button", name="동의 등록").click(); shot("person-consented")
    for box in page.get_by_role("checkbox").all(): box.check()
    page.get_by_role("button", name="열람", exact=True).click(); shot("opened")
    hand.move(minutes=6)
    page.goto("/centre/person/")
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="열람", exact=True).click(); shot("stale")
    page.get_by_role("link", name="다시 로그인").click(); shot("again")
    page.get_by_label("코드").fill(code_of(kim)); page.get_by_role("button", name="계속").click()
    assert page.url.endswith("/centre/person/"), page.url
    staff.give_roles(con, kim, ["security_officer", "payment_officer"])
    for path,name in (("/account/security/","security"),("/account/sessions/","sessions"),("/account/security/passkeys/add/","passkey-add"),("/account/security/password/","password"),("/staff/","members"),("/staff/devices/","officer-devices"),("/staff/sessions/","officer-sessions"),("/staff/waits/","waits"),("/policies/","policies"),("/nowhere/","notfound")):
        page.goto(path); shot(name)
    aud = member("oh.auditor", "auditor", shown="오감사")
    P.propose(P.ProposalKind.RELEASE_RUN, "run:2026-02", {"shards": 12, "total_won": 1234500}, "2월 지급 실행", by=aud.actor, source="10.1.0.7")
    P.propose(P.ProposalKind.ROTATE_KEYS, "keys", {}, "yearly", by=kim.actor, source="10.1.0.7")
    page.goto("/proposals/"); shot("proposals")
    page.get_by_role("link", name="지급 실행").click(); shot("proposal")
    page.goto("/log/"); shot("log-refused")
    give = staff.give_roles(con, kim, ["auditor"])
    from makegood.trust.audit import publish_checkpoint, integrate_all
    from makegood.configuration import Settings
    page.goto("/log/?purpose=audit"); shot("log")
    page.locator("tbody a").first.click(); shot("entry")
    page.get_by_role("button", name="English").click(); shot("entry-en")
    page.emulate_media(color_scheme="dark"); page.goto("/log/"); shot("log-dark-en")
    page.goto("/account/sign-in/")
    print(json.dumps(problems, ensure_ascii=False, indent=1))
