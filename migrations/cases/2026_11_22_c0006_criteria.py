"""Criteria sets that cannot be rewritten once published, and assessments that leave nobody without a path."""

from alembic import op

from migrations.helpers import protect

revision = "c0006"
down_revision = "c0005"
branch_labels = None
depends_on = None

_TABLES = (
    """
    create table criteria_sets (
        id uuid not null,
        authority text not null,
        code text not null,
        edition integer not null,
        document jsonb not null,
        status text not null,
        valid_from date,
        created_at timestamptz not null,
        created_by text not null,
        published_at timestamptz,
        published_by text,
        version integer not null,
        constraint pk_criteria_sets primary key (id),
        constraint uq_criteria_sets_authority_code_edition unique (authority, code, edition),
        constraint ck_criteria_sets_status check (status in ('draft', 'published')),
        constraint ck_criteria_sets_published check (
            (status = 'published') = (valid_from is not null and published_at is not null and published_by is not null)
        )
    )
    """,
    "create unique index uq_criteria_sets_in_force on criteria_sets (authority, code, valid_from) "
    "where status = 'published'",
    """
    create table assessments (
        id uuid not null,
        authority text not null,
        case_id uuid not null,
        criteria_set_id uuid not null,
        criteria_set_code text not null,
        edition integer not null,
        sector text not null,
        unit text,
        decided_by text not null,
        decided_at timestamptz not null,
        rules_select text not null,
        selected boolean not null,
        deviation_reason bytea,
        path_sector text,
        path_responsible text,
        findings bytea not null,
        obstacles bytea[] not null,
        constraint pk_assessments primary key (id),
        constraint ck_assessments_rules_select check (rules_select in ('met', 'not-met', 'unknown')),
        constraint ck_assessments_nobody_without_path check (
            selected or (path_sector is not null and path_responsible is not null)
        ),
        constraint ck_assessments_deviation check (
            selected = (rules_select = 'met') or deviation_reason is not null
        ),
        constraint fk_assessments_case_id_cases foreign key(case_id) references cases (id)
    )
    """,
    "create index ix_assessments_case_id on assessments (case_id, decided_at, id)",
    "create index ix_assessments_counted on assessments (authority, criteria_set_id, case_id, decided_at, id)",
)

# An assessment is not changed by anybody; a criteria set until it is published, and never in what names it.
_GRANTS = {"criteria_sets": "select, insert, update", "assessments": "select, insert"}

_NOT_REWRITTEN = """
    create function criteria_are_not_rewritten() returns trigger language plpgsql set search_path = '' as $$
    begin
        if old.status = 'published' then
            raise exception 'a published criteria set is not changed' using errcode = 'integrity_constraint_violation';
        end if;
        if (new.id, new.authority, new.code, new.edition) is distinct from
            (old.id, old.authority, old.code, old.edition) then
            raise exception 'a criteria set keeps its name' using errcode = 'integrity_constraint_violation';
        end if;
        return new;
    end $$
"""
_WATCH = (
    "create trigger criteria_are_not_rewritten before update on criteria_sets "
    "for each row execute function criteria_are_not_rewritten()"
)


def upgrade() -> None:
    for statement in _TABLES:
        op.execute(statement)
    for table, verbs in _GRANTS.items():
        protect("cases", table, app=verbs)
    op.execute(_NOT_REWRITTEN)
    op.execute(_WATCH)


def downgrade() -> None:
    op.drop_table("assessments")
    op.drop_table("criteria_sets")
    op.execute("drop function criteria_are_not_rewritten()")
