"""surveys: how people say they are: instruments, invitations, answers, scores. See README.md."""
