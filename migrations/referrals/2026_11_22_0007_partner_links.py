"""One-referral links for partners without a system, and the sessions opened with them."""

from alembic import op

from migrations.helpers import protect

revision = "referrals_0007"
down_revision = "referrals_0006"
branch_labels = None
depends_on = None

_TABLES = (
    """
    create table partner_links (
        authority text not null,
        id uuid not null,
        referral_id uuid not null,
        to_sector text not null,
        to_unit text,
        digest bytea not null,
        made_at timestamptz not null,
        made_by text not null,
        valid_until date not null,
        last_used_at timestamptz,
        revoked_at timestamptz,
        version bigint not null,
        constraint pk_partner_links primary key (authority, id),
        constraint fk_partner_links_authority_referral_id_referrals
            foreign key (authority, referral_id) references referrals (authority, id)
    )
    """,
    "create unique index uq_partner_links_digest on partner_links (authority, digest)",
    "create index ix_partner_links_referral on partner_links (authority, referral_id, made_at, id)",
    "create unique index uq_partner_links_one_per_referral on partner_links (authority, referral_id) "
    "where revoked_at is null",
    """
    create table partner_sessions (
        authority text not null,
        id uuid not null,
        link_id uuid not null,
        digest bytea not null,
        expires_at timestamptz not null,
        constraint pk_partner_sessions primary key (authority, id),
        constraint fk_partner_sessions_authority_link_id_partner_links
            foreign key (authority, link_id) references partner_links (authority, id)
    )
    """,
    "create unique index uq_partner_sessions_digest on partner_sessions (authority, digest)",
    "create index ix_partner_sessions_link on partner_sessions (authority, link_id)",
)


def upgrade() -> None:
    """Make room for links."""
    for statement in _TABLES:
        op.execute(statement)
    protect("referrals", "partner_links", app="select, insert, update (last_used_at, revoked_at, version)")
    protect("referrals", "partner_sessions", app="select, insert, delete")


def downgrade() -> None:
    """Remove it. Every link that was given out is dead then, so nobody does this to a running town."""
    for table in ("partner_sessions", "partner_links"):
        op.drop_table(table)
