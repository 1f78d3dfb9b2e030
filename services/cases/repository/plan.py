"""The versions of the one plan: rows in, values out. Words are sealed for the one row they stand in."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import bindparam, insert, literal, select, update

from chassis.database import Transaction
from chassis.ids import new_id
from services.cases import tables as t
from services.cases.domain.events import PlanAgreed
from services.cases.domain.plan import (
    Agreement,
    Change,
    Companion,
    Effort,
    Goal,
    Plan,
    PlanVersion,
    Representative,
    Scale,
    Standing,
)
from services.cases.repository.rows import Row, Rows
from services.cases.repository.timeline import tell_town

v, g, e = t.plan_versions.c, t.plan_goals.c, t.plan_efforts.c
_of_case = (v.case_id == bindparam("of_case"), v.authority == bindparam("of_authority"))
_NEWEST = select(t.plan_versions).where(*_of_case).order_by(v.number.desc()).limit(1)
_NUMBERED = select(t.plan_versions).where(*_of_case, v.number == bindparam("numbered"))
_STANDING = select(v.number, v.agrees, v.agreed_at).where(*_of_case, v.state == "current")
_GOALS = select(t.plan_goals).where(g.version_id == bindparam("of_version")).order_by(g.place)
_EFFORTS = select(t.plan_efforts).where(e.version_id == bindparam("of_version")).order_by(e.effort_id)
_SUPERSEDE = (
    update(t.plan_versions)
    .where(*_of_case, v.state.in_(bindparam("states", expanding=True)))
    .values(state=literal("superseded"))
)
_ADD_VERSION, _ADD_GOAL, _ADD_EFFORT = insert(t.plan_versions), insert(t.plan_goals), insert(t.plan_efforts)


class Plans:
    """The plans of one authority's cases. Who may see what of them is the caller's to ask."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._rows = Rows(tx.sealer)

    async def standing(self, case_id: UUID) -> Standing | None:
        """The current plan and where the citizen stands on it, agreeing or not; None while there is none."""
        row = await self._tx.one(_STANDING, of_case=case_id, of_authority=self._tx.authority)
        return Standing(row.number, row.agrees, row.agreed_at) if row else None

    async def newest(self, case_id: UUID) -> PlanVersion | None:
        """The version written last: the current plan, or a draft of the next."""
        return await self._whole(await self._tx.one(_NEWEST, of_case=case_id, of_authority=self._tx.authority))

    async def numbered(self, case_id: UUID, number: int) -> PlanVersion | None:
        """One version."""
        of = {"of_case": case_id, "of_authority": self._tx.authority}
        return await self._whole(await self._tx.one(_NUMBERED, **of, numbered=number))

    async def add(self, case_id: UUID, version: PlanVersion, *, at: datetime) -> None:
        """Keep a version in the place of those before it, and say so when the citizen agrees to it.

        A draft leaves the current plan as it is; a version with the citizen's stand supersedes both.
        """
        past = ["draft", "current"] if version.state == "current" else ["draft"]
        here: dict[str, Any] = {"of_case": case_id, "of_authority": self._tx.authority, "states": past}
        await self._tx.run(_SUPERSEDE, **here)
        await self._tx.run(_ADD_VERSION, [self._version_row(case_id, version)])
        of_version = {"authority": self._tx.authority, "version_id": version.id}
        await self._tx.run(
            _ADD_GOAL, [of_version | self._goal_row(goal, place) for place, goal in enumerate(version.plan.goals)]
        )
        await self._tx.run(_ADD_EFFORT, [of_version | self._effort_row(effort) for effort in version.plan.efforts])
        if version.plan.agreement and version.plan.agreement.agrees:
            await tell_town(self._tx, case_id, [PlanAgreed(version.number)], at=at)

    # -- row → value --------------------------------------------------------------------------------------------------

    async def _whole(self, row: Row | None) -> PlanVersion | None:
        if row is None:
            return None
        goals = [self._goal(goal) for goal in await self._tx.all(_GOALS, of_version=row.id)]
        efforts = [self._effort(effort) for effort in await self._tx.all(_EFFORTS, of_version=row.id)]
        plan = Plan(
            goals=tuple(goals),
            efforts=tuple(efforts),
            agreement=self._agreement(row),
            companion=Companion(**self._told(row, "companion")) if row.companion else None,
            representative=self._representative(row) if row.representative else None,
        )
        return PlanVersion(
            id=row.id,
            number=row.number,
            plan=plan,
            written_at=row.written_at,
            by_sector=row.by_sector,
            by_unit=row.by_unit,
            changes=changes_of(row),
            also_changed=tuple(row.also_changed),
            agreement_since=row.agreement_since,
        )

    def _agreement(self, row: Row) -> Agreement | None:
        words = self._rows.read(row.agreement_statement, "plan_versions.agreement_statement", row.id)
        return None if words is None else Agreement(row.agrees, words, row.agreed_at)

    def _told(self, row: Row, column: str) -> dict[str, Any]:
        words = self._rows.read(getattr(row, column), f"plan_versions.{column}", row.id)
        told: dict[str, Any] = orjson.loads(words or "{}")
        return told

    def _representative(self, row: Row) -> Representative:
        told = self._told(row, "representative")
        days = {name: told[name] and date.fromisoformat(told[name]) for name in ("starts_on", "ends_on")}
        return Representative(**told | days)

    def _goal(self, row: Row) -> Goal:
        words = self._rows.read(row.in_citizens_words, "plan_goals.in_citizens_words", row.id) or ""
        scale = self._rows.read(row.scale, "plan_goals.scale", row.id)
        return Goal(row.goal_id, words, row.about, row.target_date, _scale(orjson.loads(scale)) if scale else None)

    def _effort(self, row: Row) -> Effort:
        return Effort(
            id=row.effort_id,
            sector=row.sector,
            kind=row.kind,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            goal_id=row.goal_id,
            citizen_comment=self._rows.read(row.citizen_comment, "plan_efforts.citizen_comment", row.id),
        )

    # -- value → row --------------------------------------------------------------------------------------------------

    def _version_row(self, case_id: UUID, version: PlanVersion) -> dict[str, Any]:
        plan, stand = version.plan, version.plan.agreement

        def sealed(words: str | None, column: str) -> bytes | None:
            return self._rows.seal(words, f"plan_versions.{column}", version.id)

        return {
            "id": version.id,
            "authority": self._tx.authority,
            "case_id": case_id,
            "number": version.number,
            "state": version.state,
            "agrees": stand.agrees if stand else None,
            "agreement_statement": sealed(stand.statement if stand else None, "agreement_statement"),
            "agreed_at": stand.at if stand else None,
            "agreement_since": version.agreement_since,
            "companion": sealed(_json(plan.companion), "companion"),
            "representative": sealed(_json(plan.representative), "representative"),
            "changes": [[change.what, change.how, str(change.id), change.sector] for change in version.changes],
            "also_changed": list(version.also_changed),
            "written_at": version.written_at,
            "by_sector": version.by_sector,
            "by_unit": version.by_unit,
        }

    def _goal_row(self, goal: Goal, place: int) -> dict[str, Any]:
        row_id, scale = new_id(), goal.scale
        told = scale and {
            "weight": scale.weight,
            "baseline": scale.baseline,
            "levels": {str(level): words for level, words in scale.levels.items()},
        }
        return {
            "id": row_id,
            "goal_id": goal.id,
            "place": place,
            "about": goal.about,
            "in_citizens_words": self._rows.seal(goal.in_citizens_words, "plan_goals.in_citizens_words", row_id),
            "target_date": goal.target_date,
            "scale": self._rows.seal(orjson.dumps(told).decode() if told else None, "plan_goals.scale", row_id),
        }

    def _effort_row(self, effort: Effort) -> dict[str, Any]:
        row_id = new_id()
        return {
            "id": row_id,
            "effort_id": effort.id,
            "sector": effort.sector,
            "kind": effort.kind,
            "goal_id": effort.goal_id,
            "starts_on": effort.starts_on,
            "ends_on": effort.ends_on,
            "citizen_comment": self._rows.seal(effort.citizen_comment, "plan_efforts.citizen_comment", row_id),
        }


def changes_of(row: Row) -> tuple[Change, ...]:
    """What a version changed, as its row tells."""
    return tuple(Change(what, how, UUID(key), sector) for what, how, key, sector in row.changes)


def _scale(told: dict[str, Any]) -> Scale:
    return Scale(told["weight"], told["baseline"], {int(level): words for level, words in told["levels"].items()})


def _json(part: Companion | Representative | None) -> str | None:
    return None if part is None else orjson.dumps(part).decode()
