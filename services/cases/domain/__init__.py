"""The rules of a case. Plain Python; reads like the ordinance."""
