"""The trade's codes in a person's words: kinds, topics, languages, clauses, audit actors."""

from core.i18n import Lang, catalogue, t
from desk import store
from outbox.reasons import in_words


def known(group: str, code: str, lang: Lang) -> str:
    """The words of `<group>.<code>`, or the code itself where an open vocabulary has outgrown the words."""
    key = f"{group}.{code}"
    return t(key, lang) if key in catalogue() else code


def clause(id: str, lang: Lang) -> str:
    """A clause's short name; the edition's own text where it has none."""
    key = f"desk.clause.{id}"
    if key in catalogue():
        return t(key, lang)
    found = [one for one in store.edition().clauses if one.id == id]
    return found[0].text(lang) if found else id


def clause_text(id: str, lang: Lang) -> str:
    """What the edition in force says in that clause; "" for a clause it does not have."""
    found = [one for one in store.edition().clauses if one.id == id]
    return found[0].text(lang) if found else ""


def cannot(why: str, lang: Lang) -> str:
    """Why an item can't be answered: the connector's own words (`cannot.<why>`), else ours."""
    for key in (f"cannot.{why}", f"desk.cannot.{why}"):
        if key in catalogue():
            return t(key, lang)
    return t("desk.cannot.no_reply", lang)


def reason(code: str, lang: Lang) -> str:
    """Why a delivery stands where it stands."""
    return in_words(code, "", lang)
