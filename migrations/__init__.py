"""One Alembic history per service, one environment for all. A revision, once released, is never edited."""
