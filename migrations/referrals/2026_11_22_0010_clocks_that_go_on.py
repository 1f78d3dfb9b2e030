"""Clocks that go on: after a pause to a later day, and from a later receipt where the receiver has no system."""

from alembic import op

revision = "referrals_0010"
down_revision = "referrals_0009"
branch_labels = None
depends_on = None

# A pause gives time and never takes any. What was told stays told; that a day comes near is told of each day once, so
# with a later one it may be told again. Only what runs from a receipt may turn out to have begun later.
_MOVES_ON = """
    create or replace function clock_moves_on() returns trigger language plpgsql set search_path = '' as $$
    begin
        if new.due_on < old.due_on
            or new.started_on < old.started_on
            or (new.started_on > old.started_on and old.starts <> 'receipt')
            or (
                new.approaching_told_at is distinct from coalesce(old.approaching_told_at, new.approaching_told_at)
                and not (new.approaching_told_at is null and new.due_on > old.due_on)
            )
            or new.missed_told_at is distinct from coalesce(old.missed_told_at, new.missed_told_at)
        then
            raise exception 'a clock moves on' using errcode = 'integrity_constraint_violation';
        end if;
        return new;
    end $$
"""
_AS_IT_WAS = """
    create or replace function clock_moves_on() returns trigger language plpgsql set search_path = '' as $$
    begin
        if new.due_on < old.due_on
            or new.approaching_told_at is distinct from coalesce(old.approaching_told_at, new.approaching_told_at)
            or new.missed_told_at is distinct from coalesce(old.missed_told_at, new.missed_told_at)
        then
            raise exception 'a clock moves on' using errcode = 'integrity_constraint_violation';
        end if;
        return new;
    end $$
"""


def upgrade() -> None:
    """What moves on, and how far."""
    op.execute(_MOVES_ON)
    op.execute("grant update (started_on) on referral_clocks to helhed_referrals_app")


def downgrade() -> None:
    """Back to one telling, and to a first day that is never written over."""
    op.execute("revoke update (started_on) on referral_clocks from helhed_referrals_app")
    op.execute(_AS_IT_WAS)
