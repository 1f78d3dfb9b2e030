"""The rules of surveys: what an invitation allows, what an answer may be, what a score is, who may see it."""
