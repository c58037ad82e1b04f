"""Criticism of the ministry, however harsh, is never a finding; a complaint is never proposed for hiding."""

import pytest

from policies.judge import judge

HARSH = [
    "الوزارة فاشلة والخدمة زبالة", "أسوأ وزارة في العالم", "وزارة نايمة وما تسمع شكاوى الناس", "قراركم ظالم ويضر العمال",
    "التوطين كذبة كبيرة",
    "تطبيقكم زفت والله العظيم زفت", "الوزير فاشل وقراراته عشوائية", "الشركة حرامية وأكلت حقوقنا والوزارة تتفرج",
    "هذي مو وزارة هذي زريبة",
    "حسبي الله ونعم الوكيل فيكم", "الله لا يوفقكم على هالتعامل", "انتو كذابين وعودكم كلها كذب", "بهدلتونا وطلعتوا روحنا",
    "واش هاد الخدمة الخايبة", "حشومة عليكم هاد الشي", "خدمة خايبة بزاف", "شنو هالمسخرة", "شو هالهبل", "ماكو فايدة بيكم",
    "إيه القرف ده يا وزارة", "ايه المهزلة دي",
    "يلعن أبو الشغل وتعبه", "الله يلعن الفقر", "رواتبنا متأخرة ثلاثة شهور يا ظلمة", "يا وزير العمل اتق الله في العمال",
    "ليش ساكتين عن الشركات النصابة؟",
    "this ministry is a joke", "mohre is useless and corrupt", "your website is garbage", "the minister failed us",
    "worst ministry ever", "your staff are rude and lazy",
    "shame on you all", "the law is unfair and you know it", "you people are useless", "what the hell is this service",
    "resign, all of you",
    "this is bullshit, where is my salary", "the system is shit",
    "el wizara mabtesma3sh", "el app zeft", "7aram 3aleikom", "mafi ratib shahrain wallah ta3abna",
    "hasbi allah wa ni3ma al wakil",
    "ministry wale kuch nahi karte", "yeh hukumat nakaam hai", "aap ki app bakwas hai", "lanat hai zalimon par",
    "allah zalimon ko tabah kare",
    "walang kwenta ang serbisyo niyo", "ang bobo ng sistema niyo", "sambalam kittiyittilla moonnu masamayi",
    "ningalude app valare mosham",
    "وزارت کچھ نہیں کرتی", "یہ ظلم ہے", "मंत्रालय कुछ नहीं करता", "আপনাদের সেবা খুব খারাপ", "നിങ്ങളുടെ ആപ്പ് മോശമാണ്",
]  # fmt: skip

REPORTED = [
    "مديرنا يسبنا ويقول لنا يا كلاب", "الكفيل قال لي يا حمار اشتغل", "المشرف يشتمني ويقول ابن الكلب",
    "كتب لي في الواتساب «يا حيوان»", "ناداني أمام الناس: يا كلب",
    'my manager said "you are all animals"', "he told us you are pigs and slaves",
    "my employer said I will kill you if you complain", "the supervisor called me a bitch",
    "malik ne mujhe kutta bola", "wo kehta hai jaan se maar dunga", "supervisor enne patti ennu vilichu",
    "sinigawan ako ng amo ko gago daw ako", "tinawag kaming hayop ng amo",
    "مالک نے مجھے کتا کہا", "मालिक हमें कुत्ता बोलता है", "el modeer beyshtemna w y2ol ya kalb",
]  # fmt: skip

TREATED = [
    "صاحب العمل يعاملنا كالحيوانات", "يعاملوننا كأننا بهائم", "they treat us like dogs", "we live like rats in the camp",
    "malik hum se kutte jaisa salook karta hai",
    "hum gadhe ki tarah kaam karte hain", "کتے کی طرح سلوک کرتے ہیں", "गधों की तरह काम कराते हैं",
    "njangale pattikale pole aanu nokkunnath", "our sponsor beats us", "the manager threatened to kill me",
    "mera employer mujhe jaan se maarne ki dhamki deta hai", "هددني المدير بالقتل إذا اشتكيت",
]  # fmt: skip

PIOUS = [
    "السلام عليكم ورحمة الله وبركاته", "بسم الله الرحمن الرحيم قل هو الله أحد", "اللهم صل على سيدنا محمد",
    "لا حول ولا قوة إلا بالله", "تبت يدا أبي لهب وتب",
    "قُتِلَ الْإِنسَانُ مَا أَكْفَرَهُ", "قل أعوذ برب الفلق من شر ما خلق", "لعنة الله على الظالمين", "اللهم انتقم من الظالمين",
    "اللهم انصر جنده", "يا نبي سلام عليك", "قوم لوط",
    "assalamu alaikum wa rahmatullah", "jazakallah khair", "God bless the UAE", "I pray to Allah for my salary",
    "om namah shivaya", "jesus is lord, happy easter",
]  # fmt: skip

PLACES_AND_NAMES = [
    "أسكن في كلباء وأعمل في الشارقة", "شركة كلباء للمقاولات لم تدفع الرواتب", "سكن العمال في كلبا",
    "عبدالله الكلباني موظف محترم", "زامل العتيبي ساعدني", "شكرا للموظفة خولة",
    "أحمد الزبيدي", "نيكول من قسم خدمة المتعاملين", "Scunthorpe", "Cockburn street", "Mr Dick Cheney", "Essex",
    "Nigerian workers", "Patti Smith from HR", "Panni Rajesh", "Islam Khan helped me",
    "Jihad Al Masri is my manager", "Jesus Santos from Cebu", "ana men kalba", "saken fi kalbaa", "كسب العيش", "المكسب قليل",
    "معرض التوظيف", "مكسرات", "أجندة الاجتماع", "وقود السيارة غالي",
    "تقود المنشأة فريقا", "شاذ عن القاعدة", "كسرت رجلي في الموقع", "النيكوتين ممنوع في السكن", "assessment class", "cocktail",
    "ibn el balad", "bint el emarat",
]  # fmt: skip


@pytest.mark.parametrize("text", HARSH)
def test_harsh_words_about_us_are_no_finding(text: str) -> None:
    assert (judge(text).action, judge(text).findings) == ("allow", ())


@pytest.mark.parametrize("text", REPORTED)
def test_an_insult_that_is_reported_is_not_proposed_for_hiding(text: str) -> None:
    assert judge(text).action != "hide"


@pytest.mark.parametrize("text", TREATED)
def test_who_says_how_he_is_treated_is_allowed_to(text: str) -> None:
    assert judge(text).action == "allow"


@pytest.mark.parametrize(
    "text", ["muslims don't deserve this hate", "women do not deserve less pay than men", "refugees have no place to sleep tonight"]
)
def test_who_says_what_a_group_lacks_or_did_not_earn_is_allowed_to(text: str) -> None:
    assert judge(text).action == "allow"


@pytest.mark.parametrize("text", PIOUS)
def test_prayer_greeting_and_scripture_are_no_finding(text: str) -> None:
    assert judge(text).findings == ()


@pytest.mark.parametrize("text", PLACES_AND_NAMES)
def test_names_and_words_that_hold_other_words_are_no_finding(text: str) -> None:
    assert judge(text).findings == ()


@pytest.mark.parametrize(
    "text",
    [
        "رواتبنا متأخرة ثلاثة أشهر يا كلاب",
        "where is my salary, three months unpaid, fuck you",
        "salary nahi mili teen mahine se kutto",
        "شركتي لم تدفع راتبي والمدير ابن كلب",
    ],
)
def test_a_complaint_about_wages_with_rude_words_goes_to_a_person(text: str) -> None:
    verdict = judge(text)
    assert (verdict.kind, verdict.topic, verdict.action, verdict.automatic) == ("complaint", "wages", "review", False)
    assert ("guard", "complaint") in {(reason.about, reason.code) for reason in verdict.reasons}


def test_quotation_marks_lower_what_is_proposed_and_say_so() -> None:
    bare, quoted = judge("you are an idiot"), judge('"you are an idiot"')
    assert (bare.action, quoted.action) == ("hide", "review")
    assert [reason.code for reason in quoted.reasons if reason.about == "guard"] == ["quotation"]
    # told as a complaint: what is reported there is left alone
    assert judge("you are all animals").action == "hide"
    assert judge('"you are all animals"').action != "hide"


def test_a_quotation_elsewhere_in_the_text_lowers_nothing() -> None:
    for text in ('good "morning" to all. you are all animals', 'he sent "form 12" back. you are all animals'):
        verdict = judge(text)
        assert verdict.action == "hide"
        assert "quotation" not in {reason.code for reason in verdict.reasons}


def test_no_clause_of_the_shipped_edition_acts_alone() -> None:
    assert not any(judge(text).automatic for text in ["يا كلب", "I will kill you all", "weed for sale", "his number is 0551234567"])
