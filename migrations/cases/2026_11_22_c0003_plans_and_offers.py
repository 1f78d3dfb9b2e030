"""Plans and offers: the versions of the one plan, how far goals are reached, and what is offered and answered."""

from alembic import op

from migrations.helpers import protect

revision = "c0003"
down_revision = "c0002"
branch_labels = None
depends_on = None

_TABLES = (
    """
    create table plan_versions (
        id uuid not null,
        authority text not null,
        case_id uuid not null,
        number integer not null,
        state text not null,
        agrees boolean,
        agreement_statement bytea,
        agreed_at timestamptz,
        agreement_since integer,
        companion bytea,
        representative bytea,
        changes jsonb not null,
        also_changed text[] not null,
        written_at timestamptz not null,
        by_sector text not null,
        by_unit text,
        constraint pk_plan_versions primary key (id),
        constraint uq_plan_versions_case_id_number unique (case_id, number),
        constraint ck_plan_versions_number check (number >= 1),
        constraint ck_plan_versions_state check (state in ('draft', 'current', 'superseded')),
        constraint ck_plan_versions_stand check (state <> 'current' or agrees is not null),
        constraint ck_plan_versions_agreement check (
            (agrees is null) = (agreement_statement is null)
            and (agrees is null) = (agreed_at is null)
            and (agrees is null) = (agreement_since is null)
        ),
        constraint fk_plan_versions_case_id_cases foreign key(case_id) references cases (id)
    )
    """,
    "create unique index uq_plan_versions_one_current on plan_versions (case_id) where state = 'current'",
    "create unique index uq_plan_versions_one_draft on plan_versions (case_id) where state = 'draft'",
    """
    create table plan_goals (
        id uuid not null,
        authority text not null,
        version_id uuid not null,
        goal_id uuid not null,
        place smallint not null,
        about text not null,
        in_citizens_words bytea not null,
        target_date date,
        scale bytea,
        constraint pk_plan_goals primary key (id),
        constraint uq_plan_goals_version_id_goal_id unique (version_id, goal_id),
        constraint fk_plan_goals_version_id_plan_versions foreign key(version_id) references plan_versions (id)
    )
    """,
    """
    create table plan_efforts (
        id uuid not null,
        authority text not null,
        version_id uuid not null,
        effort_id uuid not null,
        sector text not null,
        kind text not null,
        goal_id uuid,
        starts_on date not null,
        ends_on date,
        citizen_comment bytea,
        constraint pk_plan_efforts primary key (id),
        constraint uq_plan_efforts_version_id_effort_id unique (version_id, effort_id),
        constraint ck_plan_efforts_ends_on check (ends_on >= starts_on),
        constraint fk_plan_efforts_version_id_plan_versions foreign key(version_id) references plan_versions (id),
        constraint fk_plan_efforts_version_id_goal_id_plan_goals
            foreign key(version_id, goal_id) references plan_goals (version_id, goal_id)
    )
    """,
    """
    create table goal_attainments (
        id uuid not null,
        authority text not null,
        case_id uuid not null,
        version_id uuid not null,
        goal_id uuid not null,
        plan_version integer not null,
        level smallint not null,
        seen_on date not null,
        recorded_at timestamptz not null,
        by_sector text not null,
        by_unit text,
        constraint pk_goal_attainments primary key (id),
        constraint ck_goal_attainments_level check (level between -2 and 2),
        constraint fk_goal_attainments_case_id_cases foreign key(case_id) references cases (id),
        constraint fk_goal_attainments_version_id_goal_id_plan_goals
            foreign key(version_id, goal_id) references plan_goals (version_id, goal_id)
    )
    """,
    "create index ix_goal_attainments_goal on goal_attainments (case_id, goal_id, seen_on, recorded_at)",
    """
    create table offers (
        id uuid not null,
        authority text not null,
        case_id uuid not null,
        sector text not null,
        unit text,
        kind text not null,
        service_id uuid,
        starts_on date not null,
        made_at timestamptz not null,
        constraint pk_offers primary key (id),
        constraint fk_offers_case_id_cases foreign key(case_id) references cases (id)
    )
    """,
    "create index ix_offers_case_id on offers (case_id, made_at, id)",
    "create index ix_offers_authority on offers (authority, sector, case_id)",
    """
    create table offer_answers (
        offer_id uuid not null,
        number integer not null,
        authority text not null,
        answer text not null,
        in_citizens_words bytea,
        ask_again_on date,
        answered_at timestamptz not null,
        by_sector text not null,
        by_unit text,
        constraint pk_offer_answers primary key (offer_id, number),
        constraint ck_offer_answers_number check (number >= 1),
        constraint ck_offer_answers_answer check (answer in ('accepted', 'declined', 'later')),
        constraint ck_offer_answers_ask_again_on check (ask_again_on is null or answer = 'later'),
        constraint fk_offer_answers_offer_id_offers foreign key(offer_id) references offers (id)
    )
    """,
    "create index ix_offer_answers_authority on offer_answers (authority, offer_id, number)",
)

# What was written stays written: of all this, the application may change one thing, the state of a version.
_MAY = {
    "plan_versions": "select, insert, update (state)",
    "plan_goals": "select, insert",
    "plan_efforts": "select, insert",
    "goal_attainments": "select, insert",
    "offers": "select, insert",
    "offer_answers": "select, insert",
}

# I11: a plan that is current has the citizen's goals. Looked at when the transaction ends: they come after the version.
_GOALS_FIRST = """
    create function current_plan_has_goals() returns trigger language plpgsql set search_path = '' as $$
    begin
        if not exists (select 1 from public.plan_goals g where g.version_id = new.id) then
            raise exception 'a current plan has the citizen''s goals' using errcode = 'integrity_constraint_violation';
        end if;
        return null;
    end $$
"""
_WATCH = """
    create constraint trigger current_plan_has_goals after insert on plan_versions
    deferrable initially deferred for each row when (new.state = 'current') execute function current_plan_has_goals()
"""

# What is superseded stays so: the plan of a day that has passed does not come back without being written anew.
_NO_RETURN = """
    create function superseded_plan_stays_so() returns trigger language plpgsql set search_path = '' as $$
    begin
        raise exception 'a superseded plan stays so' using errcode = 'integrity_constraint_violation';
    end $$
"""
_WATCH_RETURN = """
    create trigger superseded_plan_stays_so before update of state on plan_versions
    for each row when (new.state <> 'superseded') execute function superseded_plan_stays_so()
"""


def upgrade() -> None:
    for statement in _TABLES:
        op.execute(statement)
    for table, verbs in _MAY.items():
        protect("cases", table, app=verbs)
    for statement in (_GOALS_FIRST, _WATCH, _NO_RETURN, _WATCH_RETURN):
        op.execute(statement)


def downgrade() -> None:
    for table in reversed(_MAY):
        op.drop_table(table)
    op.execute("drop function current_plan_has_goals()")
    op.execute("drop function superseded_plan_stays_so()")
