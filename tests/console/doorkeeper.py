"""A process that has loaded the operator's door and becomes a command as often as it is asked to.

Started on its own, an interpreter needs more than a second of processor to load what most commands need. This one has done so once:
for each command it makes a copy of itself, which then is `manage.py COMMAND` in every way an operator could notice: a process with
its own environment, files, memory and end. Nothing that a setting changes is read before the copy is made.
"""

import gc
import os
import sys
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from pkgutil import iter_modules

ROOT = Path(__file__).resolve().parent.parent.parent

#: what commands load besides the modules of the console
LATER = ("alembic.command", "psycopg", "portal.serve", "scheduler.spread", "eldc", "langdetect")


def load() -> None:
    """Load what commands load; none of it may have looked at a setting."""
    console = import_module("console")
    for name in ("manage", *(f"console.{module.name}" for module in iter_modules(console.__path__)), *LATER):
        import_module(name)
    from core.settings import settings

    if settings.cache_info().currsize:
        raise RuntimeError("a module reads settings as it is loaded")
    gc.collect()
    gc.freeze()  # else each copy looks through all of it once more as it ends


def become(command: list[str], environment: dict[str, str], files: tuple[str, str, str]) -> None:
    """Be a process that was started as `manage.py COMMAND` with these standard files."""
    os.environ.clear()
    os.environ.update(environment)
    for number, (name, flags) in enumerate(zip(files, (os.O_RDONLY, os.O_WRONLY, os.O_WRONLY), strict=True)):
        opened = os.open(name, flags)
        os.dup2(opened, number)
        os.close(opened)
    sys.argv = ["manage.py", *command]


def keep(asked: Connection) -> None:
    """Answer each command with the code it ended with, until nobody asks any more."""
    load()
    while True:
        try:
            request = asked.recv()
        except EOFError:
            return
        child = os.fork()
        if not child:
            asked.close()
            become(*request)
            import manage

            return manage.run()
        asked.send(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


if __name__ == "__main__":
    sys.path[0] = str(ROOT)
    os.chdir(ROOT)
    keep(Connection(int(sys.argv[1])))
