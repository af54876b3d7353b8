"""The knowledge base: written from any programme, found by how people ask."""

from pathlib import Path

import pytest

from makegood.cases import Article, article_named, articles, search_articles
from makegood.cases.knowledge.grams import grams
from makegood.cases.knowledge.texts import keys
from makegood.programmes import date_text, load_programme, load_text
from tests.redress.claims.relief import TEXT
from tests.redress.outage_lines import TEXT as OUTAGE

FOLDER = Path(__file__).parents[2] / "programmes"
PROGRAMMES = sorted(path.parent.name for path in FOLDER.glob("*/programme.yaml"))
OPTIONS = """\
      options:
        first: {title: {ko: 디즈니+, en: Disney+}, pool: first}
        second: {title: {ko: 티빙, en: Tving}, pool: second}
      months: 6
      choose_from: 2026-02-02T10:00
"""


@pytest.fixture(scope="module")
def reference():
    """The reference programme, with services to choose named."""
    text = (FOLDER / "kt-2025" / "programme.yaml").read_text("utf-8")
    named = text.replace("      options: {}\n      months: 6\n", OPTIONS)
    assert named != text
    return load_text(named)


ASKED_IN_KOREAN = {
    "위약금 언제 들어와요": "penalty_waiver.pay_days",
    "위약금 입금이 언제 되는지 궁금합니다": "penalty_waiver.pay_days",
    "디즈니 이용권 바꾸고 싶어요": "streaming_pass.choose",
    "티빙으로 바꿀 수 있어요?": "streaming_pass.choose",
    "OTT 코드가 안 와요": "streaming_pass.choose",
    "명의가 다른 통장": "penalty_waiver.documents",
    "남편 통장으로 받고 싶어요": "penalty_waiver.documents",
    "미성년자 아이 명의인데 부모 계좌로 되나요": "penalty_waiver.documents",
    "계좌번호 잘못 적었어요": "penalty_waiver.account",
    "데이터가 안 들어왔어요": "data.given",
    "데이터 몇 달 주나요": "data.given",
    "로밍 언제까지 되나요": "roaming.given",
    "신청 언제까지예요": "penalty_waiver.apply",
    "위약금 신청은 어디서 하나요": "penalty_waiver.apply",
    "위약금 왜 못 받는대요": "penalty_waiver.except",
    "군대 있어서 해지 못했어요": "penalty_waiver.late",
    "보험 뭐 보장돼요": "cover.cover",
    "65세 이상 보험 신청해야 하나요": "cover.apply",
    "쿠폰 어디서 써요": "membership.offers",
    "문자 사기 아니에요?": "programme.message",
    "인증번호가 안와요": "programme.look_up",
    "상담센터 몇시까지": "programme.centre",
    "무슨 사고가 났어요?": "programme.what",
    "반송됐다는데요": "claim.returned",
    "지급완료인데 돈이 안보여요": "claim.paid",
    "이의신청 결과 언제 나와요": "claim.objected",
    "공시지원금이 무슨 뜻이에요": "glossary.words",
    "접수번호를 잊어버렸어요": "programme.look_up",
    "신청 취소하고 싶어요": "penalty_waiver.apply",
    "이미 해지했는데 위약금 받을 수 있나요": "penalty_waiver.who",
    "번호이동 했는데 위약금 면제 되나요": "penalty_waiver.who",
    "어머니 대신 신청할 수 있나요": "penalty_waiver.apply",
    "위약금 얼마 나와요": "penalty_waiver.what",
    "보험증서 어디서 뽑아요": "cover.cover",
    "전화 언제 주나요": "programme.centre",
    "위약금 신청 대리점에서도 되나요": "penalty_waiver.apply",
    "코드 넣었는데 이미 사용됐대요": "streaming_pass.choose",
}
ASKED_IN_ENGLISH = {
    "when will I get the money for the penalty": "penalty_waiver.pay_days",
    "I want to change my Disney pass": "streaming_pass.choose",
    "account in somebody else's name": "penalty_waiver.documents",
    "missed the deadline": "penalty_waiver.late",
    "is this text message real": "programme.message",
    "the payment came back": "claim.returned",
    "coupon expired?": "membership.offers",
    "I lost my receipt number": "programme.look_up",
    "the code is used already": "streaming_pass.choose",
}


@pytest.mark.parametrize(("question", "name"), ASKED_IN_KOREAN.items())
def test_a_question_in_korean_finds_the_right_article_first(reference, question, name) -> None:
    assert search_articles(reference, question, "ko")[0].article.name == name


@pytest.mark.parametrize(("question", "name"), ASKED_IN_ENGLISH.items())
def test_a_question_in_english_finds_the_right_article_first(reference, question, name) -> None:
    assert search_articles(reference, question, "en")[0].article.name == name


@pytest.mark.parametrize(
    ("question", "read", "name"),
    [
        *((question, "en", name) for question, name in ASKED_IN_KOREAN.items()),
        *((question, "ko", name) for question, name in ASKED_IN_ENGLISH.items()),
    ],
)
def test_who_reads_another_language_than_they_ask_in_finds_the_same(
    reference, question, read, name
) -> None:
    found = search_articles(reference, question, read)[0].article
    assert found == named(articles(reference, read), name)


@pytest.mark.parametrize("name", PROGRAMMES)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_programme_is_written_of_by_its_file_alone(name: str, language: str) -> None:
    programme = load_programme(FOLDER / name / "programme.yaml")
    found = articles(programme, language)
    names = [article.name for article in found]
    assert len(names) == len(set(names))
    for measure in programme.measures.values():
        assert {f"{measure.name}.what", f"{measure.name}.who"} <= set(names)
        if measure.exclusions:
            text = named(found, f"{measure.name}.except").text
            spoken = language if language in programme.languages else "en"
            assert all(each.because[spoken] in text for each in measure.exclusions)
    for article in found:
        assert article.title
        assert article.parts
        assert all(line.strip() for part in article.parts for line in part.lines)
        assert "{" not in article.text


def test_days_of_payment_and_documents_are_the_files_own(reference) -> None:
    measure = reference.measures["penalty_waiver"].section
    days = text_of(reference, "penalty_waiver.pay_days")
    for row in measure.refund.pay.table:
        assert date_text(row.pay_on, "ko") in days
    assert measure.refund.account.document["ko"] in text_of(reference, "penalty_waiver.documents")
    assert measure.late.document["ko"] in text_of(reference, "penalty_waiver.late")
    for left_out in measure.refund.not_refunded:
        assert left_out["ko"] in text_of(reference, "penalty_waiver.what")


def test_who_comes_late_and_is_not_known_as_late_goes_to_the_support_centre() -> None:
    told = 'centre: {phone: "1588-0000", hours: {ko: 평일 9시~18시, en: weekdays 9 to 6}}\n'
    late = text_of(load_text(TEXT + told), "waiver.late")
    assert "서류를 고객센터에 내도록" in late
    assert "1588-0000 (평일 9시~18시)" in late


def test_who_helps_with_codes_is_named_with_number_and_hours() -> None:
    told = 'centre: {phone: "1588-0000", hours: {ko: 평일 9시~18시, en: weekdays 9 to 6}}\n'
    outage = load_text(OUTAGE + told)
    for name in ("pass.choose", "coupons.offers"):
        assert "1588-0000 (평일 9시~18시)" in text_of(outage, name)
        assert "1588" not in text_of(load_text(OUTAGE), name)


def test_another_programme_has_articles_of_its_own(reference) -> None:
    relief, outage = load_text(TEXT), load_text(OUTAGE)
    assert (
        search_articles(relief, "위약금 언제 들어와요", "ko")[0].article.name == "waiver.pay_days"
    )
    assert search_articles(outage, "이용권 바꿔 주세요", "ko")[0].article.name == "pass.choose"
    assert search_articles(outage, "카페 쿠폰 기한", "ko")[0].article.name == "coupons.offers"
    assert not [
        hit for hit in search_articles(relief, "쿠폰", "ko") if "offers" in hit.article.name
    ]
    assert {article.programme for article in articles(reference, "ko")} == {"kt-2025"}


@pytest.mark.parametrize("nothing", ["", "   ", "!?", "zzqx", "가"])
def test_what_nobody_knows_finds_nothing_or_little(reference, nothing: str) -> None:
    assert len(search_articles(reference, nothing, "ko")) <= 12


def test_a_question_however_long_is_answered_quickly(reference) -> None:
    assert search_articles(reference, "위약금 언제 들어와요 " * 1_000, "ko")


def test_a_programme_without_the_language_is_told_in_another() -> None:
    rogers = load_programme(FOLDER / "rogers-2022" / "programme.yaml")
    assert [article.title for article in articles(rogers, "ko")] == [
        article.title for article in articles(rogers, "en")
    ]


def test_both_languages_have_the_same_words() -> None:
    assert keys("ko") == keys("en")


def test_conjugated_words_meet() -> None:
    assert set(grams("바꾸고")) & set(grams("바꿀"))
    assert set(grams("들어와요")) & set(grams("들어왔어요"))
    assert list(grams("100GB")) == ["100", "gb"]
    assert set(grams("Applied")) & set(grams("application"))


def named(found: tuple[Article, ...], name: str) -> Article:
    return next(article for article in found if article.name == name)


def text_of(programme, name: str) -> str:
    found = article_named(programme, name, "ko")
    assert found
    return found.text
