"""What else an authority says of a service in Danish, kept ready to be searched."""

from alembic import op

revision = "referrals_0012"
down_revision = "referrals_0011"
branch_labels = None
depends_on = None

# A column that is generated would have the whole table written anew while everybody waits. This one is filled as
# services are saved, whichever release saves them; until then a search reads the document itself.
_COLUMN = "alter table directory_services add column more_words tsvector"
_FUNCTION = """
    create function more_words_of_a_service() returns trigger language plpgsql set search_path = '' as $$
    begin
        new.more_words := to_tsvector('danish', concat_ws(' ',
            new.document ->> 'application_process', new.document #>> '{helhed,eligibility,da}'));
        return new;
    end $$
"""
_TRIGGER = (
    "create trigger more_words before insert or update on directory_services "
    "for each row execute function more_words_of_a_service()"
)


def upgrade() -> None:
    """The column, and what fills it."""
    for statement in (_COLUMN, _FUNCTION, _TRIGGER):
        op.execute(statement)


def downgrade() -> None:
    """Neither."""
    op.execute("drop trigger more_words on directory_services")
    op.execute("drop function more_words_of_a_service()")
    op.drop_column("directory_services", "more_words")
