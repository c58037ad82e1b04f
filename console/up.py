"""`manage.py up`: worker, desk and portal as one."""

import os

from console.supervise import Child, Supervisor, own
from core.errors import WrongOption
from core.settings import Settings
from core.why import none_of

PARTS = ("worker", "desk", "portal")


def up(settings: Settings, only: list[str]) -> None:
    """Run the parts named (all when empty) until a signal comes."""
    if strangers := [part for part in only if part not in PARTS]:
        raise WrongOption(name="--only", why=none_of(", ".join(strangers), PARTS))
    supervisor = Supervisor([Child(part, own(part)) for part in PARTS if not only or part in only], os.environ)
    supervisor.start()
    supervisor.run()
