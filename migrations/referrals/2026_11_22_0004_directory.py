"""The directory: organisations, locations, services with their capacity, and what was imported."""

from alembic import op

from migrations.helpers import protect

revision = "referrals_0004"
down_revision = "referrals_0003"
branch_labels = None
depends_on = None

_ENTRIES = """
    create table directory_{kind} (
        authority text not null,
        id uuid not null,
        name text not null,
        document jsonb not null,
        changed_at timestamptz not null,
        version bigint not null,
        constraint pk_directory_{kind} primary key (authority, id)
    )
"""
_SERVICES = """
    create table directory_services (
        authority text not null,
        id uuid not null,
        name text not null,
        status text not null,
        organisation_id uuid,
        location_ids uuid[] not null,
        languages text[] not null,
        sector text,
        unit text,
        covers text[] not null,
        municipalities text[] not null,
        published boolean not null,
        document jsonb not null,
        capacity_status text,
        capacity_as_of date,
        capacity_waiting_days integer,
        changed_at timestamptz not null,
        version bigint not null,
        words tsvector not null generated always as (
            setweight(to_tsvector('danish', coalesce(document ->> 'name', '')), 'A')
            || setweight(to_tsvector('danish', coalesce(document ->> 'alternate_name', '')), 'A')
            || setweight(to_tsvector('danish', coalesce(document ->> 'description', '')), 'B')
            || setweight(to_tsvector('danish', coalesce(document ->> 'eligibility_description', '')), 'C')
        ) stored,
        constraint pk_directory_services primary key (authority, id),
        constraint fk_directory_services_authority_directory_organisations
            foreign key (authority, organisation_id) references directory_organisations (authority, id),
        constraint ck_directory_services_status check (
            status in ('active', 'inactive', 'defunct', 'temporarily closed')
        ),
        constraint ck_directory_services_capacity_status check (
            capacity_status in ('has-capacity', 'no-capacity', 'waitlist', 'assessment-required')
        ),
        constraint ck_directory_services_whole_capacity check (num_nonnulls(capacity_status, capacity_as_of) in (0, 2)),
        constraint ck_directory_services_waiting_days check (
            capacity_waiting_days is null or (capacity_status is not null and capacity_waiting_days >= 0)
        )
    )
"""
# No GIN index over the words: `@@` is not leakproof, so under row-level security the server never asks such an index.
# It finds an authority's services first, of which there are hundreds, and looks through their words.
_SERVICE_INDEX = "create index ix_directory_services_organisation on directory_services (authority, organisation_id)"
_IMPORTS = """
    create table directory_imports (
        authority text not null,
        id uuid not null,
        dry_run boolean not null,
        lines jsonb not null,
        imported_at timestamptz not null,
        imported_by text not null,
        constraint pk_directory_imports primary key (authority, id)
    )
"""
_IMPORT_INDEX = "create index ix_directory_imports_newest on directory_imports (authority, imported_at, id)"
# What stands in the directory may be a referral's address: it becomes inactive, it is never taken away.
_RIGHTS = {
    "directory_organisations": "select, insert, update",
    "directory_locations": "select, insert, update",
    "directory_services": "select, insert, update",
    "directory_imports": "select, insert",
}


def upgrade() -> None:
    """Create the directory."""
    entries = (_ENTRIES.format(kind=kind) for kind in ("organisations", "locations"))
    for statement in (*entries, _SERVICES, _SERVICE_INDEX, _IMPORTS, _IMPORT_INDEX):
        op.execute(statement)
    for table, rights in _RIGHTS.items():
        protect("referrals", table, app=rights)


def downgrade() -> None:
    """Remove it."""
    for table in ("directory_imports", "directory_services", "directory_locations", "directory_organisations"):
        op.drop_table(table)
