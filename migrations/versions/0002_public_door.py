"""What the public's door needs beside items and cases: departments, files, notices, holds, results, releases of the open data.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "departments",
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("name_ar", sa.String(120), nullable=False),
        sa.Column("name_en", sa.String(120), nullable=False),
        sa.Column("topics", DOCUMENT, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_departments")),
    )
    op.create_table(
        "uploads",
        sa.Column("id", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("mime", sa.String(80), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("erased_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_uploads_item_id_items")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
    )
    op.create_index(op.f("ix_uploads_item_id"), "uploads", ["item_id"], unique=False)
    op.create_table(
        "notices",
        sa.Column("id", KEY, nullable=False),
        sa.Column("number", sa.String(24), nullable=False),
        sa.Column("key_id", sa.String(8), nullable=False),
        sa.Column("decision_id", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=True),
        sa.Column("lang", sa.String(8), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("delivery_id", KEY, nullable=True),
        sa.Column("owed", sa.String(40), nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.Column("overturned_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_notices_decision_id_decisions")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_notices_item_id_items")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_notices_case_id_cases")),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_notices_delivery_id_deliveries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("number", name=op.f("uq_notices_number")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_notices_decision_id")),
    )
    op.create_index(op.f("ix_notices_item_id"), "notices", ["item_id"], unique=False)
    op.create_table(
        "holds",
        sa.Column("id", KEY, nullable=False),
        sa.Column("subject", sa.String(60), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("by", sa.String(120), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("lifted_by", sa.String(120), nullable=False),
        sa.Column("lifted_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    op.create_index("ix_holds_subject", "holds", ["subject"], unique=False)
    op.create_table(
        "results",
        sa.Column("id", KEY, nullable=False),
        sa.Column("uid", sa.String(24), nullable=False),
        sa.Column("case_id", KEY, nullable=True),
        sa.Column("topic", sa.String(24), nullable=False),
        sa.Column("outcome", sa.String(12), nullable=False),
        sa.Column("said_ar", sa.String(1000), nullable=False),
        sa.Column("said_en", sa.String(1000), nullable=False),
        sa.Column("decided_ar", sa.String(2000), nullable=False),
        sa.Column("decided_en", sa.String(2000), nullable=False),
        sa.Column("because_ar", sa.String(2000), nullable=False),
        sa.Column("because_en", sa.String(2000), nullable=False),
        sa.Column("by", sa.String(120), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_results_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_results")),
        sa.UniqueConstraint("uid", name=op.f("uq_results_uid")),
    )
    op.create_index(op.f("ix_results_case_id"), "results", ["case_id"], unique=False)
    op.create_table(
        "releases",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("package", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("before", sa.String(64), nullable=False),
        sa.Column("seal_no", KEY, nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_releases")),
    )


def downgrade() -> None:
    op.drop_table("releases")
    op.drop_index(op.f("ix_results_case_id"), table_name="results")
    op.drop_table("results")
    op.drop_index("ix_holds_subject", table_name="holds")
    op.drop_table("holds")
    op.drop_index(op.f("ix_notices_item_id"), table_name="notices")
    op.drop_table("notices")
    op.drop_index(op.f("ix_uploads_item_id"), table_name="uploads")
    op.drop_table("uploads")
    op.drop_table("departments")
