"""Who asks that what he says stays among few is understood; who merely names something secret is not taken for it."""

import pytest

from inbox.confiding import asks_for_secrecy

ASKS = (
    "أرجو التعامل مع شكواي بسرية تامة",
    "لا تذكروا اسمي للشركة",
    "أرجو عدم إبلاغ صاحب العمل أني اشتكيت",
    "بدون ذكر اسمي لو سمحتم",
    "أخاف أن يعرف الكفيل ويفصلني",
    "لا أريد أن يعرف المدير",
    "please keep my name confidential",
    "Keep this private please",
    "Don't tell my employer about this",
    "I am afraid they will know it was me",
    "In strict confidence: my boss takes our passports",
    "I want to make an anonymous complaint",
    "میرا نام ظاہر نہ کریں",
    "मेरा नाम गुप्त रखें",
    "আমার নাম গোপন রাখুন",
    "എന്റെ പേര് രഹസ്യമാക്കി വെക്കണം",
    "huwag po sabihin sa amo ko",
)
ASKS_NOT = (
    "تم تسريب معلومات سرية عن الشركة",
    "أشتكي من الشركة، لم أستلم راتبي منذ شهرين",
    "ما يعرف المدير القانون",
    "شركتي لا تذكر ساعات العمل الإضافية في العقد",
    "الوزارة كشفت عن قانون جديد",
    "سرّني تعاملكم السريع",
    "confidential documents were leaked",
    "when is my private sector permit ready",
    "my employer did not tell me about the fine",
    "we share a room with ten people",
    "keep up the good work",
    "मेरा नाम राम है",
)


@pytest.mark.parametrize("text", ASKS)
def test_whoever_asks_for_secrecy_is_understood(text: str) -> None:
    assert asks_for_secrecy(text)


@pytest.mark.parametrize("text", ASKS_NOT)
def test_whoever_names_a_secret_does_not_ask_for_one(text: str) -> None:
    assert not asks_for_secrecy(text)
