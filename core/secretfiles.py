"""Secrets that stand in files of their own: `NAME_FILE` holds the path of what `NAME` would be."""

import os
from functools import cache
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic_settings import PydanticBaseSettingsSource

from core.errors import ConfigurationError
from core.i18n import ROOT
from core.why import Why, of_system

#: marks a setting that may stand in a file
SECRET: dict[str, Any] = {"secret": True}


class SecretFiles(PydanticBaseSettingsSource):
    """`NAME_FILE=/run/secrets/name` for every setting marked secret."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        name = str(field.validation_alias)
        path = os.environ.get(f"{name}_FILE") or _dotenv().get(f"{name}_FILE")
        if not path or field.json_schema_extra != SECRET:
            return None, name, False
        try:
            return Path(path).read_text("utf-8").strip(), name, False
        except UnicodeDecodeError:
            raise ConfigurationError(name=f"{name}_FILE", why=Why("file_not_read", path=path, cause=Why("not_utf8"))) from None
        except (OSError, ValueError) as e:  # ValueError: the path holds a NUL
            cause = of_system(e) if isinstance(e, OSError) else Why("system_ENOENT")
            raise ConfigurationError(name=f"{name}_FILE", why=Why("file_not_read", path=path, cause=cause)) from e

    def __call__(self) -> dict[str, Any]:
        found = (self.get_field_value(f, n) for n, f in self.settings_cls.model_fields.items())
        return {name: value for value, name, _ in found if value is not None}


@cache
def _dotenv() -> dict[str, str | None]:
    return dotenv_values(ROOT / ".env")
