"""What is refused about codes."""

from chassis.errors import BadInput, RuleBroken, Text


class CodeNotInForce(BadInput):
    """The code is not in the list, or not in force on that day. Facts: `list`, where to look it up."""

    slug = "code-not-in-force"
    title = Text("Koden gælder ikke den dag.", "The code is not in force on that day.")


class ShippedCode(RuleBroken):
    """The code came with the product: an authority adds codes beside it and does not change it."""

    slug = "shipped-code"
    title = Text("Koden er leveret med programmet.", "The code was shipped with the product.")


class ListIsClosed(RuleBroken):
    """The list says what the software can do: no authority adds to it."""

    slug = "code-list-closed"
    title = Text("Listen kan ikke udvides.", "The list cannot be added to.")


class CodeUnfit(BadInput):
    """A code ends no earlier than it begins, and is replaced by another code of its list."""

    slug = "code-unfit"
    title = Text(
        "Koden slutter, før den begynder, eller erstattes af en ukendt kode.",
        "The code ends before it begins, or is replaced by one that is not in the list.",
    )
