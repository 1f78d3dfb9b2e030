"""Sittings that are over, or more than may be open at once of one link, are forgotten when it is opened again."""

from typing import Any

from sqlalchemy import ColumnElement, Delete, Table, and_, bindparam, delete, or_, select

from chassis.bearer import OPEN_AT_ONCE


def forgetting(table: Table, opened_by: ColumnElement[Any]) -> Delete:
    """The statement that makes room for one more sitting of one link; `opened_by` is the column that names the link.

    It is run with `of_authority`, `of_link` and `at`; the table has `authority`, `id` and `expires_at`.
    """
    same = and_(table.c.authority == bindparam("of_authority"), opened_by == bindparam("of_link"))
    latest = (
        select(table.c.id).where(same).order_by(table.c.expires_at.desc(), table.c.id.desc()).limit(OPEN_AT_ONCE - 1)
    )
    return delete(table).where(same, or_(table.c.expires_at <= bindparam("at"), table.c.id.not_in(latest)))
