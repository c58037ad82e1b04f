"""Why something can't be accepted, in the reader's language: a code with words under `error.why.<code>`."""

from errno import errorcode
from typing import Any

from core.i18n import Lang, catalogue, t


class Why:
    """`words(lang)` says it; as a plain text it is English. A value that is a Why itself is said in the same language."""

    def __init__(self, code: str, /, **values: Any) -> None:
        self.code, self.values = code, values

    def words(self, lang: Lang) -> str:
        """The reason in that language, without a stop at its end."""
        return t(f"error.why.{self.code}", lang, **{name: said(value, lang) for name, value in self.values.items()})

    def __str__(self) -> str:
        return self.words("en")


def said(value: object, lang: Lang) -> object:
    """`value` as it is said in that language: a Why in its words, several one after the other, all else as it is."""
    if isinstance(value, tuple):
        return ("، " if lang == "ar" else ", ").join(str(said(one, lang)) for one in value)
    return value.words(lang) if isinstance(value, Why) else value


def none_of(value: object, known: Any) -> Why:
    """`value` is none of what is `known`."""
    return Why("none_of", value=value, known=", ".join(str(one) for one in known))


def of_system(error: OSError) -> Why:
    """What the operating system had against it; its own code where we have no words for that."""
    code = errorcode.get(error.errno or 0, "")
    return Why(f"system_{code}") if f"error.why.system_{code}" in catalogue() else Why("system", code=code or type(error).__name__)


def field_name(name: str, lang: Lang) -> str:
    """A field as people call it; as it is written where it has no name of its own (an option, a file)."""
    key = f"error.field.{name}"
    return t(key, lang) if key in catalogue() else name
