"""First schema: every room's tables, and the search index, which no model describes (inbox.index).

Revision ID: 0001
Revises: nothing
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

SEARCH = {
    "sqlite": (
        "CREATE VIRTUAL TABLE item_search USING fts5(words, content='', contentless_delete=1,"
        " detail=none, tokenize=\"unicode61 remove_diacritics 0 tokenchars '_'\")",
    ),
    "postgresql": (
        "CREATE TABLE item_search (item_id bigint PRIMARY KEY REFERENCES items (id) ON DELETE CASCADE, words tsvector NOT NULL)",
        "CREATE INDEX ix_item_search_words ON item_search USING gin (words)",
    ),
}


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", KEY, nullable=False),
        sa.Column("platform", sa.String(20), nullable=False),
        sa.Column("native_id", sa.String(80), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("backend", sa.String(20), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("health", sa.String(20), nullable=False),
        sa.Column("health_detail", sa.String(200), nullable=False),
        sa.Column("health_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("token_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scopes", DOCUMENT, nullable=False),
        sa.Column("missing_scopes", DOCUMENT, nullable=False),
        sa.Column("spent_usd_micros", KEY, nullable=False),
        sa.Column("budget_usd_micros", KEY, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("platform", "native_id", name=op.f("uq_accounts_platform_native_id")),
    )
    op.create_table(
        "audit_entries",
        sa.Column("id", KEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("detail", DOCUMENT, nullable=False),
        sa.Column("seal_no", KEY, nullable=True),
        sa.Column("seal", sa.String(64), nullable=True),
        sa.CheckConstraint("length(actor) > 0", name=op.f("ck_audit_entries_actor_named")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
        sa.UniqueConstraint("seal_no", name=op.f("uq_audit_entries_seal_no")),
    )
    op.create_index("ix_audit_subject", "audit_entries", ["subject", "id"], unique=False)
    op.create_index("ix_audit_actor", "audit_entries", ["actor", "id"], unique=False)
    op.create_index("ix_audit_action", "audit_entries", ["action", "id"], unique=False)
    op.create_index("ix_audit_at", "audit_entries", ["at"], unique=False)
    op.create_index(
        "ix_audit_unsealed",
        "audit_entries",
        ["id"],
        unique=False,
        sqlite_where=sa.text("seal_no IS NULL"),
        postgresql_where=sa.text("seal_no IS NULL"),
    )
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seal_no", KEY, nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "heartbeats",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("worker", sa.String(80), nullable=False),
        sa.Column("detail", DOCUMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeats")),
    )
    op.create_table(
        "pauses",
        sa.Column("id", KEY, nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("started_by", sa.String(120), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.String(120), nullable=False),
        sa.Column("allow", DOCUMENT, nullable=False),
        sa.Column("after_s", sa.Integer(), nullable=False),
        sa.Column("in_flight", DOCUMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pauses")),
    )
    op.create_table(
        "tallies",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("name", sa.String(24), nullable=False),
        sa.Column("value", sa.String(40), nullable=False),
        sa.Column("count", KEY, nullable=False),
        sa.PrimaryKeyConstraint("day", "account_id", "name", "value", name=op.f("pk_tallies")),
    )
    op.create_table(
        "told_figures",
        sa.Column("name", sa.String(24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_told_figures")),
    )
    op.create_table(
        "turns",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("worker", sa.String(80), nullable=False),
        sa.Column("mark", KEY, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_turns")),
    )
    op.create_table(
        "users",
        sa.Column("id", KEY, nullable=False),
        sa.Column("username", sa.String(80), nullable=False),
        sa.Column("display_name", sa.String(120), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("roles", DOCUMENT, nullable=False),
        sa.Column("lang", sa.String(2), nullable=False),
        sa.Column("text_size", sa.Integer(), nullable=False),
        sa.Column("contrast", sa.String(8), nullable=False),
        sa.Column("email", sa.String(200), nullable=False),
        sa.Column("report", sa.Boolean(), nullable=False),
        sa.Column("email_given", sa.Boolean(), nullable=False),
        sa.Column("oidc", sa.String(300), nullable=True),
        sa.Column("one_time_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("oidc", name=op.f("uq_users_oidc")),
        sa.UniqueConstraint("username", name=op.f("uq_users_username")),
    )
    op.create_table(
        "webhooks",
        sa.Column("id", KEY, nullable=False),
        sa.Column("family", sa.String(8), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
        sa.UniqueConstraint("digest", name=op.f("uq_webhooks_digest")),
    )
    op.create_index(
        "ix_webhooks_waiting",
        "webhooks",
        ["id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "channels",
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("block", sa.String(20), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("budget", sa.String(8), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_channels_account_id_accounts")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_channels")),
    )
    op.create_table(
        "windows",
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("way", sa.String(8), nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_windows_account_id_accounts")),
        sa.PrimaryKeyConstraint("account_id", "way", name=op.f("pk_windows")),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.String(160), nullable=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("way", sa.String(8), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("target_id", sa.String(120), nullable=False),
        sa.Column("body", DOCUMENT, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("scheduled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("miss_after", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("guard", sa.String(40), nullable=False),
        sa.Column("guard_arg", DOCUMENT, nullable=False),
        sa.Column("worker", sa.String(80), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("steps", DOCUMENT, nullable=False),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("blind", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.String(120), nullable=False),
        sa.Column("permalink", sa.String(400), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(120), nullable=False),
        sa.Column("cost_micros", KEY, nullable=False),
        sa.Column("created_by", sa.String(120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_deliveries_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("ref", name=op.f("uq_deliveries_ref")),
    )
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        ["priority", "scheduled_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'scheduled'"),
        postgresql_where=sa.text("state = 'scheduled'"),
    )
    op.create_index(
        "ix_deliveries_expires",
        "deliveries",
        ["expires_at"],
        unique=False,
        sqlite_where=sa.text("expires_at IS NOT NULL"),
        postgresql_where=sa.text("expires_at IS NOT NULL"),
    )
    op.create_index("ix_deliveries_kind_published", "deliveries", ["kind", "published_at"], unique=False)
    op.create_index(
        "ix_deliveries_lane",
        "deliveries",
        ["account_id", "priority", "scheduled_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'scheduled'"),
        postgresql_where=sa.text("state = 'scheduled'"),
    )
    op.create_index(
        "ix_deliveries_open",
        "deliveries",
        ["state", "look_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('sending', 'uncertain', 'needs_decision')"),
        postgresql_where=sa.text("state IN ('sending', 'uncertain', 'needs_decision')"),
    )
    op.create_index("ix_deliveries_target", "deliveries", ["account_id", "target_id"], unique=False)
    op.create_index(
        "ix_deliveries_refused",
        "deliveries",
        ["sent_at"],
        unique=False,
        sqlite_where=sa.text("state = 'refused'"),
        postgresql_where=sa.text("state = 'refused'"),
    )
    op.create_index(
        "ix_deliveries_waiting",
        "deliveries",
        ["account_id", "state", "reason"],
        unique=False,
        sqlite_where=sa.text("state IN ('scheduled', 'held')"),
        postgresql_where=sa.text("state IN ('scheduled', 'held')"),
    )
    op.create_index(
        "uq_deliveries_external",
        "deliveries",
        ["account_id", "external_id"],
        unique=True,
        sqlite_where=sa.text("external_id <> ''"),
        postgresql_where=sa.text("external_id <> ''"),
    )
    op.create_table(
        "metrics",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("native_id", sa.String(120), nullable=False),
        sa.Column("name", sa.String(24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", KEY, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_metrics_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_metrics")),
        sa.UniqueConstraint("account_id", "native_id", "name", "at", name=op.f("uq_metrics_account_id_native_id_name_at")),
    )
    op.create_index("ix_metrics_name_at", "metrics", ["name", "at"], unique=False)
    op.create_table(
        "posts",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("ar", sa.String(), nullable=False),
        sa.Column("en", sa.String(), nullable=False),
        sa.Column("pair_why", sa.String(300), nullable=False),
        sa.Column("about_id", KEY, nullable=True),
        sa.Column("role", sa.String(12), nullable=False),
        sa.Column("before_s", sa.Integer(), nullable=True),
        sa.Column("repeat", DOCUMENT, nullable=True),
        sa.Column("poll", DOCUMENT, nullable=True),
        sa.Column("steps", DOCUMENT, nullable=False),
        sa.Column("along", DOCUMENT, nullable=True),
        sa.Column("grace_s", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("author_id", KEY, nullable=True),
        sa.Column("edited_by", KEY, nullable=True),
        sa.Column("origin", sa.String(120), nullable=False),
        sa.Column("approved_by", KEY, nullable=True),
        sa.Column("approver", sa.String(120), nullable=False),
        sa.Column("approved_version", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("edition", sa.String(60), nullable=False),
        sa.Column("doubted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wall", sa.String(19), nullable=False),
        sa.Column("zone", sa.String(40), nullable=False),
        sa.Column("comment", sa.String(1000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["about_id"], ["posts.id"], name=op.f("fk_posts_about_id_posts")),
        sa.ForeignKeyConstraint(["approved_by"], ["users.id"], name=op.f("fk_posts_approved_by_users")),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_posts_author_id_users")),
        sa.ForeignKeyConstraint(["edited_by"], ["users.id"], name=op.f("fk_posts_edited_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
    )
    op.create_index(op.f("ix_posts_about_id"), "posts", ["about_id"], unique=False)
    op.create_index(
        "ix_posts_correcting",
        "posts",
        ["id"],
        unique=False,
        sqlite_where=sa.text("role IN ('correction', 'withdrawal')"),
        postgresql_where=sa.text("role IN ('correction', 'withdrawal')"),
    )
    op.create_index(
        "ix_posts_doubted",
        "posts",
        ["id"],
        unique=False,
        sqlite_where=sa.text("doubted_at IS NOT NULL"),
        postgresql_where=sa.text("doubted_at IS NOT NULL"),
    )
    op.create_index("ix_posts_state_at", "posts", ["state", "at"], unique=False)
    op.create_table(
        "periods",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key", sa.String(80), nullable=True),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("name_ar", sa.String(120), nullable=False),
        sa.Column("name_en", sa.String(120), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("source", sa.String(300), nullable=False),
        sa.Column("by", sa.String(120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_periods")),
        sa.UniqueConstraint("key", name=op.f("uq_periods_key")),
    )
    op.create_index("ix_periods_days", "periods", ["last", "first"], unique=False)
    op.create_table(
        "spendings",
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("what", sa.String(8), nullable=False),
        sa.Column("micros", KEY, nullable=False),
        sa.Column("calls", KEY, nullable=False),
        sa.Column("posts", KEY, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_spendings_account_id_accounts")),
        sa.PrimaryKeyConstraint("account_id", "day", "what", name=op.f("pk_spendings")),
    )
    op.create_table(
        "charged",
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("thing", sa.String(80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_charged_account_id_accounts")),
        sa.PrimaryKeyConstraint("account_id", "thing", "day", name=op.f("pk_charged")),
    )
    op.create_table(
        "post_versions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("post_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", DOCUMENT, nullable=False),
        sa.Column("by", sa.String(120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_post_versions_post_id_posts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_versions")),
        sa.UniqueConstraint("post_id", "version", name=op.f("uq_post_versions_post_id_version")),
    )
    op.create_table(
        "approvals",
        sa.Column("id", KEY, nullable=False),
        sa.Column("post_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("yes", sa.Boolean(), nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("comment", sa.String(1000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_approvals_post_id_posts")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_approvals_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
        sa.UniqueConstraint("post_id", "version", "step", "user_id", name=op.f("uq_approvals_post_id_version_step_user_id")),
    )
    op.create_table(
        "post_comments",
        sa.Column("id", KEY, nullable=False),
        sa.Column("post_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("text", sa.String(1000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_post_comments_post_id_posts")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_post_comments_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_comments")),
    )
    op.create_index(op.f("ix_post_comments_post_id"), "post_comments", ["post_id"], unique=False)
    op.create_table(
        "sign_ins",
        sa.Column("id", KEY, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sign_ins_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_ins_token_hash")),
    )
    op.create_index(op.f("ix_sign_ins_user_id"), "sign_ins", ["user_id"], unique=False)
    op.create_table(
        "streams",
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("cursor", sa.String(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(40), nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shown", KEY, nullable=False),
        sa.Column("worker", sa.String(80), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_streams_account_id_accounts")),
        sa.PrimaryKeyConstraint("account_id", "name", name=op.f("pk_streams")),
    )
    op.create_table(
        "watched",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("native_id", sa.String(120), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("values", DOCUMENT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_watched_account_id_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watched")),
        sa.UniqueConstraint("account_id", "native_id", name=op.f("uq_watched_account_id_native_id")),
    )
    op.create_index(
        "ix_watched_next",
        "watched",
        ["next_at"],
        unique=False,
        sqlite_where=sa.text("next_at IS NOT NULL"),
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.create_index("ix_watched_published", "watched", ["published_at", "id"], unique=False)
    op.create_table(
        "attempts",
        sa.Column("id", KEY, nullable=False),
        sa.Column("delivery_id", KEY, nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(80), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("detail", sa.String(200), nullable=False),
        sa.Column("answer", DOCUMENT, nullable=True),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_attempts_delivery_id_deliveries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
    )
    op.create_index(op.f("ix_attempts_delivery_id"), "attempts", ["delivery_id"], unique=False)
    op.create_table(
        "events",
        sa.Column("post_id", KEY, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("title_en", sa.String(200), nullable=False),
        sa.Column("place_en", sa.String(200), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.String(40), nullable=False),
        sa.Column("starts_wall", sa.String(19), nullable=False),
        sa.Column("ends_wall", sa.String(19), nullable=False),
        sa.Column("uid", sa.String(80), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_why", sa.String(300), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved", DOCUMENT, nullable=True),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_events_post_id_posts")),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_events")),
    )
    op.create_table(
        "items",
        sa.Column("id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("platform", sa.String(20), nullable=False),
        sa.Column("native_id", sa.String(120), nullable=False),
        sa.Column("surface", sa.String(12), nullable=False),
        sa.Column("parent_id", sa.String(120), nullable=True),
        sa.Column("root_id", sa.String(120), nullable=True),
        sa.Column("thread_key", sa.String(120), nullable=False),
        sa.Column("author_id", sa.String(120), nullable=False),
        sa.Column("author_name", sa.String(200), nullable=False),
        sa.Column("author_handle", sa.String(120), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("permalink", sa.String(400), nullable=False),
        sa.Column("attachments", DOCUMENT, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said", KEY, nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("can", DOCUMENT, nullable=False),
        sa.Column("edition", sa.String(60), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("action", sa.String(8), nullable=False),
        sa.Column("clause", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("topic", sa.String(24), nullable=False),
        sa.Column("sentiment", sa.String(10), nullable=False),
        sa.Column("harm", sa.Integer(), nullable=False),
        sa.Column("verdict", DOCUMENT, nullable=False),
        sa.Column("facets", KEY, nullable=False),
        sa.Column("delivery_id", KEY, nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("assignee_id", KEY, nullable=True),
        sa.Column("case_id", KEY, nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("in_hours", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_items_account_id_accounts")),
        sa.ForeignKeyConstraint(["assignee_id"], ["users.id"], name=op.f("fk_items_assignee_id_users")),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_items_delivery_id_deliveries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_items")),
        sa.UniqueConstraint("account_id", "native_id", name=op.f("uq_items_account_id_native_id")),
    )
    op.create_index(
        "ix_items_account", "items", ["account_id", "said", "id", "facets"], unique=False, sqlite_where=None, postgresql_where=None
    )
    op.create_index(
        "ix_items_assignee",
        "items",
        ["assignee_id", "said", "id", "facets"],
        unique=False,
        sqlite_where=sa.text("assignee_id IS NOT NULL"),
        postgresql_where=sa.text("assignee_id IS NOT NULL"),
    )
    op.create_index(
        "ix_items_clause",
        "items",
        ["clause", "said", "id", "facets"],
        unique=False,
        sqlite_where=sa.text("clause <> ''"),
        postgresql_where=sa.text("clause <> ''"),
    )
    op.create_index(
        "ix_items_flagged",
        "items",
        ["said", "id", "facets"],
        unique=False,
        sqlite_where=sa.text("action <> 'allow'"),
        postgresql_where=sa.text("action <> 'allow'"),
    )
    op.create_index(
        "ix_items_harm",
        "items",
        ["harm", "id", "facets"],
        unique=False,
        sqlite_where=sa.text("NOT state <> 'open' AND action <> 'allow'"),
        postgresql_where=sa.text("NOT state <> 'open' AND action <> 'allow'"),
    )
    op.create_index(
        "ix_items_hidden",
        "items",
        ["said", "id", "facets"],
        unique=False,
        sqlite_where=sa.text("hidden"),
        postgresql_where=sa.text("hidden"),
    )
    op.create_index(
        "ix_items_kind", "items", ["kind", "said", "id", "facets"], unique=False, sqlite_where=None, postgresql_where=None
    )
    op.create_index(
        "ix_items_language", "items", ["language", "said", "id", "facets"], unique=False, sqlite_where=None, postgresql_where=None
    )
    op.create_index(
        "ix_items_platform", "items", ["platform", "said", "id", "facets"], unique=False, sqlite_where=None, postgresql_where=None
    )
    for mark in ("own", "private"):
        op.create_index(
            f"ix_items_{mark}",
            "items",
            ["said", "id", "facets"],
            unique=False,
            sqlite_where=sa.text(mark),
            postgresql_where=sa.text(mark),
        )
    op.create_index("ix_items_root", "items", ["account_id", "root_id"], unique=False)
    written = sa.text("author_id <> ''")
    by_author = ["account_id", "author_id", "said", "id", "facets"]
    op.create_index("ix_items_author", "items", by_author, unique=False, sqlite_where=written, postgresql_where=written)
    cased = sa.text("case_id IS NOT NULL")
    op.create_index("ix_items_case", "items", ["case_id", "id", "facets"], unique=False, sqlite_where=cased, postgresql_where=cased)
    op.create_index("ix_items_said", "items", ["said", "id", "facets"], unique=False, sqlite_where=None, postgresql_where=None)
    op.create_index(
        "ix_items_sentiment", "items", ["sentiment", "said", "id", "facets"], unique=False, sqlite_where=None, postgresql_where=None
    )
    op.create_index(
        "ix_items_state", "items", ["state", "said", "id", "facets"], unique=False, sqlite_where=None, postgresql_where=None
    )
    op.create_index(
        "ix_items_surface", "items", ["surface", "said", "id", "facets"], unique=False, sqlite_where=None, postgresql_where=None
    )
    waits = sa.text("state NOT IN ('answered', 'closed', 'none')")
    op.create_index("ix_items_waits", "items", ["said", "id", "facets"], unique=False, sqlite_where=waits, postgresql_where=waits)
    op.create_index("ix_items_thread", "items", ["account_id", "thread_key", "id"], unique=False)
    op.create_index(
        "ix_items_topic", "items", ["topic", "said", "id", "facets"], unique=False, sqlite_where=None, postgresql_where=None
    )
    op.create_table(
        "post_media",
        sa.Column("id", KEY, nullable=False),
        sa.Column("post_id", KEY, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("mime", sa.String(40), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("bytes", KEY, nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("alt", sa.String(1000), nullable=False),
        sa.Column("alt_why", sa.String(300), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_post_media_post_id_posts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_media")),
    )
    op.create_index(op.f("ix_post_media_post_id"), "post_media", ["post_id"], unique=False)
    op.create_table(
        "post_texts",
        sa.Column("id", KEY, nullable=False),
        sa.Column("post_id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("lang", sa.String(4), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("delivery_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_post_texts_account_id_accounts")),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_post_texts_delivery_id_deliveries")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_post_texts_post_id_posts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_texts")),
        sa.UniqueConstraint("post_id", "account_id", "lang", name=op.f("uq_post_texts_post_id_account_id_lang")),
    )
    op.create_table(
        "cases",
        sa.Column("id", KEY, nullable=False),
        sa.Column("number", sa.String(24), nullable=False),
        sa.Column("key_id", sa.String(8), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("topic", sa.String(24), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("item_id", KEY, nullable=True),
        sa.Column("account_id", KEY, nullable=True),
        sa.Column("author_id", sa.String(120), nullable=False),
        sa.Column("lang", sa.String(8), nullable=False),
        sa.Column("owner_id", KEY, nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("grade", sa.String(12), nullable=False),
        sa.Column("department", sa.String(40), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("priority_why", DOCUMENT, nullable=False),
        sa.Column("edition", sa.String(60), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("first_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("objection_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("objection_warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("interim_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_reply_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(12), nullable=False),
        sa.Column("outcome_reason", sa.String(2000), nullable=False),
        sa.Column("receipt_delivery_id", KEY, nullable=True),
        sa.Column("receipt_owed", sa.String(40), nullable=False),
        sa.Column("told_owed", sa.String(60), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("rating_note", sa.String(2000), nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("merged_into_id", KEY, nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_cases_account_id_accounts")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_cases_item_id_items")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["cases.id"], name=op.f("fk_cases_merged_into_id_cases")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_cases_owner_id_users")),
        sa.ForeignKeyConstraint(["receipt_delivery_id"], ["deliveries.id"], name=op.f("fk_cases_receipt_delivery_id_deliveries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("number", name=op.f("uq_cases_number")),
    )
    op.create_index("ix_cases_account_author", "cases", ["account_id", "author_id", "opened_at"], unique=False)
    ended = sa.text("state = 'resolved'")
    later = ["resolved_at", "id", "asked_at"]
    op.create_index("ix_cases_ended", "cases", later, unique=False, sqlite_where=ended, postgresql_where=ended)
    op.create_index(op.f("ix_cases_item_id"), "cases", ["item_id"], unique=False)
    op.create_index(op.f("ix_cases_merged_into_id"), "cases", ["merged_into_id"], unique=False)
    worked_on = sa.text("state NOT IN ('resolved', 'closed')")
    listed = ["kind", "grade", "department", "topic", "account_id", "owner_id"]
    op.create_index("ix_cases_list", "cases", ["state", "id", *listed], unique=False)
    op.create_index("ix_cases_opened", "cases", ["opened_at"], unique=False)
    due = ["next_due_at", "id", "state", "objection_due_at", *listed]
    op.create_index("ix_cases_next", "cases", due, unique=False, sqlite_where=worked_on, postgresql_where=worked_on)
    objected = sa.text("objection_due_at IS NOT NULL")
    due = ["objection_due_at", "id", "state", "next_due_at", *listed]
    op.create_index("ix_cases_objection", "cases", due, unique=False, sqlite_where=objected, postgresql_where=objected)
    owed = sa.text("(receipt_owed <> '' OR told_owed <> '')")
    op.create_index("ix_cases_owed", "cases", ["id"], unique=False, sqlite_where=owed, postgresql_where=owed)
    op.create_index("ix_cases_state_due", "cases", ["state", "due_at", "id"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("action", sa.String(8), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("edition", sa.String(60), nullable=False),
        sa.Column("clause", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("evidence", DOCUMENT, nullable=False),
        sa.Column("delivery_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_decisions_delivery_id_deliveries")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_decisions_item_id_items")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index("ix_decisions_clause_at", "decisions", ["clause", "at"], unique=False)
    op.create_index(op.f("ix_decisions_item_id"), "decisions", ["item_id"], unique=False)
    op.create_table(
        "item_versions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("seen_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_item_versions_item_id_items")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_versions")),
    )
    op.create_index(op.f("ix_item_versions_item_id"), "item_versions", ["item_id"], unique=False)
    op.create_table(
        "replies",
        sa.Column("id", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("thread_key", sa.String(120), nullable=False),
        sa.Column("author_id", KEY, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("seen_version", sa.String(60), nullable=False),
        sa.Column("nonce", sa.String(60), nullable=True),
        sa.Column("saved_id", KEY, nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", KEY, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_note", sa.String(500), nullable=False),
        sa.Column("delivery_id", KEY, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_replies_account_id_accounts")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_replies_decided_by_id_users")),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_replies_author_id_users")),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_replies_delivery_id_deliveries")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_replies_item_id_items")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replies")),
        sa.UniqueConstraint("nonce", name=op.f("uq_replies_nonce")),
    )
    op.create_index(op.f("ix_replies_item_id"), "replies", ["item_id"], unique=False)
    op.create_index("ix_replies_thread", "replies", ["account_id", "thread_key", "id"], unique=False)
    op.create_index(
        "ix_replies_asked",
        "replies",
        ["asked_at", "item_id"],
        unique=False,
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.create_index(
        "uq_replies_draft",
        "replies",
        ["item_id", "author_id"],
        unique=True,
        sqlite_where=sa.text("state = 'draft'"),
        postgresql_where=sa.text("state = 'draft'"),
    )
    op.create_table(
        "case_events",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(2000), nullable=False),
        sa.Column("data", DOCUMENT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_events_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_events")),
    )
    op.create_index(op.f("ix_case_events_case_id"), "case_events", ["case_id"], unique=False)
    objection = sa.text("what IN ('appealed', 'appeal_upheld', 'appeal_declined')")
    op.create_index(
        "ix_case_events_objections", "case_events", ["case_id", "id"], sqlite_where=objection, postgresql_where=objection
    )
    op.create_table(
        "policy_versions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.String(60), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("canonical", sa.String(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("proposed_by", sa.String(120), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("activated_by", sa.String(120), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(120), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_versions")),
        sa.UniqueConstraint("ref", name=op.f("uq_policy_versions_ref")),
    )
    for statement in SEARCH[op.get_context().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE item_search")
    op.drop_table("policy_versions")
    op.drop_index("ix_case_events_objections", table_name="case_events")
    op.drop_index(op.f("ix_case_events_case_id"), table_name="case_events")
    op.drop_table("case_events")
    op.drop_index(
        "uq_replies_draft",
        table_name="replies",
        sqlite_where=sa.text("state = 'draft'"),
        postgresql_where=sa.text("state = 'draft'"),
    )
    op.drop_index("ix_replies_thread", table_name="replies")
    op.drop_index(op.f("ix_replies_item_id"), table_name="replies")
    op.drop_table("replies")
    op.drop_index(op.f("ix_item_versions_item_id"), table_name="item_versions")
    op.drop_table("item_versions")
    op.drop_index(op.f("ix_decisions_item_id"), table_name="decisions")
    op.drop_index("ix_decisions_clause_at", table_name="decisions")
    op.drop_table("decisions")
    op.drop_index("ix_cases_state_due", table_name="cases")
    op.drop_index("ix_cases_owed", table_name="cases")
    op.drop_index("ix_cases_next", table_name="cases")
    op.drop_index("ix_cases_opened", table_name="cases")
    op.drop_index("ix_cases_list", table_name="cases")
    op.drop_index(op.f("ix_cases_merged_into_id"), table_name="cases")
    op.drop_index(op.f("ix_cases_item_id"), table_name="cases")
    op.drop_index("ix_cases_ended", table_name="cases")
    op.drop_index("ix_cases_account_author", table_name="cases")
    op.drop_table("cases")
    op.drop_table("post_texts")
    op.drop_index(op.f("ix_post_media_post_id"), table_name="post_media")
    op.drop_table("post_media")
    op.drop_index("ix_items_topic", table_name="items", sqlite_where=None, postgresql_where=None)
    op.drop_index("ix_items_thread", table_name="items")
    op.drop_index("ix_items_surface", table_name="items", sqlite_where=None, postgresql_where=None)
    op.drop_index("ix_items_sentiment", table_name="items", sqlite_where=None, postgresql_where=None)
    for mark in ("own", "private"):
        op.drop_index(f"ix_items_{mark}", table_name="items", sqlite_where=sa.text(mark), postgresql_where=sa.text(mark))
    op.drop_index("ix_items_state", table_name="items", sqlite_where=None, postgresql_where=None)
    op.drop_index("ix_items_said", table_name="items", sqlite_where=None, postgresql_where=None)
    op.drop_index("ix_items_root", table_name="items")
    op.drop_index("ix_items_author", table_name="items")
    op.drop_index("ix_items_case", table_name="items")
    op.drop_index("ix_items_platform", table_name="items", sqlite_where=None, postgresql_where=None)
    op.drop_index("ix_items_language", table_name="items", sqlite_where=None, postgresql_where=None)
    op.drop_index("ix_items_kind", table_name="items", sqlite_where=None, postgresql_where=None)
    op.drop_index(
        "ix_items_harm",
        table_name="items",
        sqlite_where=sa.text("NOT state <> 'open' AND action <> 'allow'"),
        postgresql_where=sa.text("NOT state <> 'open' AND action <> 'allow'"),
    )
    op.drop_index("ix_items_hidden", table_name="items", sqlite_where=sa.text("hidden"), postgresql_where=sa.text("hidden"))
    op.drop_index(
        "ix_items_flagged",
        table_name="items",
        sqlite_where=sa.text("action <> 'allow'"),
        postgresql_where=sa.text("action <> 'allow'"),
    )
    op.drop_index(
        "ix_items_clause", table_name="items", sqlite_where=sa.text("clause <> ''"), postgresql_where=sa.text("clause <> ''")
    )
    op.drop_index(
        "ix_items_assignee",
        table_name="items",
        sqlite_where=sa.text("assignee_id IS NOT NULL"),
        postgresql_where=sa.text("assignee_id IS NOT NULL"),
    )
    op.drop_index("ix_items_account", table_name="items", sqlite_where=None, postgresql_where=None)
    op.drop_table("items")
    op.drop_table("events")
    op.drop_index(op.f("ix_attempts_delivery_id"), table_name="attempts")
    op.drop_table("attempts")
    op.drop_index("ix_watched_published", table_name="watched")
    op.drop_index(
        "ix_watched_next",
        table_name="watched",
        sqlite_where=sa.text("next_at IS NOT NULL"),
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
    op.drop_table("watched")
    op.drop_table("streams")
    op.drop_index(op.f("ix_sign_ins_user_id"), table_name="sign_ins")
    op.drop_table("sign_ins")
    op.drop_index("ix_posts_state_at", table_name="posts")
    op.drop_index(
        "ix_posts_doubted",
        table_name="posts",
        sqlite_where=sa.text("doubted_at IS NOT NULL"),
        postgresql_where=sa.text("doubted_at IS NOT NULL"),
    )
    op.drop_index(
        "ix_posts_correcting",
        table_name="posts",
        sqlite_where=sa.text("role IN ('correction', 'withdrawal')"),
        postgresql_where=sa.text("role IN ('correction', 'withdrawal')"),
    )
    op.drop_index(op.f("ix_post_comments_post_id"), table_name="post_comments")
    for name in ("post_comments", "approvals", "post_versions", "charged", "spendings"):
        op.drop_table(name)
    op.drop_index("ix_periods_days", table_name="periods")
    op.drop_table("periods")
    op.drop_index(op.f("ix_posts_about_id"), table_name="posts")
    op.drop_table("posts")
    op.drop_index("ix_metrics_name_at", table_name="metrics")
    op.drop_table("metrics")
    op.drop_index(
        "uq_deliveries_external",
        table_name="deliveries",
        sqlite_where=sa.text("external_id <> ''"),
        postgresql_where=sa.text("external_id <> ''"),
    )
    op.drop_index(
        "ix_deliveries_waiting",
        table_name="deliveries",
        sqlite_where=sa.text("state IN ('scheduled', 'held')"),
        postgresql_where=sa.text("state IN ('scheduled', 'held')"),
    )
    op.drop_index("ix_deliveries_target", table_name="deliveries")
    op.drop_index(
        "ix_deliveries_refused",
        table_name="deliveries",
        sqlite_where=sa.text("state = 'refused'"),
        postgresql_where=sa.text("state = 'refused'"),
    )
    op.drop_index(
        "ix_deliveries_open",
        table_name="deliveries",
        sqlite_where=sa.text("state IN ('sending', 'uncertain', 'needs_decision')"),
        postgresql_where=sa.text("state IN ('sending', 'uncertain', 'needs_decision')"),
    )
    op.drop_index(
        "ix_deliveries_lane",
        table_name="deliveries",
        sqlite_where=sa.text("state = 'scheduled'"),
        postgresql_where=sa.text("state = 'scheduled'"),
    )
    op.drop_index("ix_deliveries_kind_published", table_name="deliveries")
    op.drop_index(
        "ix_deliveries_expires",
        table_name="deliveries",
        sqlite_where=sa.text("expires_at IS NOT NULL"),
        postgresql_where=sa.text("expires_at IS NOT NULL"),
    )
    op.drop_index(
        "ix_deliveries_due",
        table_name="deliveries",
        sqlite_where=sa.text("state = 'scheduled'"),
        postgresql_where=sa.text("state = 'scheduled'"),
    )
    op.drop_table("deliveries")
    op.drop_table("windows")
    op.drop_table("channels")
    op.drop_index(
        "ix_webhooks_waiting",
        table_name="webhooks",
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.drop_table("webhooks")
    op.drop_table("users")
    op.drop_table("turns")
    op.drop_table("told_figures")
    op.drop_table("tallies")
    op.drop_table("pauses")
    op.drop_table("heartbeats")
    op.drop_table("audit_head")
    op.drop_index(
        "ix_audit_unsealed",
        table_name="audit_entries",
        sqlite_where=sa.text("seal_no IS NULL"),
        postgresql_where=sa.text("seal_no IS NULL"),
    )
    op.drop_index("ix_audit_subject", table_name="audit_entries")
    op.drop_index("ix_audit_at", table_name="audit_entries")
    op.drop_index("ix_audit_actor", table_name="audit_entries")
    op.drop_index("ix_audit_action", table_name="audit_entries")
    op.drop_table("audit_entries")
    op.drop_table("accounts")
