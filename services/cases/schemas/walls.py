"""Lists behind the walls between sectors."""

from typing import Generic

from chassis.wire import Item, Page


class WalledPage(Page[Item], Generic[Item]):
    """One page of what the caller may see. `hidden` counts what other sectors wrote here and no consent covers."""

    hidden: int
