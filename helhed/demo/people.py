"""Synthetic people and places. No name here is anybody's; the numbers are replacement numbers (day + 60), which no
living person can have."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

MUNICIPALITIES = {"0101": "København", "0461": "Odense", "0751": "Aarhus", "0851": "Aalborg"}

CLOSING_UNIT = "employment:jobcenter-nord"
UNITS = {
    "employment": ("employment:jobcenter-by", CLOSING_UNIT),
    "health": ("health:rusmiddelcenter", "health:sundhedshus"),
    "social": ("social:voksenstoette",),
}

_FIRST = ("Asta", "Bjørk", "Cilius", "Dagny", "Eskil", "Frode", "Gry", "Hjalte", "Idun", "Jarl", "Karla", "Liv", "Mads")
_LAST = ("Prøvesen", "Testrup", "Eksempelgaard", "Mønsterlund", "Tænktberg", "Opdigtsen")
_SECOND_NEED = ("housing", "debt", "mental-health", "physical-health", "loneliness", "daily-life")


@dataclass(frozen=True, slots=True)
class Person:
    """One made-up citizen."""

    name: str
    number: str
    phone: str
    email: str
    language: str
    first_need: str
    second_need: str


def person(dice: random.Random) -> Person:
    """Throw one."""
    born = date(1955, 1, 1) + timedelta(days=dice.randrange(365 * 48))
    number = f"{born.day + 60:02d}{born.month:02d}{born.year % 100:02d}{dice.randrange(10_000):04d}"
    first, last = dice.choice(_FIRST), dice.choice(_LAST)
    return Person(
        name=f"{first} {last}",
        number=number,
        phone=f"+45 00 {dice.randrange(100):02d} {dice.randrange(100):02d} {dice.randrange(100):02d}",
        email=f"{dice.randrange(10**8):08d}@example.org",
        language=dice.choice(("da", "da", "da", "en")),
        first_need=dice.choice(("substance-use", "substance-use", *_SECOND_NEED)),
        second_need="employment",
    )
