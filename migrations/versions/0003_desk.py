"""What the desk needs beside items and cases: notes, tags, what is put off, who is reading, saved answers and views, undo.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "tags",
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("name_ar", sa.String(80), nullable=False),
        sa.Column("name_en", sa.String(80), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_tags")),
    )
    op.create_table(
        "reports",
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("lang", sa.String(2), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("week", "lang", name=op.f("pk_reports")),
    )
    op.create_table(
        "unsaved",
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("post_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", DOCUMENT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_unsaved_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", "post_id", name=op.f("pk_unsaved")),
    )
    op.create_table(
        "unsaid",
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("thing", sa.String(20), nullable=False),
        sa.Column("thing_id", KEY, nullable=False),
        sa.Column("deed", sa.String(20), nullable=False),
        sa.Column("content", DOCUMENT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_unsaid_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", "thing", "thing_id", "deed", name=op.f("pk_unsaid")),
    )
    op.create_index("ix_unsaid_thing", "unsaid", ["thing", "thing_id"], unique=False)
    op.create_table(
        "deeds",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("before", DOCUMENT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_deeds_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deeds")),
    )
    op.create_index("ix_deeds_user", "deeds", ["user_id", "id"], unique=False)
    op.create_table(
        "saved_replies",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("topic", sa.String(24), nullable=False),
        sa.Column("text_ar", sa.String(2000), nullable=False),
        sa.Column("text_en", sa.String(2000), nullable=False),
        sa.Column("owner_id", KEY, nullable=False),
        sa.Column("source", sa.String(300), nullable=False),
        sa.Column("review_by", sa.Date(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_saved_replies_owner_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_replies")),
        sa.UniqueConstraint("name", name=op.f("uq_saved_replies_name")),
    )
    op.create_table(
        "saved_views",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("wanted", DOCUMENT, nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_saved_views_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_saved_views_user_id_name")),
    )
    op.create_table(
        "item_tags",
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("tag", sa.String(40), nullable=False),
        sa.Column("said", KEY, nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_item_tags_by_id_users")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_item_tags_item_id_items")),
        sa.ForeignKeyConstraint(["tag"], ["tags.code"], name=op.f("fk_item_tags_tag_tags")),
        sa.PrimaryKeyConstraint("item_id", "tag", name=op.f("pk_item_tags")),
    )
    op.create_index("ix_item_tags_tag", "item_tags", ["tag", "said", "item_id"], unique=False)
    op.create_table(
        "notes",
        sa.Column("id", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("author_id", KEY, nullable=False),
        sa.Column("text", sa.String(4000), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_notes_author_id_users")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_notes_item_id_items")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_index(op.f("ix_notes_item_id"), "notes", ["item_id"], unique=False)
    op.create_table(
        "opened",
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_opened_item_id_items")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_opened_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", "item_id", name=op.f("pk_opened")),
    )
    op.create_index(op.f("ix_opened_at"), "opened", ["at"], unique=False)
    op.create_table(
        "presences",
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("doing", sa.String(10), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_presences_item_id_items")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_presences_user_id_users")),
        sa.PrimaryKeyConstraint("item_id", "user_id", name=op.f("pk_presences")),
    )
    op.create_index(op.f("ix_presences_until"), "presences", ["until"], unique=False)
    op.create_table(
        "snoozes",
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_snoozes_by_id_users")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_snoozes_item_id_items")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_snoozes")),
    )
    op.create_index(op.f("ix_snoozes_until"), "snoozes", ["until"], unique=False)
    op.create_table(
        "mentions",
        sa.Column("note_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["note_id"], ["notes.id"], name=op.f("fk_mentions_note_id_notes")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_mentions_user_id_users")),
        sa.PrimaryKeyConstraint("note_id", "user_id", name=op.f("pk_mentions")),
    )
    op.create_index(
        "ix_mentions_unseen",
        "mentions",
        ["user_id"],
        unique=False,
        sqlite_where=sa.text("seen_at IS NULL"),
        postgresql_where=sa.text("seen_at IS NULL"),
    )
    op.create_index("ix_mentions_user", "mentions", ["user_id", "note_id"], unique=False)


def downgrade() -> None:
    op.drop_table("unsaid")
    op.drop_table("unsaved")
    op.drop_table("mentions")
    op.drop_table("snoozes")
    op.drop_table("presences")
    op.drop_table("opened")
    op.drop_table("notes")
    op.drop_table("item_tags")
    op.drop_table("saved_views")
    op.drop_table("saved_replies")
    op.drop_table("deeds")
    op.drop_table("reports")
    op.drop_table("tags")
