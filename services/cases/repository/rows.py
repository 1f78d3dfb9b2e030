"""Row → value and value → row, one pair for each kind. Words about people are sealed on the way in."""

from typing import Any
from uuid import UUID

import orjson

from chassis.sealing import Sealer
from services.cases.domain.attention import WatchItem
from services.cases.domain.case import ExternalReference
from services.cases.domain.catch import KnownReferral, Receipt
from services.cases.domain.citizen import Citizen, Contact, Identifier
from services.cases.domain.citizen_alarm import CitizenAlarm
from services.cases.domain.consent import Consent
from services.cases.domain.ending import Closure, Release
from services.cases.domain.need import HandedOn, Need, SettingAside
from services.cases.domain.responsibility import Party, Responsibility
from services.cases.domain.screening import Hearing, Screening

Row = Any  # a SQLAlchemy row: its columns are attributes


class Rows:
    """Translates with one service's seal."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def seal(self, words: str | None, place: str, row_id: UUID) -> bytes | None:
        """Words, sealed for one column of one row."""
        return None if words is None else self._sealer.seal(words, context=f"{place}:{row_id}")

    def read(self, sealed: bytes | None, place: str, row_id: UUID) -> str | None:
        """The words again."""
        return None if sealed is None else self._sealer.open(bytes(sealed), context=f"{place}:{row_id}")

    def index(self, authority: str, identifier: Identifier) -> bytes:
        """By what an identifier is found: a keyed hash, different in each authority."""
        return self._sealer.blind_index(identifier.value, context=f"{authority}|{identifier.system}")

    # -- citizen --------------------------------------------------------------------------------------------------

    def citizen(self, row: Row) -> Citizen:
        details = orjson.loads(self.read(row.details, "cases.details", row.id) or "{}")
        contact = details.get("contact")
        return Citizen(
            id=row.citizen_id,
            identifiers=tuple(Identifier(*pair) for pair in details["identifiers"]),
            name=details.get("name"),
            alias=details.get("alias"),
            contact=Contact(**contact) if contact else None,
            protected_until=row.protected_until,
            anonymous=row.anonymous,
        )

    def details(self, citizen: Citizen, case_id: UUID) -> bytes | None:
        contact = citizen.contact
        told = {
            "identifiers": [[identifier.system, identifier.value] for identifier in citizen.identifiers],
            "name": citizen.name,
            "alias": citizen.alias,
            "contact": {name: getattr(contact, name) for name in Contact.__dataclass_fields__} if contact else None,
        }
        return self.seal(orjson.dumps(told).decode(), "cases.details", case_id)

    def alias_index(self, authority: str, alias: str | None) -> bytes | None:
        """By what an anonymous citizen's case is found again; several may have the same alias."""
        return self.index(authority, Identifier("alias", alias.casefold())) if alias else None

    # -- needs ----------------------------------------------------------------------------------------------------

    def need(self, row: Row) -> Need:
        def words(name: str) -> str | None:
            return self.read(getattr(row, name, None), f"needs.{name}", row.id)  # a list does not bring them

        aside = SettingAside(words("citizen_statement") or "", row.revisit_on, row.revisit_by_sector)
        return Need(
            id=row.id,
            domain=row.domain,
            description=words("description"),
            owner_sector=row.owner_sector,
            registered_at=row.registered_at,
            state=row.state,
            setting_aside=aside if row.revisit_on else None,
            handed_on=HandedOn(row.handed_on_referral_id, row.handed_on_from_sector, row.handed_on_at)
            if row.handed_on_referral_id
            else None,
            catch_lost_at=row.catch_lost_at,
            outcome=row.outcome,
            citizen_statement=words("outcome_statement"),
            reopened_at=row.reopened_at,
        )

    def need_row(self, need: Need) -> dict[str, Any]:
        aside, handed = need.setting_aside, need.handed_on
        return {
            "id": need.id,
            "domain": need.domain,
            "description": self.seal(need.description, "needs.description", need.id),
            "owner_sector": need.owner_sector,
            "state": need.state,
            "registered_at": need.registered_at,
            "outcome": need.outcome,
            "outcome_statement": self.seal(need.citizen_statement, "needs.outcome_statement", need.id),
            "citizen_statement": self.seal(
                aside.citizen_statement if aside else None, "needs.citizen_statement", need.id
            ),
            "revisit_on": aside.revisit_on if aside else None,
            "revisit_by_sector": aside.revisit_by_sector if aside else None,
            "handed_on_referral_id": handed.referral_id if handed else None,
            "handed_on_from_sector": handed.from_sector if handed else None,
            "handed_on_at": handed.at if handed else None,
            "catch_lost_at": need.catch_lost_at,
            "reopened_at": need.reopened_at,
        }

    # -- consents and releases ------------------------------------------------------------------------------------

    def consent(self, row: Row) -> Consent:
        return Consent(
            id=row.id,
            decision=row.decision,
            from_sector=row.from_sector,
            to_sector=row.to_sector,
            to_unit=row.to_unit,
            to_authority=row.to_authority,
            data_categories=tuple(row.data_categories),
            shared_for=row.shared_for,
            legal_basis=row.legal_basis,
            valid_until=row.valid_until,
            # A list does not bring it.
            evidence=self.read(getattr(row, "evidence", None), "consents.evidence", row.id) or "",
            text_version=row.text_version,
            given_by=row.given_by,
            recorded_at=row.recorded_at,
            withdrawn_at=row.withdrawn_at,
            version=row.version,
            recorded_by_sector=row.recorded_by_sector,
            confirmed_at=row.confirmed_at,
        )

    def consent_row(self, consent: Consent) -> dict[str, Any]:
        parties = ("from_sector", "to_sector", "to_unit", "to_authority")
        plain = ("decision", *parties, "shared_for", "legal_basis", "valid_until")
        row = {name: getattr(consent, name) for name in plain}
        return row | {
            "id": consent.id,
            "data_categories": list(consent.data_categories),
            "evidence": self.seal(consent.evidence, "consents.evidence", consent.id),
            "text_version": consent.text_version,
            "given_by": consent.given_by,
            "recorded_at": consent.recorded_at,
            "withdrawn_at": consent.withdrawn_at,
            "version": consent.version,
            "recorded_by_sector": consent.recorded_by_sector,
            "confirmed_at": consent.confirmed_at,
        }

    def release(self, row: Row) -> Release:
        return Release(
            id=row.id,
            sector=row.sector,
            ground=row.ground,
            reason=self.read(getattr(row, "reason", None), "releases.reason", row.id) or "",
            at=row.at,
            taken_over_by=row.taken_over_by,
            receipt_id=row.receipt_id,
            referral_ids=tuple(row.referral_ids),
        )

    def release_row(self, release: Release) -> dict[str, Any]:
        return {
            "id": release.id,
            "sector": release.sector,
            "ground": release.ground,
            "reason": self.seal(release.reason, "releases.reason", release.id),
            "at": release.at,
            "taken_over_by": release.taken_over_by,
            "receipt_id": release.receipt_id,
            "referral_ids": list(release.referral_ids),
        }

    def closure(self, row: Row) -> Closure | None:
        if row.closed_at is None:
            return None
        return Closure(
            ground=row.closure_ground,
            reason=self.read(row.closure_reason, "cases.closure_reason", row.id) or "",
            at=row.closed_at,
            by_sector=row.closed_by_sector,
            to_authority=row.to_authority,
            told=self.read(row.told, "cases.told", row.id),
            received_on=row.received_on,
            receipt=self.read(row.receipt, "cases.receipt", row.id),
            citizen_statement=self.read(row.closure_statement, "cases.closure_statement", row.id),
        )

    def hearing(self, row: Row) -> Hearing:
        said = self.read(row.statement, "hearings.statement", row.id) or ""
        return Hearing(row.id, row.at, said, row.by_sector, row.recorded_at)

    def hearing_row(self, hearing: Hearing) -> dict[str, Any]:
        return {
            "id": hearing.id,
            "at": hearing.at,
            "statement": self.seal(hearing.statement, "hearings.statement", hearing.id),
            "by_sector": hearing.by_sector,
            "recorded_at": hearing.recorded_at,
        }

    def citizen_alarm(self, row: Row) -> CitizenAlarm:
        plain = {name: getattr(row, name) for name in CitizenAlarm.__dataclass_fields__}
        said = {name: self.read(plain[name], f"citizen_alarms.{name}", row.id) for name in _ALARM_WORDS}
        return CitizenAlarm(**plain | said)

    def citizen_alarm_row(self, alarm: CitizenAlarm) -> dict[str, Any]:
        plain = {name: getattr(alarm, name) for name in CitizenAlarm.__dataclass_fields__}
        said = {name: self.seal(plain[name], f"citizen_alarms.{name}", alarm.id) for name in _ALARM_WORDS}
        return plain | said


_ALARM_WORDS = ("statement", "ended_statement")


# -- what holds no words about people ------------------------------------------------------------------------------


def responsibility(row: Row) -> Responsibility:
    return Responsibility(**{name: getattr(row, name) for name in Responsibility.__dataclass_fields__})


def responsibility_row(stretch: Responsibility) -> dict[str, Any]:
    return {name: getattr(stretch, name) for name in Responsibility.__dataclass_fields__}


_PAUSE = ("on_hold_until", "paused_days")
_BASIS = ("return_scope", "consent_id", "legal_basis")


def referral(row: Row) -> KnownReferral:
    promised = (row.receipt_id, row.receipt_takes_holding, row.receipt_unit, row.receipt_coordinator)
    receipt = Receipt(*promised, row.receipt_at, row.receipt_link_made_by) if row.receipt_id else None
    return KnownReferral(
        id=row.id,
        need_id=row.need_id,
        from_sector=row.from_sector,
        to_sector=row.to_sector,
        to_unit=row.to_unit,
        requested_at=row.requested_at,
        state=row.state,
        accepted_at=row.accepted_at,
        contact_held_at=row.contact_held_at,
        receipt=receipt,
        ended_at=row.ended_at,
        on_hold_since=row.on_hold_since,
        deadline=row.deadline,
        deadline_told_at=row.deadline_told_at,
        missed_on=row.missed_on,
        missed_told_at=row.missed_told_at,
        broken_off=row.broken_off,
        to_authority=row.to_authority,
        anonymous=row.anonymous,
        **{name: getattr(row, name) for name in _PAUSE + _BASIS},
        contact_link_made_by=row.contact_link_made_by,
    )


def referral_row(known: KnownReferral) -> dict[str, Any]:
    receipt = known.receipt
    plain = ("id", "need_id", "from_sector", "to_sector", "to_unit", "to_authority", "anonymous", "state")
    moments = ("requested_at", "accepted_at", "contact_held_at", "ended_at", "broken_off", "on_hold_since")
    promised = ("deadline", "deadline_told_at", "missed_on", "missed_told_at")
    links = ("contact_link_made_by",)
    return {name: getattr(known, name) for name in plain + moments + promised + links + _PAUSE + _BASIS} | {
        "receipt_id": receipt.id if receipt else None,
        "receipt_takes_holding": receipt.takes_holding if receipt else None,
        "receipt_unit": receipt.unit if receipt else None,
        "receipt_coordinator": receipt.coordinator if receipt else None,
        "receipt_at": receipt.at if receipt else None,
        "receipt_link_made_by": receipt.link_made_by if receipt else None,
    }


def reference(row: Row) -> ExternalReference:
    return ExternalReference(row.system, row.value, row.url)


def screening(row: Row) -> Screening:
    return Screening(row.id, row.sector, row.outcome, row.by_sector, row.at)


def screening_row(made: Screening) -> dict[str, Any]:
    return {name: getattr(made, name) for name in Screening.__dataclass_fields__}


def party(row: Row) -> Party:
    return Party(row.id, row.kind, row.party, row.since, row.because, row.by_sector, row.until)


def party_row(stated: Party) -> dict[str, Any]:
    plain = ("id", "kind", "since", "until", "because", "by_sector")
    return {name: getattr(stated, name) for name in plain} | {"party": stated.authority}


def watch_item(row: Row) -> WatchItem:
    return WatchItem(**{name: getattr(row, name) for name in WatchItem.__dataclass_fields__})


def watch_item_row(item: WatchItem, case_id: UUID) -> dict[str, Any]:
    plain = {name: getattr(item, name) for name in WatchItem.__dataclass_fields__}
    return plain | {"id": item.id_in(case_id), "rank": item.rank}
