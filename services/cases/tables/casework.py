"""The case and its parts."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Sequence,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.tables import Timestamp
from services.cases.tables.base import metadata

# One count for the whole installation: a count per authority would make its writers queue for it.
case_number = Sequence("case_number", metadata=metadata)

citizens = Table(
    "citizens",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("protected_until", Date),
    Column("anonymous", Boolean, nullable=False),
)

identifiers = Table(
    "identifiers",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("citizen_id", Uuid, ForeignKey("citizens.id"), nullable=False),
    Column("system", Text, nullable=False),
    Column("blind_index", LargeBinary, nullable=False),
    UniqueConstraint("authority", "system", "blind_index"),
    Index("ix_identifiers_citizen_id", "citizen_id"),
)

cases = Table(
    "cases",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("citizen_id", Uuid, ForeignKey("citizens.id"), nullable=False),
    # Sealed: identifiers, name, alias, contact, as told in this case. Of the person as such the authority keeps no more
    # than a keyed hash to find them by: what one sector was told, another does not learn by opening a case.
    Column("details", LargeBinary, nullable=False),
    Column("alias_index", LargeBinary),
    Column("status", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("kle", Text),
    Column("citizen_informed_on", Date),
    Column("citizen_informed_how", Text),
    # The present holder and coordinator (in a closed case the last), as the stretches in `responsibilities` say.
    Column("holding_sector", Text, nullable=False),
    Column("holding_unit", Text),
    Column("coordinator", Text),
    Column("coordinator_unit", Text),
    Column("attention_rank", SmallInteger, nullable=False),
    Column("opened_at", Timestamp, nullable=False),
    Column("closed_at", Timestamp),
    Column("closure_ground", Text),
    Column("closure_reason", LargeBinary),
    Column("closed_by_sector", Text),
    Column("to_authority", Text),
    Column("told", LargeBinary),
    Column("version", Integer, nullable=False),
    Column("last_contact_at", Timestamp),
    Column("exempt_until", Date),
    Column("received_on", Date),
    Column("closure_statement", LargeBinary),  # sealed: what the citizen said who declined
    Column("receipt", LargeBinary),  # sealed: how the authority the citizen moved to confirmed
    UniqueConstraint("authority", "number"),
    CheckConstraint("status in ('open', 'closed')", name="status"),
    CheckConstraint("origin in ('registered', 'imported')", name="origin"),
    CheckConstraint("(status = 'closed') = (closed_at is not null)", name="closed_at"),
    CheckConstraint(
        "closure_ground <> 'citizen-moved' or (to_authority is not null and (told is not null or receipt is not null))",
        name="moved_to_who_knows",
    ),
    Index(
        "uq_cases_open_per_citizen", "authority", "citizen_id", unique=True, postgresql_where=text("status = 'open'")
    ),
    Index("ix_cases_citizen_id", "citizen_id"),
    Index("ix_cases_listed", "authority", "opened_at", "id"),
    Index("ix_cases_holding", "authority", "holding_sector", "attention_rank", "opened_at", "id"),
    Index(
        "ix_cases_holding_unit",
        "authority",
        "holding_sector",
        "holding_unit",
        "attention_rank",
        "opened_at",
        "id",
        postgresql_where=text("status = 'open'"),
    ),
    Index("ix_cases_alias", "authority", "alias_index", postgresql_where=text("alias_index is not null")),
    Index("ix_cases_coordinator", "authority", "coordinator", "attention_rank", "opened_at", "id"),
)

external_references = Table(
    "external_references",
    metadata,
    Column("authority", Text, primary_key=True),
    Column("system", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("url", Text),
    Index("ix_external_references_case_id", "case_id"),
)

needs = Table(
    "needs",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("domain", Text, nullable=False),
    Column("description", LargeBinary),  # sealed
    Column("owner_sector", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("registered_at", Timestamp, nullable=False),
    Column("outcome", Text),
    Column("outcome_statement", LargeBinary),  # sealed: the citizen's own words when it ended
    Column("citizen_statement", LargeBinary),  # sealed: the citizen's own words when setting it aside
    Column("revisit_on", Date),
    Column("revisit_by_sector", Text),
    Column("handed_on_referral_id", Uuid),
    Column("handed_on_from_sector", Text),
    Column("handed_on_at", Timestamp),
    Column("catch_lost_at", Timestamp),
    Column("reopened_at", Timestamp),
    CheckConstraint("state in ('open', 'handed-on', 'set-aside', 'met', 'withdrawn')", name="state"),
    CheckConstraint(
        "state <> 'set-aside' or (revisit_on is not null and revisit_by_sector is not null"
        " and citizen_statement is not null)",
        name="set_aside_by_the_citizen",
    ),
    CheckConstraint("state <> 'handed-on' or handed_on_referral_id is not null", name="handed_on"),
    CheckConstraint("outcome <> 'withdrawn-by-citizen' or outcome_statement is not null", name="withdrawn_in_words"),
    Index("ix_needs_case_id", "case_id"),
    Index("ix_needs_revisit", "authority", "revisit_on", "case_id", postgresql_where=text("state = 'set-aside'")),
)

known_referrals = Table(
    "known_referrals",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("need_id", Uuid, nullable=False),
    Column("from_sector", Text, nullable=False),
    Column("to_sector", Text, nullable=False),
    Column("to_unit", Text),
    Column("to_authority", Text),
    Column("state", Text, nullable=False),
    Column("requested_at", Timestamp, nullable=False),
    Column("accepted_at", Timestamp),
    Column("contact_held_at", Timestamp),
    Column("contact_link_made_by", Text),
    Column("receipt_id", Uuid),
    Column("receipt_takes_holding", Boolean),
    Column("receipt_unit", Text),
    Column("receipt_coordinator", Text),
    Column("receipt_at", Timestamp),
    Column("receipt_link_made_by", Text),
    Column("ended_at", Timestamp),
    Column("on_hold_since", Timestamp),
    Column("deadline", Date),
    Column("deadline_told_at", Timestamp),
    Column("missed_on", Date),
    Column("missed_told_at", Timestamp),
    Column("broken_off", Boolean, nullable=False, server_default=false()),
    Column("anonymous", Boolean, nullable=False, server_default=false()),
    Column("on_hold_until", Date),
    Column("paused_days", Integer, nullable=False, server_default=text("0")),
    Column("return_scope", Text),
    Column("consent_id", Uuid),
    Column("legal_basis", Text),
    Index("ix_known_referrals_case_id", "case_id"),
    Index(
        "ix_known_referrals_asked_here",
        "authority",
        "to_sector",
        "case_id",
        postgresql_where=text("state in ('requested', 'accepted', 'in-progress') and to_authority is null"),
    ),
)

responsibilities = Table(
    "responsibilities",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("sector", Text, nullable=False),
    Column("unit", Text),
    Column("subject", Text),
    Column("since", Timestamp, nullable=False),
    Column("until", Timestamp),
    Column("because", Text, nullable=False),
    Column("receipt_id", Uuid),
    CheckConstraint("kind in ('holder', 'coordinator', 'involved')", name="kind"),
    CheckConstraint("until is null or until >= since", name="until"),
    CheckConstraint("(kind = 'coordinator') = (subject is not null)", name="subject"),
    Index("ix_responsibilities_case_id", "case_id"),
    Index(
        "uq_responsibilities_part",
        "case_id",
        "sector",
        unique=True,
        postgresql_where=text("kind = 'involved' and until is null"),
    ),
    Index("ix_responsibilities_involved", "authority", "sector", "case_id", postgresql_where=text("until is null")),
)

consents = Table(
    "consents",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("decision", Text, nullable=False),
    Column("from_sector", Text, nullable=False),
    Column("to_sector", Text, nullable=False),
    Column("to_unit", Text),
    Column("to_authority", Text),
    Column("data_categories", ARRAY(Text), nullable=False),
    Column("shared_for", Text, nullable=False),
    Column("legal_basis", Text, nullable=False),
    Column("valid_until", Date),
    Column("evidence", LargeBinary, nullable=False),  # sealed
    Column("text_version", Text),
    Column("given_by", Text, nullable=False),
    Column("recorded_at", Timestamp, nullable=False),
    Column("withdrawn_at", Timestamp),
    Column("version", Integer, nullable=False),
    Column("recorded_by_sector", Text),  # of old rows nobody knows
    Column("confirmed_at", Timestamp),
    CheckConstraint("decision in ('given', 'refused')", name="decision"),
    Index("ix_consents_case_id", "case_id"),
)

releases = Table(
    "releases",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("sector", Text, nullable=False),
    Column("ground", Text, nullable=False),
    Column("reason", LargeBinary, nullable=False),  # sealed
    Column("at", Timestamp, nullable=False),
    Column("taken_over_by", Text),
    Column("receipt_id", Uuid),
    Column("referral_ids", ARRAY(Uuid), nullable=False),
    CheckConstraint("ground <> 'needs-handed-on' or cardinality(referral_ids) > 0", name="rests_on_a_catch"),
    CheckConstraint("(taken_over_by is null) = (receipt_id is null)", name="taken_over_by_receipt"),
    Index("ix_releases_case_id", "case_id"),
)

parties = Table(
    "parties",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("party", Text, nullable=False),
    Column("since", Timestamp, nullable=False),
    Column("until", Timestamp),
    Column("because", Text, nullable=False),
    Column("by_sector", Text, nullable=False),
    CheckConstraint("kind in ('acting', 'paying')", name="kind"),
    CheckConstraint("until is null or until >= since", name="until"),
    Index("ix_parties_case_id", "case_id"),
)

screenings = Table(
    "screenings",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("sector", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("by_sector", Text, nullable=False),
    Column("at", Timestamp, nullable=False),
    CheckConstraint("outcome in ('no-need', 'need-found')", name="outcome"),
    Index("ix_screenings_case_id", "case_id"),
)

hearings = Table(
    "hearings",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("at", Timestamp, nullable=False),
    Column("statement", LargeBinary, nullable=False),  # sealed: the citizen's own words
    Column("by_sector", Text, nullable=False),
    Column("recorded_at", Timestamp, nullable=False),
    CheckConstraint("at <= recorded_at", name="at"),
    Index("ix_hearings_case_id", "case_id"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("invitation_id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Timestamp, nullable=False),
    CheckConstraint("state in ('pending', 'delivered', 'undeliverable')", name="state"),
    Index("ix_deliveries_due", "next_attempt_at", postgresql_where=text("state = 'pending'")),
)
