"""Write a migration from the difference between the models and the newest schema: `python tools/new_migration.py "what changed"`."""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from alembic import command

import migrations
from core.db import Database

with tempfile.TemporaryDirectory() as folder:
    db = Database(f"sqlite:///{folder}/empty.db")
    if migrations.heads():
        migrations.create_schema(db)
    with db.writing.begin() as connection:
        command.revision(
            migrations._config(connection),
            sys.argv[1],
            autogenerate=True,
            rev_id=f"{(len(migrations.heads()) and len(list(Path(migrations.__file__).parent.glob('versions/*.py'))) + 1) or 1:04d}",
        )
    db.dispose()
