"""Output that nobody reads any more."""

import os
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def piped() -> Iterator[None]:
    """Whoever reads our output may close it (`| head`): end then as a shell's own commands do, without a word. A pipe that broke
    elsewhere is an error like any other."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        out = select.poll()
        out.register(sys.stdout.fileno(), 0)
        if not any(state & select.POLLERR for _, state in out.poll(0)):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(141) from None
