"""Whether a connection of the pool still lives, asked without a round trip while it was used a moment ago.

A server that ends closes its sockets, which is seen on ours; a network that went silent is only found by asking.
"""

import select
import time
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError

#: what lay longer than this is asked
TRUSTED_S = 5.0
_BACK = "back"


def watch(engine: Engine) -> None:
    """Have a connection that does not live replaced as it is taken from the pool, and with it all that are older."""
    dialect = engine.dialect
    wrong = dialect.loaded_dbapi.Error

    def noted(_connection: Any, record: Any) -> None:
        record.info[_BACK] = time.monotonic()

    def looked_at(connection: Any, record: Any, _proxy: Any) -> None:
        lay = time.monotonic() - record.info.get(_BACK, 0.0)
        try:
            if (lay > TRUSTED_S or _spoken_to(connection)) and not dialect.do_ping(connection):
                raise InvalidatePoolError
        except (wrong, OSError) as e:
            raise InvalidatePoolError from e

    event.listen(engine, "connect", noted)
    event.listen(engine, "checkin", noted)
    event.listen(engine, "checkout", looked_at)


def _spoken_to(connection: Any) -> bool:
    """Whether something came from the server that nobody asked for, its farewell for one."""
    poll = select.poll()
    poll.register(connection.pgconn.socket, select.POLLIN)
    return bool(poll.poll(0))
