"""How an address is written in a body."""

ASKED_SERVICE = (
    "A service of the directory of the authority that is asked: of one's own any, of another's what it has published. "
    "Its unit is the one addressed, where `toUnit` names none."
)
