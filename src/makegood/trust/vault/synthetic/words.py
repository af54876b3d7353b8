"""The words that made-up people are put together from. None is anybody's data."""

from __future__ import annotations

# Family names with how many of a thousand people bear them, about as in the census of 2015.
FAMILY_NAMES = {
    "김": 215, "이": 147, "박": 84, "최": 47, "정": 43, "강": 24, "조": 21, "윤": 21,
    "장": 20, "임": 17, "한": 15, "오": 15, "서": 15, "신": 15, "권": 14, "황": 14,
    "안": 14, "송": 14, "전": 11, "홍": 11, "유": 10, "고": 9, "문": 9, "양": 9,
    "손": 9, "배": 8, "백": 8, "허": 7, "남": 6, "심": 6, "노": 6, "하": 5,
    "남궁": 2, "황보": 2, "제갈": 1, "선우": 1, "독고": 1,
}  # fmt: skip
FAMILY_NAMES_LATIN = (
    *("kim", "lee", "park", "choi", "jung", "kang", "cho", "yoon", "jang", "lim", "han", "oh"),
    *("seo", "shin", "kwon", "hwang", "ahn", "song", "jeon", "hong", "yoo", "ko", "moon"),
    *("yang", "son", "bae", "baek", "heo", "nam", "shim", "noh", "ha"),
    *("namgung", "hwangbo", "jegal", "sunwoo", "dokgo"),
)
SYLLABLES = {
    "민": "min", "서": "seo", "지": "ji", "수": "su", "현": "hyun", "준": "jun",
    "영": "young", "은": "eun", "우": "woo", "진": "jin", "혜": "hye", "성": "sung",
    "재": "jae", "윤": "yoon", "하": "ha", "연": "yeon", "도": "do", "희": "hee",
    "경": "kyung", "태": "tae", "미": "mi", "선": "sun", "주": "joo", "호": "ho",
    "아": "ah", "예": "ye", "승": "seung", "원": "won", "유": "yu", "정": "jung",
    "상": "sang", "동": "dong", "기": "ki", "훈": "hoon", "라": "ra", "빈": "bin",
}  # fmt: skip
FOREIGN_NAMES = (
    *("Anna Schmidt", "Nguyen Thi Lan", "John Carter", "Maria Santos", "Batbayar Dorj"),
    *("Olga Ivanova", "Li Wei", "Sita Gurung", "Rahim Uddin", "Emily Stone"),
)
DISTRICTS = (
    *("서울특별시 강남구", "서울특별시 송파구", "서울특별시 마포구", "서울특별시 노원구"),
    *("서울특별시 관악구", "서울특별시 종로구", "서울특별시 영등포구", "부산광역시 해운대구"),
    *("부산광역시 사하구", "대구광역시 수성구", "대구광역시 달서구", "인천광역시 연수구"),
    *("인천광역시 부평구", "광주광역시 북구", "대전광역시 유성구", "울산광역시 남구"),
    *("세종특별자치시", "경기도 수원시 영통구", "경기도 성남시 분당구", "경기도 고양시 일산동구"),
    *("경기도 용인시 기흥구", "경기도 화성시", "경기도 김포시", "경기도 가평군"),
    *("강원특별자치도 춘천시", "강원특별자치도 홍천군", "충청북도 청주시 흥덕구"),
    *("충청남도 천안시 서북구", "충청남도 홍성군", "전북특별자치도 전주시 완산구"),
    *("전라남도 여수시", "전라남도 해남군", "경상북도 포항시 남구", "경상북도 안동시"),
    *("경상남도 창원시 성산구", "경상남도 거제시", "제주특별자치도 제주시"),
)
ROADS = (
    *("가온", "나래", "다솜", "라온", "마루", "바른", "새벽", "아람", "자람", "차오름"),
    *("큰솔", "터울", "푸른", "한빛", "은하수", "느티", "소나무", "물안개", "별빛", "들꽃"),
)
BUILDINGS = ("가온마을", "나래아파트", "다솜빌", "한빛타운", "은하수맨션", "큰솔파크", "들꽃채")
BANK_CODES = (
    *("004", "088", "020", "081", "011", "003", "090", "092", "089", "023", "027"),
    *("031", "032", "039", "034", "037", "035", "045", "048", "071", "007", "002"),
)
"""Codes of banks as the Korea Financial Telecommunications & Clearings Institute gives them."""

ACCOUNT_FORMS = ((3, 3, 6), (3, 2, 6), (4, 3, 6), (6, 2, 6))
"""How many digits stand between the dashes of an account number."""
