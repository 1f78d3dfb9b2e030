"""What other systems call a case: one name of one system is one case's, within the authority."""

from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.database import Transaction
from chassis.problems import AlreadyExists
from services.cases import tables as t
from services.cases.domain.case import Case, ExternalReference

_ADD = upsert(t.external_references).on_conflict_do_nothing()


class ExternalReferenceRepository:
    """The external references of one authority."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def claim(self, case: Case, reference: ExternalReference) -> None:
        """Call the case so from now on.

        Raises:
            AlreadyExists: another case is called so, whichever it is.
        """
        row = {"system": reference.system, "value": reference.value, "url": reference.url}
        if not await self._tx.run(_ADD, [row | {"authority": self._tx.authority, "case_id": case.id}]):
            raise AlreadyExists()
