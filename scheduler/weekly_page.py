"""The weekly report as a page that stands alone, reads aloud well and prints, and as plain words for a letter."""

from collections.abc import Sequence
from datetime import date, datetime

from babel.dates import format_datetime
from markupsafe import Markup

from core.clock import in_dubai
from core.i18n import Lang, t
from scheduler.weekly import LOCALES, Section, week_words

_STYLE = Markup(
    "body{font-family:'IBM Plex Sans Arabic','Segoe UI',Tahoma,Arial,sans-serif;color:#14211d;background:#ffffff;line-height:1.7;"
    "margin:0 auto;padding:24px 16px;max-width:760px}"
    "h1{font-size:24px;margin:0 0 4px}h2{font-size:18px;margin:28px 0 2px;color:#0b5d4e}"
    "p{margin:0 0 8px}.note{color:#46544f;font-size:14px}table{border-collapse:collapse;width:100%;font-size:15px}"
    "th,td{text-align:start;padding:6px 10px;border-bottom:1px solid #dbe3df;vertical-align:top}"
    "thead th{color:#46544f;font-weight:600}tbody th{font-weight:400}"
    "main>.note:last-child{margin-top:28px}@media print{body{max-width:none;padding:0}section{break-inside:avoid}}"
)


def title(monday: date, lang: Lang) -> str:
    """What the report is called, and its letter's subject."""
    return t("report.title", lang, week=week_words(monday, lang))


def page(monday: date, lang: Lang, parts: Sequence[Section], at: datetime) -> str:
    """The whole report as HTML."""
    made = Markup("").join(_section(part, lang) for part in parts)
    return Markup(
        '<!doctype html><html lang="{lang}" dir="{dir}"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><style>{style}</style></head>'
        '<body dir="{dir}"><main><h1>{title}</h1><p class="note">{lead}</p>{made}<p class="note">{foot}</p></main></body></html>'
    ).format(
        lang=lang,
        dir="rtl" if lang == "ar" else "ltr",
        title=title(monday, lang),
        style=_STYLE,
        lead=_as_of(at, lang),
        made=made,
        foot=t("report.foot", lang),
    )


def words(monday: date, lang: Lang, parts: Sequence[Section], at: datetime) -> str:
    """The same as plain text: a line a row, each number after its name."""
    told = [title(monday, lang), _as_of(at, lang)]
    between = "؛ " if lang == "ar" else "; "
    for part in parts:
        rows = [f"- {row[0].rstrip('.')}: {between.join(_named(part, row))}" for row in part.rows]
        told.append("\n".join((part.title, part.about, *(rows or [t("report.nothing", lang)]))))
    return "\n\n".join((*told, t("report.foot", lang)))


def _named(part: Section, row: Sequence[str]) -> list[str]:
    return [f"{head} {value}" for head, value in zip(part.heads[1:], row[1:], strict=True)]


def _as_of(at: datetime, lang: Lang) -> str:
    return t("report.as_of", lang, when=format_datetime(in_dubai(at), "d MMMM y HH:mm", locale=LOCALES[lang]))


def _section(part: Section, lang: Lang) -> Markup:
    head = Markup("<section><h2>{}</h2><p class='note'>{}</p>").format(part.title, part.about)
    if not part.rows:
        return head + Markup("<p>{}</p></section>").format(t("report.nothing", lang))
    top = Markup("").join(Markup('<th scope="col">{}</th>').format(one) for one in part.heads)
    lines = Markup("").join(_row(row) for row in part.rows)
    return head + Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></section>").format(top, lines)


def _row(row: Sequence[str]) -> Markup:
    first = Markup('<th scope="row">{}</th>').format(row[0])
    return Markup("<tr>{}{}</tr>").format(first, Markup("").join(Markup("<td><bdi>{}</bdi></td>").format(one) for one in row[1:]))
