"""The last wall: an error nobody expected becomes one line; its traceback goes to a file for whoever looks after the machine."""

import tempfile
import traceback
from pathlib import Path

from core.i18n import t


def keep(error: BaseException) -> str:
    """Write the traceback to a private file and return the two-language line that names it."""
    with tempfile.NamedTemporaryFile("w", prefix="majlis-error-", suffix=".txt", delete=False) as file:
        traceback.print_exception(error, file=file)
    return (
        t("console.crash", "en", kind=type(error).__name__, file=Path(file.name))
        + "\n"
        + t("console.crash", "ar", kind=type(error).__name__, file=Path(file.name))
    )
