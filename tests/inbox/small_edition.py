"""A policy of one or two clauses, written for a test."""

from textwrap import dedent

CLAUSE = """
[[clauses]]
id = "{id}"
severity = 2
action = "{action}"
automatic = false
threshold = 0.8
text = {{ ar = "بند", en = "A clause" }}
notice = {{ ar = "حُجبت", en = "Withheld" }}
terms = {{ en = ["{word}"] }}
examples = ["{example}"]
counter_examples = ["a fine day"]
"""


def clause(id: str, word: str, *, action: str = "review", example: str = "") -> str:
    """One clause that finds `word`; `example` is what must match where it isn't the word itself."""
    return CLAUSE.format(id=id, word=word, action=action, example=example or f"such a {word} day")


def written(edition: str, day: str, *clauses: str, policy: str = "m", more: str = "") -> str:
    """The TOML text of an edition that takes effect on `day`."""
    head = f"""
        policy = "{policy}"
        edition = "{edition}"
        effective_from = {day}
        source = "a test"
        title = {{ ar = "سياسة", en = "Policy" }}
        preamble = {{ ar = "مرحبا", en = "Welcome" }}
        disclaimer = {{ ar = "لا", en = "No" }}
        commitments = []
        rights = []
        {more}
    """
    return dedent(head) + "".join(clauses or (clause("abuse", "wicked"),))
