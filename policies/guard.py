"""When words are reported, not said: quotation marks, verbs of reporting before them, words of those who speak against them."""

import re
from collections.abc import Iterator
from functools import cached_property

from policies.cover import Cover
from policies.verdict import Span

_MARKS = (('"', '"'), ("«", "»"), ("(", ")"), ("[", "]"))
_SINGLE = re.compile(r"(?:^|\s)'([^']{1,100})'(?!\w)")
_NEAR = 65
_FURTHER = 90
_VERBS = "|".join(
    (
        r"\b(?:claim\w*|statements?|think(?:s|ing)?|believ\w+|tweet\w*|slogans?|chant\w*|phrases?)\b",
        r"\b(?:say|tells?|write|writing|post(?:s|ed|ing)?|comments?|sentences?|jokes?|rumou?rs?|ideas?|notions?|myths?"
        r"|stereotypes?|argument|argu(?:e|es|ed|ing)|insist\w*|hear(?:d|ing)?|reading|repeat\w*|shar(?:e|es|ed|ing)|spread\w*"
        r"|suggest(?:s|ed|ing)|impl(?:y|ies|ied|ying)|things like|lines like|words like|posters?|hashtags?|painted|sprayed"
        r"|taught|using|used|uses)\b",
        r"\b(?:said|says|saying|told|called|calls|calling|call|named|wrote|writes|labeled|shout\w*|yell\w*|scream\w*)\b",
        r"\b(?:insult\w*|curs(?:e|ed|es|ing)|swear\w*|swore|abus\w+|threat\w*|humiliat\w*|stop saying|word)\b",
        r"نادت\w*|نده\w*|بينادي\w*|قل(?:ي|لي|لنا|ها)\b|بيقول\w*|بتقول\w*|توعد\w*|زعق\w*|ترمس\w*|خاطب\w*",
        r"قال\w*|يقول\w*|تقول\w*|قايل\w*|نادا\w*|ينادي\w*|وصف\w*|يوصف\w*|سما(?:ه|ها|هم|ني|نا)\b|يسمي\w*|شتم\w*"
        r"|يشتم\w*|الشتم\w*|شتايم",
        r"\bسب(?:ني|نا|ه|ها|هم|و\w*)\b|\bيسب\w*|صرخ\w*|يصرخ\w*|اتهم\w*|يتهم\w*|زعم\w*|يزعم\w*|يدعي ان\b|يدعون\b"
        r"|يدعو\w*|دعوه\b|دعا\w*|يطالب\w*|مقوله\b|هاشتاق\b|هاشتاج\b|يصيح\w*|كتب\w*|اهان\w*|يهين\w*|عبار[هت]\w*"
        r"|كلم[هت]\b|هدد\w*|يهدد\w*|تهديد\w*",
        r"كها\b|كهتا\w*|كهتي\w*|بولا\b|بولتا\w*|بولتي\w*|كاليا\w*|دهمكي\w*|বলে\w*|বলেছে|গালি\w*|ডাকে|എന്ന\w*"
        r"|വിളിക്\w*|പറഞ്ഞ\w*|कहा|कहता|कहते|बोला|बोलता|गाली|गालियां|धमकी",
        r"\b(?:kaha|kehta|kehte|kehti|bola|bolta|bolte|bulata|bulate|gaali|gali|galiyan|dhamki|sinabi\w*|sabi"
        r"|tinawag\w*|sinigawan|minura)\b",
        r"\b(?:2al|2alli|2alo\w*|gal|galli|gallo\w*|(?:bi?|be)?y[ei]?[2gq][ou]+l\w*|(?:bi?|be)?y[ei]?sht[ei]m\w*"
        r"|shatam\w*|(?:elli|illi|li) (?:katib|kateb|kat[ae]b|ktb|y[ei]?[2g]o+l|byo2ol|3am y2ol)|enna|ennu"
        r"|paranju|vilichu|parayunnu)\b",
    )
)
_SAYING = re.compile(_VERBS)
_REPORTED_BEFORE = re.compile(rf"(?:{_VERBS})[^.!?]{{0,45}}$")
# Urdu, Hindi and Tagalog put the verb after the words
_VERBS_AFTER = "|".join(
    (
        r"كهتا\w*|كهتي\w*|كه كر|كهه كر|كهكر|دهمكي|कहता|कहते|कहा|बोलता|बुलाते|धमकी|बुलाता|बुलाते|लिखने|لكهني|كهني"
        r"|كهه|বলে|বলেছে|ডাকে|എന്ന|വിളിക്|ennu",
        r"\b(?:keh kar|kehta|kehte|bolta|bolte|bulata|bulate|dhamki)\b",
    )
)
_AFTER = re.compile(_VERBS_AFTER)
_REPORTED_AFTER = re.compile(rf"^[^.!?]{{0,25}}(?:{_VERBS_AFTER})")
# somebody tells what was said to him, or to those he speaks for
_TOLD = "|".join(
    (
        r"\b(?:told|called|calls|calling|tells|shouted at|yelled at|yells at|screamed at|insulted|cursed"
        r"|threatened) (?:me|us|my|our|her|him|them|the)\b",
        r"\b(?:said|says|wrote|texted) to (?:me|us|my|our|her|him|them)\b|\bthreatened (?:to|that|with)\b",
        r"(?:قال|يقول|تقول|قالت|بيقول|بتقول|كان يقول|قالوا|يقولون|بيقولوا|كتب|كتبت|صرخ|يصرخ|زعق|صاح|يصيح) (?:لي"
        r"|لنا|لها|له|لهم|علي|علينا|عليها|لينا|ليا|فيني|فينا)\b",
        r"(?:قالي|قالتلي|قالولي|قالولنا|قلي|قللي|قاللي|بيقولي|بيقوللي|بيقولولنا|بيقولنا|يقولي|يقولنا|بيناديلي"
        r"|بينادوني|يناديني|ناداني|نادتني|ينادينا|تناديني)\b",
        r"\b(?:received|got) (?:a|an|this|the|these|some) (?:\w+ )?(?:message|messages|sms|email|emails|text|call"
        r"|link|whatsapp)\b|\bsent (?:me|us)\b",
        r"(?:وصلتني|وصلني|وصلنا|جاتني|جتني|جاني|جالي|جاتلي|اجتني|اجاني|ارسلوا لي|بعتولي|رسالة تقول|رساله تقول"
        r"|رسايل|مسج|يدعون|ينتحلون|ينتحل)\b",
        r"(?:شتم|سب|هدد|توعد|اهان|وصف|نعت|عاير|طرد|يشتم|يسب|يهدد|يهين|بيشتم|بيسب|بيهدد)(?:ني|نا|ها|هم|ونا|وني|تني|تنا)\b",
        r"(?:مجهي|مجهے|همين|هميں|اسي|اسے|مجه كو|هم كو|मुझे|मुझको|हमें|उसे|हमको) [^.!?।]{0,30}(?:كها|كهتا|بولا"
        r"|كالي|كاليان|دهمكي|कहा|कहता|कहते|बोला|बोलता|गाली|गालियां|धमकी)",
        r"\b(?:mujhe|mujhko|humein|hamein|hum ko|use|usko|mere ko) (?:\w+ ){0,4}(?:kaha|bola|bolta|kehta|gaali"
        r"|gali|dhamki)\b|(?<!maine )(?<!main ne )\b(?:bola|kaha|kehta hai)\b",
        r"\b(?:daw|raw|tinakot|pinagbantaan|nagbanta)\b|\b(?:sinigawan|tinawag|minura|sinabihan|tinatawag"
        r"|binantaan) (?:po )?(?:ako|kami|siya|sila|niya|nila|kaming|akong)\b|\bsabi (?:po )?(?:sa akin|sa amin|niya|nila|ng)\b",
        r"\b(?:2al|gal|8al|qal|2ally|2alli|2alo|galo|galli) ?(?:li|ly|lna|lana|lha)?\b|\bsh[ae]?tam(?:ni|na|ny)\b"
        r"|\bhadd?ad(?:ni|na|ny)\b",
        r"(?:എന്നോട്|ഞങ്ങളോട്|എന്നെ [^.!?]{0,30}വിളി)|(?:আমাকে|আমাদের|আমাদেরকে|আমারে) (?:[^ ]+ ){0,3}(?:বলে|বলেছে"
        r"|গালি|বলল|হুমকি)",
    )
)
_TOLD_BEFORE = re.compile(rf"(?:{_TOLD})[^.!?]{{0,60}}$")
# whoever speaks against a word does not say it
_AGAINST = re.compile(
    r"\b(?:how|why) (?:can|could|would|do|does|did|dare|is it) (?:you|anyone|anybody|people|someone|somebody|he|she|they|this|it)\b"
    r"|\b(?:what (?:kind|sort) of|only (?:a|an)) (?:\w+ )?(?:person|people|man|human|racist|fool|idiot|bigot|coward|teacher|boss)\b"
    r"|\b(?:who|which \w+) (?:raised|taught|told|would ever)\b|\bwhoever (?:says|writes|thinks|believes|claims|posts|posted)\b"
    r"|\b(?:anyone|anybody|nobody|no one|people like you|those) (?:who (?:claims?|posts?|shares?|uses?|repeats?)|sharing|saying"
    r"|posting|calling|using|repeating)\b"
    r"|(?<!not )(?<!not a )(?<!no )\b(?:racism|racists?|sexism|bigot\w*|homophob\w+|islamophob\w+"
    r"|antisemit\w+|xenophob\w+|misogyn\w+|hate speech|prejudices?)\b"
    r"|\b(?:no excuse|(?:has|have) no place|never (?:ok|okay|fine|right|acceptable|funny)|(?:not|isn'?t|aren'?t|ain'?t) (?:ok|okay"
    r"|fine|acceptable|funny|right|true|an opinion)|shock(?:ed|ing)|appall\w+|hurt(?:s|ful)?|heart ?breaking|broke my heart"
    r"|nonsense|an? (?:\w+ )?lie|(?:you|he|she|they) (?:are|is|'re|'s) wrong|speak up|told (?:him|her|them|you) off|(?:got|get|be)"
    r" fired|(?:gets?|got|be|been) (?:banned|blocked|removed|deleted)|(?:can|can't|cannot) (?:you )?believe|imagine"
    r" (?:saying|thinking|writing|calling)|i never said|(?:tired|sick) of (?:hearing|reading|people)|you have no argument|(?:can'?t"
    r"|cannot|can not) (?:just )?(?:go around|say|call)"
    r"|makes you (?:look|sound)|tells? us about you|strange way|read a book|old lie|hateful)\b|"
    r"\b(?:is|are|it's|that's) (?:so |just |really |simply |absolutely |totally |completely |deeply |never )?(?:wrong"
    r"|unacceptable|awful"
    r"|hateful|hate speech|offensive|racist|sexist|homophobic|not ok|not okay|vile|evil|despicable|shameful|bigoted|horrible"
    r"|terrible"
    r"|ignorant|disrespectful|a disgrace|acceptable to (?:say|call|write))\b|\b(?:people|anyone|those|anybody|everyone|idiots) who "
    r"(?:say|says|think|thinks|call|calls|believe|believes|claim|claims|write|tweet)\b|"
    r"\b(?:don'?t|do not|never|stop|nobody should|no one should|please stop) (?:\w+ )?(?:write|writing|call"
    r"|calling|say|saying|use|using)\b"
    r"|\b(?:delete|report(?:ed)? (?:it|this|that|the comment|your comment)|vile|disgusting (?:comment|word|thing)"
    r"|racist (?:comment|word)|unacceptable|hateful"
    r"|is (?:a lie|wrong|false|not true|racist|a slur)|comment above|person who (?:wrote|said)|whoever (?:wrote"
    r"|said)|who (?:wrote|said|calls?)|shame on)\b"
    r"|(?:لا|ما|بلاش|عيب|حرام|كفي|كفايه) (?:تقول|تقل|تكتب|تنقال|يقال|نقول|تسم|يصح|يجوز)|متقول|ما تنقال|(?:ارفض"
    r"|نرفض|مرفوض|مرفوضه|عيب|بلغوا|بلغت|احذف|امسح|عنصري|عنصريه|استنكر|ادين|احترم|احترموا|يحترم|ما يجوز|مب صح"
    r"|مو صح|مش صح|غلط)|\b(?:3eib|3aib|7aram|e7term\w*|e7tram|3onsori\w*|3unsuri\w*)\b"
    r"|(?:تعليق|كلام|وصف|كلمه)[ء-ي]* .{0,40}(?:مرفوض|عيب|عنصري|غلط|جارح|مقرف)|(?:كتب|قال|كاتب) (?:فوق|هنا|التعليق)"
    r"|(?:मत|नहीं) (?:लिखो|कहो|बोलो|लिखें|कहें)|लिखने वाले|कहने वाले|शर्म करो|(?:مت|نه) (?:لكهو|كهو|بولو|كهين"
    r"|لكهين)|لكهني والي|شرم كرو"
    r"|\b(?:huwag|wag) (?:\w+ ){0,2}(?:tawag|sabih|isulat)\w*|\bmat (?:likho|kaho|bolo|kehna)\b|\b(?:likhne|kehne"
    r"|bolne) wal[ae]\b"
    r"|പറയരുത്|വിളിക്കരുത്|എന്ന് എഴുതിയ|বলবেন না|বলা ঠিক না|লিখবেন না|যে লিখেছে|যিনি লিখেছেন"
)


class Reported:
    """The places of one folded text that stand in quotation marks or close to words of reporting."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _quoted(self) -> Cover:
        return Cover([*(match.span(1) for match in _SINGLE.finditer(self._text)), *_between_marks(self._text)])

    @cached_property
    def against(self) -> bool:
        """True where somebody speaks against what was said."""
        return bool(_AGAINST.search(self._text))

    def _opens(self, start: int) -> bool:
        """True where something begins inside quotation marks, wherever it ends."""
        return (start, start + 1) in self._quoted

    def __contains__(self, place: Span) -> bool:
        """True where [start, end) is quoted, or reported as somebody's words."""
        start, end = place
        if self._opens(start) or _REPORTED_BEFORE.search(self._text[max(0, start - _NEAR) : start]):
            return True
        return bool(_REPORTED_AFTER.match(self._text[end : end + _NEAR]))

    def plainly(self, place: Span) -> bool:
        """True where it needs no second look: told as said to somebody; quoted beside words of saying; quoted to speak against."""
        start, end = place
        before = self._text[max(0, start - _NEAR) : start]
        if _TOLD_BEFORE.search(before):
            return True
        if not self._opens(start):
            return self.against and place in self
        after = self._text[end : end + _FURTHER]
        return bool(_SAYING.search(self._text[max(0, start - _FURTHER) : start]) or self.against or _AFTER.search(after))


def _between_marks(text: str) -> Iterator[Span]:
    """What stands between a mark and the next one that closes it."""
    for left, right in _MARKS:
        opened = -1
        for mark in re.finditer(f"[{re.escape(left + right)}]", text):
            if mark[0] == right and opened >= 0:
                yield opened, mark.start()
                opened = -1
            elif mark[0] == left:
                opened = mark.end()
