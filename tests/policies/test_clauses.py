"""Every clause, with words its edition does not quote: what fires, and what looks like it and does not."""

from collections.abc import Callable

import pytest

from policies.edition import current
from policies.judge import judge
from policies.verdict import Verdict

FIRES = {
    "state_security": [
        "لازم نسقط الدولة", "نبايع داعش", "it is time to take up arms against the state", "topple this regime",
        "hathyar utha lo", "isqat el nizam",
    ],
    "incitement": [
        "راح أحرق مبنى الوزارة", "سأقتلكم جميعا", "اقتلوا الهنود", "I will burn down the office", "kill all the indians",
        "we should shoot the minister", "susunugin namin ang opisina", "tum ko goli maar dunga", "तुम्हें जान से मार दूंगा",
        "njan kollum ninne",
    ],
    "defamation": [
        "المدير سعيد الكتبي مرتشي", "معالي الوزير لص", "inspector Khalid Omar is corrupt", "Dr Salem took bribes from us",
    ],
    "privacy": [
        "هذا رقم المدير 0501234567", "سأنشر صور الموظفة الخاصة", "here is her home address: villa 3",
        "his id is 784-1990-1234567-2",
    ],
    "religion": ["يلعن دينك", "القرآن كذب", "christians are dogs", "fuck islam"],
    "national_symbols": ["نحرق علم الدولة", "شيوخكم حرامية", "to hell with the uae", "the rulers are thieves"],
    "confidential": [
        "سربت لكم مذكرة داخلية", "كشف رواتب موظفي الوزارة", "we leaked the classified report", "gopniya nahi: khufia report",
    ],
    "illegal": [
        "نبيع حشيش توصيل سريع", "شهادات مزورة بأسعار ممتازة", "cheap fake passports available now", "call girls dubai",
        "azad visa available",
    ],
    "abuse": [
        "يا حمير", "ابن الكلب أنت", "انتم بهايم", "you are idiots", "go fuck yourself", "tum sab kutte ho", "کتے کے بچے",
        "तुम सब कुत्ते हो", "ya 7mar", "gago ka", "nayinte mone", "कमीने लोग",
    ],
    "spam": [
        "اربح 1000 درهم يوميا من المنزل", "قروض فورية بدون كفيل", "buy 5k followers cheap", "https://bit.ly/free-visa",
        "double your bitcoin now", "ghar baithe paise kamaye",
    ],
}  # fmt: skip

SILENT = {
    "state_security": [
        "نريد إسقاط الغرامات عنا", "سقط النظام وأنا أدفع الرسوم", "متى يسقط بلاغ الهروب؟", "the government should raise wages",
        "bring down the fees please", "yeh hukumat kuch nahi karti",
    ],
    "incitement": [
        "ذبحتونا بالرسوم", "قتلتونا بالانتظار", "الحر يذبح العمال", "احترق محرك السيارة في الموقع",
        "اضربوا بيد من حديد على المخالفين", "this job is killing me", "burn the midnight oil", "kill the queue",
        "mamatay na kami sa init", "my back is killing me",
    ],
    "defamation": [
        "الشركة تأكل حقوقنا", "قرار الوزير خاطئ", "الوزير لا يعرف معاناة العمال", "the minister failed us",
        "my company is corrupt", "officer Ahmed was kind to us",
    ],
    "privacy": [
        "رقم جوالي 0501234567 تواصلوا معي", "my passport is with the company", "call me on 0551234567", "رقم الشكوى 784512",
        "يسكن العمال في غرفة واحدة",
    ],
    "religion": [
        "السلام عليكم ورحمة الله وبركاته", "تبت يدا أبي لهب وتب", "اللهم عليك بالظالمين", "Mohammed Islam helped me a lot",
        "دين علي ثلاثة آلاف درهم", "Jesus Santos is my colleague",
    ],
    "national_symbols": [
        "كل عام والإمارات بخير", "علمت من الموظف أن الطلب مرفوض", "the flag in your lobby is torn, please replace it",
        "life in dubai is expensive",
    ],
    "confidential": ["هل الشكوى سرية؟", "كلمة السر لا تعمل", "is my report confidential", "the roof is leaking on our beds"],
    "illegal": [
        "أبلغ عن شركة تبيع التأشيرات", "دفعت 8000 درهم ثمن تأشيرة وهمية", "they sold me a fake visa", "I work in a pharmacy",
        "كيف أبلغ عن التوطين الوهمي",
    ],
    "abuse": [
        "أسكن في كلباء", "عبدالله الكلباني موظف محترم", "كسب العيش", "معرض التوظيف", "زامل العتيبي ساعدني",
        "شكرا للموظفة خولة", "سوق الحمير القديم", "Scunthorpe", "Mr Dick Cheney", "Nigerian workers", "Essex",
        "كيف تقود فريقا", "camp mein kutte ghoomte hain", "hum gadhe ki tarah kaam karte hain", "poori tankhwah nahi mili",
        "poori masala kazhichu", "alagang hayop namin", "نبي الله لوط", "أجندة الاجتماع", "زبائن وزبدة",
    ],
    "spam": [
        "للتواصل معي واتساب 0501234567", "contact me on 0501234567", "راتبي 3000 درهم شهريا",
        "https://www.mohre.gov.ae/services", "I follow your page every day", "كسبت القضية ضد الشركة",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("clause", "text"), [(clause, text) for clause, texts in FIRES.items() for text in texts])
def test_a_clause_fires(clause: str, text: str, clauses: Callable[[Verdict], set[str]]) -> None:
    assert clause in clauses(judge(text))


@pytest.mark.parametrize(("clause", "text"), [(clause, text) for clause, texts in SILENT.items() for text in texts])
def test_a_clause_stays_silent(clause: str, text: str) -> None:
    found = [finding for finding in judge(text).findings if finding.clause == clause and finding.score >= 0.8]
    assert found == []


def test_every_clause_of_the_edition_is_tried_here() -> None:
    ids = {clause.id for clause in current().clauses}
    assert set(FIRES) == set(SILENT) == ids
