"""What can be read of cases: SQL in, values for the views out; one file for each resource."""

from services.cases.queries.cases import CaseQueries, by_number, filters

__all__ = ["CaseQueries", "by_number", "filters"]
