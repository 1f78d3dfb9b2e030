"""Authorities: who acts under law. The form of their codes, which tokens, paths, bodies and tables all know them by."""

AUTHORITY = "([0-9]{4}|R[0-9]{4}|CVR[0-9]{8})"
"""A municipality (`0101`), a region (`R1084`) or an organisation (`CVR12345678`); a realm of another kind (`public`, a
trial) never. In ASCII digits: what else Unicode calls a digit would be another code that looks the same."""

AUTHORITY_FORM = f"^{AUTHORITY}$"
"""The same, and nothing else."""
