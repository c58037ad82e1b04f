"""Cells of a table that people open in a spreadsheet: nothing in them is taken for a formula (OWASP, CSV injection)."""

from unicodedata import category, normalize

FORMULA = frozenset("=+-@")
#: categories of Unicode that show nothing: controls, formats, spaces
UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


def safe_text(text: str) -> str:
    """The text as a spreadsheet may show it: one that it would take for a formula gets an apostrophe in front, also where the sign
    is a wide or small one or stands behind what shows nothing. One with such an apostrophe gets another (`plain_text`)."""
    return f"'{text}" if _taken(text.lstrip("'")) else text


def plain_text(cell: str) -> str:
    """The text that `safe_text` made this of."""
    return cell[1:] if cell[:1] == "'" and _taken(cell.lstrip("'")) else cell


def _taken(text: str) -> bool:
    """For a formula."""
    seen = next((c for c in text if category(c) not in UNSEEN), "")
    starts = text[:1] in ("\t", "\r", "\n") or normalize("NFKC", seen)[:1] in FORMULA
    return bool(seen) and starts
