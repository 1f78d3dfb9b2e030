"""What the citizen says when a need ends has a place of its own; of two holders since the same instant the later counts.

A stretch may end at the instant it began, when two machines' clocks disagree. It holds nothing, and it must not be
taken for the last holder.
"""

from alembic import op

revision = "c0002"
down_revision = "c0001"
branch_labels = None
depends_on = None

_NO_GAP = """
    create or replace function responsibility_has_no_gap() returns trigger language plpgsql as $$
    declare
        wanted uuid;
        kept record;
    begin
        if tg_table_name = 'cases' then
            wanted := new.id;
        else
            wanted := new.case_id;
        end if;
        select c.status, c.opened_at, c.closed_at, c.holding_sector,
            range_agg(tstzrange(r.since, r.until, '[)')) as held,
            (array_agg(r.sector order by {latest_first}))[1] as holder
        into kept
        from cases c left join responsibilities r on r.case_id = c.id and r.kind = 'holder'
        where c.id = wanted
        group by c.id;
        if not found then
            return null;
        end if;
        if kept.held is distinct from tstzmultirange(tstzrange(kept.opened_at, kept.closed_at, '[)'))
            or kept.holder is distinct from kept.holding_sector then
            raise exception 'responsibility has a gap' using errcode = 'integrity_constraint_violation';
        end if;
        return null;
    end $$
"""


def upgrade() -> None:
    op.execute("alter table needs add column outcome_statement bytea")
    op.execute(_NO_GAP.format(latest_first="r.since desc, r.until desc nulls first"))


def downgrade() -> None:
    op.execute(_NO_GAP.format(latest_first="r.since desc"))
    op.execute("alter table needs drop column outcome_statement")
