"""What the ministry of the pictures publishes."""

from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

#: ground and lines of a card
COLOURS = (("#0B5D4E", "#B68A35"), ("#1F4B8F", "#E6EEFB"), ("#7A3E9D", "#F1F5F3"), ("#B3541E", "#FFF6D6"))


@dataclass(frozen=True, slots=True)
class Written:
    """A post; an event where it has a place."""

    title: str
    text: str
    alt: str
    place: str = ""


POSTS: tuple[Written, ...] = (
    Written(
        "أسبوع سلامة العمال",
        "تنطلق يوم الأحد فعاليات أسبوع سلامة العمال. ورش مجانية عن الوقاية من الإجهاد الحراري وحقوق العامل. #سلامة_العمال",
        "بطاقة خضراء فيها دوائر متداخلة باللونين الأبيض والذهبي.",
    ),
    Written(
        "ورشة نافس للشباب",
        "ندعوكم إلى ورشة «نافس» عن كتابة السيرة الذاتية والاستعداد للمقابلة. الحضور مجاني والتسجيل مسبق. #نافس",
        "بطاقة دعوة إلى ورشة نافس.",
        "مركز الخدمة في دبي",
    ),
    Written(
        "موعد دفع الأجور",
        "تذكير لأصحاب العمل: يُدفع الأجر عبر نظام حماية الأجور في موعده المتفق عليه في العقد.",
        "بطاقة تذكير بموعد دفع الأجور.",
    ),
    Written(
        "Rights at work, in four languages",
        "Your contract, your wage, your leave: a free guide in Arabic, English, Urdu and Hindi. #KnowYourRights",
        "Cover of the guide with its title in four languages.",
    ),
    Written(
        "يوم التوظيف المفتوح",
        "عشرون شركة وأكثر من 300 وظيفة للمواطنين في يوم واحد. أحضروا سيرتكم الذاتية. #التوطين",
        "بطاقة يوم التوظيف المفتوح.",
        "قاعة المؤتمرات في أبوظبي",
    ),
    Written(
        "ساعات العمل في رمضان",
        "تُخفَّض ساعات العمل في القطاع الخاص ساعتين يوميًا خلال شهر رمضان المبارك.",
        "بطاقة بساعات العمل في رمضان.",
    ),
)


def card(folder: Path, number: int) -> Path:
    """A picture for post `number`: 1080 x 1080, as Instagram likes it; no two neighbours look alike."""
    ground, lines = COLOURS[number % len(COLOURS)]
    picture = Image.new("RGB", (1080, 1080), ground)
    pen = ImageDraw.Draw(picture)
    for ring in range(7):
        edge, turn = 60 + ring * 70, 90 * (number % 4)
        if number % 2:
            pen.arc((edge, edge, 1080 - edge, 1080 - edge), turn + ring * 20, turn + ring * 20 + 230, fill=lines, width=16)
        else:
            pen.regular_polygon((540, 540, 560 - edge), n_sides=8, rotation=ring * 8, outline=lines, width=6)
    path = folder / f"card-{number}.jpg"
    picture.save(path, "JPEG", quality=88)
    return path
