"""Urgency: each reason is found, is explained with its words, and is not seen where nobody is in danger."""

import pytest

from bench.texts import routing
from policies.judge import judge, judge_many

URGENT = {
    "unpaid": [
        "لم نستلم رواتبنا منذ ثلاثة أشهر", "ما استلمت معاشي من شهرين", "no salary for 4 months",
        "teen mahine se tankhwah nahi mili",
        "tatlong buwan na kaming walang sahod", "no salary for ten weeks", "our July and August salary is not paid",
        "چھ مہینے سے تنخواہ نہیں ملی", "तीन महीने से वेतन नहीं मिला", "പത്ത് ആഴ്ച കഴിഞ്ഞു, മൂന്ന് മാസമായി ശമ്പളം ഇല്ല", "দুই মাসের বেতন বাকি",
        "ما وصل راتب يوليو وأغسطس", "ما استلمنا رواتبنا نص سنة", "پنج ماه حقوق ما را نداده‌اند", "ما خلصوناش تلت شهور والراتب والو",
    ],
    "despair": [
        "سأنتحر إن لم تحلوا مشكلتي", "I am thinking of ending my life", "main khudkushi karne wala hun", "بفكر بالانتحار من الديون",
        "gusto ko nang mamatay", "what a joke, I want to kill myself",
    ],
    "violence": ["الكفيل يضربني كل يوم", "my madam beats me every day and nobody helps"],
    "locked": ["قافلين علينا السكن وما نقدر نطلع", "she is locked in the villa and madam took her phone"],
    "threat": ["المدير هددني إذا اشتكيت", "my boss threatened me because I complained about my salary"],
    "leaving": ["الشركة رفعت علي بلاغ كيدي ويبون ترحيلي", "they will deport me, my flight is tomorrow and salary not paid"],
}  # fmt: skip

CALM = [
    "شكرا لكم وصل راتبي بعد ثلاثة أشهر", "كم رسوم تجديد تصريح العمل؟", "I suggest adding a reminder three months before expiry",
    "thank you, after two months my salary came", "صباح الخير", "", "permit pending for 2 months", "شكرا وصل راتب يوليو وأغسطس",
    "the course ends in ten weeks", "a good campaign against suicide",
]  # fmt: skip


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in URGENT.items() for text in texts])
def test_what_cannot_wait_is_seen_and_shown(code: str, text: str) -> None:
    found = {reason.code: reason for reason in judge(text).urgent}
    assert code in found
    assert all(text[start:end].strip() for start, end in found[code].spans)
    assert found[code].spans


@pytest.mark.parametrize("text", CALM)
def test_what_can_wait_is_left_alone(text: str) -> None:
    assert judge(text).urgent == ()


def test_most_of_what_cannot_wait_is_found_in_texts_nobody_tuned_for() -> None:
    lines = routing("test")
    found = [bool(verdict.urgent) for verdict in judge_many((line["text"] for line in lines), explain=False)]
    right = sum(seen and line["urgent"] for seen, line in zip(found, lines, strict=True))
    assert right / sum(found) >= 0.6
    assert right / sum(line["urgent"] for line in lines) >= 0.6
