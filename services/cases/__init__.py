"""Case records: a citizen's needs, who holds responsibility, consents, the release gate. See README.md."""
