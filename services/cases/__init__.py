"""Case records: the citizen's needs, who holds responsibility, consents, the release gate. README.md says what it owns."""
