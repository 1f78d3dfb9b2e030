"""The rules of a referral. Plain Python: no framework, no database, no wire."""
