"""Asking for personal data in public is recognised in the languages we answer in; what warns of it or leads elsewhere is not."""

import pytest

from core.text import fold
from policies.asking import asks_for_personal_data, in_public
from policies.masking import masked, of_others

ASKING = [
    "Please send us your Emirates ID number",
    "Could you share your mobile number with us?",
    "Kindly provide your passport number so we can check",
    "What is your phone number?",
    "Please comment with your contact number and we will call you",
    "May we have your Emirates ID and mobile number?",
    "We need your labour card number to follow up",
    "Share your name, phone number and Emirates ID here",
    "Your mobile number please",
    "Phone number please",
    "Drop your number below",
    "kindly leave ur contact number",
    "Please write your email address and we will get back to you",
    "Give us your IBAN",
    "Can you tell us your ID number?",
    "Please reply with the passport number of the worker",
    "الرجاء إرسال رقم هويتك",
    "أرسل لنا رقم الهوية الإماراتية ورقم الهاتف",
    "يرجى تزويدنا برقم جوالك",
    "نرجو منكم تزويدنا برقم الهوية",
    "ممكن رقم هاتفك؟",
    "ارسل رقمك ونكلمك",
    "طرش رقمك ونتصل فيك",
    "عطنا رقم هويتك",
    "نحتاج رقم جوازك لمتابعة الطلب",
    "اكتب رقم جوالك هنا",
    "شاركنا رقم التواصل",
    "ما هو رقم هويتكم؟",
    "ابعتلنا رقم موبايلك",
    "رقم هويتك لو سمحت",
    "فضلا تزويدنا ببريدكم الإلكتروني",
    "نرجو كتابة رقم بطاقة العمل ورقم الهاتف في التعليقات",
    "دز رقمك",
    "وزودونا بأرقامكم",
    "اپنا فون نمبر بھیجیں",
    "براہ کرم اپنا ایمریٹس آئی ڈی نمبر بتائیں",
    "آپ کا موبائل نمبر کیا ہے",
    "अपना मोबाइल नंबर भेजें",
    "कृपया अपना एमिरेट्स आईडी नंबर बताएं",
    "आपका पासपोर्ट नंबर क्या है",
    "Paki-send po ang inyong Emirates ID number",
    "Pakibigay po ang number nyo",
    "Ano po ang mobile number ninyo?",
    "I-comment po ang inyong contact number",
    "apna number bhejein",
    "aap apna emirates id number share karein",
    "apna passport number bata dein",
    "arsil raqmak",
    "6arrish ragmak",
    "നിങ്ങളുടെ ഫോൺ നമ്പർ അയയ്ക്കുക",
    "আপনার ফোন নম্বর দিন",
    "لطفا شماره تلفن خود را بفرستید",
    "शुक्रिया सर, अपना फोन नंबर कमेंट करें",
    "Hello, to help you we require your Emirates ID number and phone number.",
    "نأسف لما حدث، أرجو إرسال صورة الهوية ورقم الجواز",
]  # fmt: skip
NOT_ASKING = [
    "Please do not share your Emirates ID number here",
    "For your safety, never post your phone number in comments",
    "Please send us your Emirates ID number in a private message",
    "We sent you a DM, kindly share your mobile number there by DM",
    "Please enter your passport number on the tracking page",
    "Bring your Emirates ID to the nearest service centre",
    "Call us on 600590000",
    "You can renew your ID card at ICP",
    "Your complaint number is M-7Q2KD-9F3AB",
    "Please share your complaint reference number",
    "Thank you for your feedback, we will share your comments with the team",
    "Please give us the transaction number",
    "What is the number of your complaint?",
    "Employers may not keep your passport; it is against the law",
    "The fee depends on your card",
    "Your work permit was issued",
    "Please tell us more about what happened",
    "We have received your request and will call you",
    "Your employer must give you a copy of your contract",
    "You need a valid passport to apply",
    "نرجو عدم نشر رقم هويتك هنا",
    "حفاظا على خصوصيتك لا تكتب رقم هاتفك في التعليقات",
    "يرجى إرسال رقم الهوية عبر الرسائل الخاصة",
    "أرسل لنا رقمك على الخاص",
    "يرجى تزويدنا برقم الشكوى",
    "ما هو رقم المعاملة؟",
    "يمكنكم متابعة الطلب عبر صفحة المتابعة",
    "يرجى الاتصال على 600590000",
    "لا يجوز لصاحب العمل الاحتفاظ بجواز السفر",
    "شكرا لتواصلكم معنا، تم تسجيل طلبكم برقم M-7Q2KD-9F3AB",
    "يمكنك تحديث رقم هاتفك عبر التطبيق",
    "أحضر بطاقة الهوية إلى أقرب مركز",
    "شاركنا رأيك في الخدمة",
    "يرجى زيارة موقعنا الإلكتروني",
    "سيتم التواصل معكم على رقم الهاتف المسجل لدينا",
    "نرجو قراءة الدليل على الموقع",
    "براہ کرم اپنا نمبر یہاں نہ لکھیں",
    "اپنا نمبر انباکس میں بھیجیں",
    "अपना नंबर यहाँ न लिखें",
    "अपना नंबर इनबॉक्स में भेजें",
    "apna number yahan mat likhein",
    "apna number inbox karein",
    "Huwag po ilagay ang number nyo dito",
    "I-send po ang number nyo sa private message",
    "نشكركم على ملاحظتكم القيمة",
    "تم إرسال الرد إلى بريدكم",
    "We appreciate your patience",
    "Please keep your documents with you",
    "كم رسوم تصريح العمل؟ الرسوم 250 درهما",
    "ممكن توضح لنا المشكلة؟",
    "يرجى تجديد الهوية قبل انتهائها",
    "نحتاج إلى مزيد من التفاصيل عن الشركة",
    "You will get your salary within 15 days; if not, file a complaint",
    "We will send a copy to your email registered with us",
    "Please mention the name of the company and the date",
    "خلال يومي عمل سنرد عليكم برسالة على رقم الهاتف المسجل",
    "Nagpadala kami ng sagot sa inyong email",
    "Salamat po sa inyong mensahe",
    "رقم هويتك محفوظ لدينا ولا حاجة لإرساله",
]  # fmt: skip


@pytest.mark.parametrize("text", ASKING)
def test_an_answer_that_asks_for_personal_data_is_told(text: str) -> None:
    assert len(asks_for_personal_data(fold(text))) == 1


@pytest.mark.parametrize("text", NOT_ASKING)
def test_other_answers_are_not(text: str) -> None:
    assert in_public(text) is None


def test_what_was_found_is_shown_where_it_stands() -> None:
    text = "أهلا بك. أَرسِل لنا رقم هويتك"
    told = in_public(text)
    assert told is not None
    assert (told.what, told.shown) == ("asks", "أَرسِل لنا رقم هويتك")
    assert text[slice(*told.span)] == told.shown


def test_a_number_given_away_is_shown_masked() -> None:
    told = in_public("call Ahmed on 050-123 4567 today")
    assert told is not None
    assert (told.what, told.shown) == ("gives", "xxx-xxx xx67")


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("رقمي 0501234567 وهويتي 784-1990-1234567-6", "رقمي xxxxxxxx67 وهويتي xxx-xxxx-xxxxxx7-6"),
        ("٠٥٠ ١٢٣ ٤٥٦٧", "xxx xxx xx٦٧"),
        ("mail ahmed.ali@example.com", "mail axxxx.xxx@xxxxxxx.xxx"),
        ("passport N1234567", "passport xxxxxx67"),
        ("AE07 0331 2345 6789 0123 456", "xxxx xxxx xxxx xxxx xxxx x56"),
        ("راتبي 3000 درهم منذ 2024", "راتبي 3000 درهم منذ 2024"),
    ],
)
def test_masking_keeps_length_and_the_last_two_digits_or_the_first_letter(text: str, seen: str) -> None:
    assert masked(text) == seen
    assert masked(seen) == seen
    assert len(seen) == len(text)


@pytest.mark.parametrize(
    "text", ["04 702 7702", "+971 4 702 7702", "00971-4-7027702", "٠٤ ٧٠٢ ٧٧٠٢", "ask@mohre.gov.ae", "ASK@MOHRE.GOV.AE"]
)
def test_the_offices_own_contacts_are_nobodys(text: str) -> None:
    ours = ("04 7027702", "@mohre.gov.ae")
    assert of_others(text) != ()
    assert of_others(text, ours) == ()
    assert of_others("0501234567 ahmed@gmail.com", ours) == of_others("0501234567 ahmed@gmail.com")
