"""What an authority has decided for itself, from a day on: the choices that the law leaves open.

A policy is dated data, never a constant. What an authority has not decided is as here.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policies:
    """An authority's choices on one day. Each field is one policy, under its name in kebab-case on the wire."""

    coordinator_required: bool = True  # a case names one coordinating caseworker at every moment (I1)
    release_needs_plan: bool = False  # the gate also asks for a plan the citizen has taken a stand on
    release_needs_coordinator: bool = False  # the gate also asks that the receipt names who will coordinate
    first_contact_within_days: int = 7  # calendar days from acceptance
    release_within_days: int = 28  # calendar days a sector may wait for each step of a catch before it is overdue
    consent_expiring_days: int = 14  # how long before its end a consent that a referral rests on is watched
    exemption_notice_days: int = 28  # how long before its end the citizen is told
    acknowledge_within_hours: int = 24  # then an alarm goes to the team lead
    absence_watch_days: int = 1  # a coordinator away longer than this, without a substitute, is watched
    contact_every_days: int = 0  # minimum contact frequency outside trials; 0 asks for none


DEFAULTS = Policies()
