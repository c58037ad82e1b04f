"""The replay of an edition in a process of its own: `python -m desk.replay_run` reads what to do from its input, and tells there.

It keeps a core busy for as long as there are items: the desk, which everybody waits for, must not be that core. One JSON line at a
time goes out: `{"done": 500, "all": 9000}`, at the end `{"result": …}`, else `{"failed": [Arabic, English]}`.
"""

import json
import sys
from typing import Any

from core.auth import actor_of
from core.errors import MajlisError
from core.i18n import LANGS
from core.models import User
from desk import store
from inbox.backtest import backtest
from policies.edition import from_canonical


def tell(**said: Any) -> None:
    """One line."""
    sys.stdout.write(json.dumps(said, default=str, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Do what stands on stdin: whose replay, which edition, of how many days, on which account."""
    wanted = json.loads(sys.stdin.read())
    with store.read() as reading:
        person = actor_of(reading.get_one(User, wanted["user"]))
    edition = from_canonical(wanted["canonical"])
    try:
        found = backtest(
            store.database(),
            person,
            edition,
            days=wanted["days"],
            account_id=wanted["account"],
            limit=wanted["limit"],
            tell=lambda done, count: tell(done=done, all=count),
        )
    except MajlisError as refusal:
        tell(failed=[refusal.words(lang) for lang in LANGS])
    else:
        tell(result=found.plain())


if __name__ == "__main__":
    main()
