"""`manage.py up`: worker, desk and portal as one."""

import os

from console.supervise import Child, Supervisor, own
from core.errors import ConfigurationError
from core.settings import Settings

PARTS = ("worker", "desk", "portal")


def up(settings: Settings, only: list[str]) -> None:
    """Run the parts named (all when empty) until a signal comes."""
    if strangers := [part for part in only if part not in PARTS]:
        raise ConfigurationError(name="--only", why=f"{', '.join(strangers)}; known: {', '.join(PARTS)}")
    supervisor = Supervisor([Child(part, own(part)) for part in PARTS if not only or part in only], os.environ)
    supervisor.start()
    supervisor.run()
