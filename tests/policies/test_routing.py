"""What a text wants, what it is about and how it sounds: tables in the ways of writing that reach a ministry in the Emirates."""

import pytest

from bench.routing import overall
from core.text import fold
from policies.judge import judge
from policies.language import detect
from policies.lexicon import hits_in
from policies.verdict import KINDS, SENTIMENTS, TOPICS

KIND = {
    "complaint": [
        "لم أستلم راتبي منذ ثلاثة أشهر", "معاشي متأخر شهرين ومحد يرد علي", "الكفيل ماخذ جوازي وما يعطيني إياه",
        "فصلوني تعسفيا", "my company has not paid us for two months", "they confiscated my passport",
        "mafi ratib shahrain wallah", "tankhwah nahi mili teen mahine se", "hindi pa binayaran ang sahod ko",
        "enikku sambalam kittiyilla", "मेरा वेतन नहीं मिला", "تنخواہ نہیں ملی", "বেতন পাইনি",
    ],
    "suggestion": [
        "أقترح إضافة خدمة الدفع بالتقسيط", "يا ليت توفرون التطبيق باللغة الأردية", "I suggest adding Urdu to the app",
        "it would be great if you open on Saturdays", "ya lait tdefon el dafa3", "mera mashwara hai ke app urdu me ho",
    ],
    "inquiry": [
        "كيف أجدد تصريح العمل؟", "كم رسوم إلغاء بطاقة العمل", "وش الأوراق المطلوبة لنقل الكفالة",
        "how can I renew my labour card?", "what are the fees for a work permit", "kif a2addem shakwa",
        "visa cancel kaise karein", "paano po mag-renew ng visa?", "visa engane cancel cheyyum",
    ],
    "praise": [
        "شكرا لكم على سرعة الإنجاز", "خدمة ممتازة وموظفين محترمين", "ما قصرتوا يعطيكم العافية",
        "thank you so much for the fast service", "excellent service, well done", "shukran 3ala el khidma",
        "bahut acha kaam shukriya", "maraming salamat po sa tulong", "valare nalla service nanni",
    ],
    "other": ["صباح الخير", "كل عام وأنتم بخير", "🙂", "hello everyone", "12345", "", "first comment"],
}  # fmt: skip

TOPIC = {
    "wages": [
        "راتبي متأخر", "my salary is unpaid", "tankhwah nahi mili", "walang sahod", "رواتبنا يا وزارة", "sambalam kittiyilla",
        "el rateb met2akher",
    ],
    "work_permit": ["تجديد تصريح العمل", "work permit renewal", "نقل الكفالة", "iqama expired"],
    "emiratisation": ["نسب التوطين في القطاع الخاص", "nafis program for emiratis", "باحث عن عمل مواطن"],
    "domestic_workers": ["عاملتي المنزلية لا تريد العمل", "my maid", "مكتب استقدام خادمة", "tadbeer centre"],
    "end_of_service": ["مكافأة نهاية الخدمة", "my gratuity was not calculated", "أنهوا خدماتي بلا مستحقات نهاية الخدمة"],
    "leave": ["رصيد الإجازة السنوية", "annual leave balance", "إجازة أمومة", "chutti nahi dete"],
    "safety": ["حظر العمل وقت الظهيرة", "no helmets on site", "سكن العمال بدون مكيف", "labour camp is overcrowded"],
    "contract": ["العقد لا يطابق عرض العمل", "my contract was changed", "فترة التجربة"],
    "absconding": ["بلاغ هروب كيدي", "absconding case against me", "بلاغ انقطاع عن العمل"],
    "fines": ["غرامة تأخير", "overstay fine", "الاعتراض على المخالفة"],
    "digital_services": ["التطبيق لا يعمل", "the website keeps crashing", "uae pass login error", "كلمة المرور"],
    "customer_service": ["محد يرد على الاتصال", "your call centre never answers", "الموظف في مركز الخدمة"],
    "none": ["صباح الخير", "hello", "", "🙂🙂"],
}  # fmt: skip

SENTIMENT = {
    "positive": ["شكرا جزيلا خدمة ممتازة", "great service thank you", "shukriya bahut acha", "❤️👏"],
    "negative": ["خدمة سيئة جدا", "terrible, nobody answers", "zulm ho raha hai", "😡😡", "ليس جيدا", "not good"],
    "neutral": ["ما هي أوقات الدوام", "where is the office", "", "لا مشكلة"],
    "mixed": ["الموظف ممتاز لكن التطبيق سيء", "great staff but terrible website"],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in KIND.items() for text in texts])
def test_what_a_text_wants(kind: str, text: str) -> None:
    assert judge(text).kind == kind


@pytest.mark.parametrize(("topic", "text"), [(topic, text) for topic, texts in TOPIC.items() for text in texts])
def test_what_a_text_is_about(topic: str, text: str) -> None:
    assert judge(text).topic == topic


@pytest.mark.parametrize(("sentiment", "text"), [(sentiment, text) for sentiment, texts in SENTIMENT.items() for text in texts])
def test_how_a_text_sounds(sentiment: str, text: str) -> None:
    assert judge(text).sentiment == sentiment


def test_every_kind_topic_and_sentiment_is_tried_here() -> None:
    assert (set(KIND), set(TOPIC), set(SENTIMENT)) == (set(KINDS), set(TOPICS), set(SENTIMENTS))


def test_the_words_a_kind_rests_on_are_named() -> None:
    text = "مرحبا، أقترح إضافة الأردية"
    (reason,) = [reason for reason in judge(text).reasons if reason.about == "kind"]
    assert reason.code == "suggestion"
    assert "أقترح" in [text[start:end] for start, end in reason.spans]


def test_a_longer_phrase_silences_the_word_inside_it() -> None:
    for text in ("شكرا على التأخير", "thanks for nothing"):
        assert judge(text).kind != "praise"
        hits = hits_in(fold(text), detect(text))
        assert not any(hit.payload.label == "praise" and hit.payload.weight for hit in hits)


@pytest.mark.parametrize(
    "text", ["لازم نضرب كل الموظفين بالعصي", "let us burn the office down with everybody in it", "kill all foreigners"]
)
def test_nobody_advises_or_commends_by_what_a_clause_forbids(text: str) -> None:
    assert judge(text).kind not in ("suggestion", "praise")


@pytest.mark.parametrize(
    "text", ["ي ا ك ل ب", "your whole team are sons of bitches", "haramzade ho tum", "mga putangina ninyo", "ya ibn elkalb"]
)
def test_what_insults_somebody_sounds_negative_and_says_by_which_words(text: str) -> None:
    verdict = judge(text)
    assert verdict.sentiment == "negative"
    (reason,) = [one for one in verdict.reasons if one.about == "sentiment"]
    assert reason.code == "negative"
    assert judge(text, explain=False).sentiment == "negative"


@pytest.mark.parametrize(
    "text", ["cheap visa for sale, call the agent on 0501234567", "What does «son of a bitch» mean in the contract?"]
)
def test_what_is_forbidden_and_insults_nobody_sounds_as_it_sounds(text: str) -> None:
    assert judge(text).sentiment != "negative"


@pytest.fixture(scope="module")
def measured() -> dict[str, float]:
    return overall("test")


@pytest.mark.parametrize(("figure", "floor"), [("kind", 0.8), ("topic", 0.79), ("topic accuracy", 0.79), ("sentiment", 0.65)])
def test_texts_that_nothing_was_tuned_on_are_read_as_well_as_we_say(measured: dict[str, float], figure: str, floor: float) -> None:
    assert measured[figure] >= floor


def test_the_gulf_is_read_as_well_as_the_written_language(measured: dict[str, float]) -> None:
    assert measured["kind in gulf"] >= measured["kind in msa"] - 0.05
