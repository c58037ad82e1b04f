"""Write a migration from the difference between models and newest schema: `python tools/new_migration.py "what changed"`."""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from alembic import command

import migrations
from core.db import Database

with tempfile.TemporaryDirectory() as folder:
    db = Database(f"sqlite:///{folder}/empty.db")
    migrations.VERSIONS.mkdir(exist_ok=True)
    if any(migrations.VERSIONS.glob("*.py")):
        migrations.create_schema(db)
    with db.writing.begin() as connection:
        number = len(list(migrations.VERSIONS.glob("*.py"))) + 1
        command.revision(migrations.config(connection), sys.argv[1], autogenerate=True, rev_id=f"{number:04d}")
    db.dispose()
