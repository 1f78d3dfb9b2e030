"""HTTP in, HTTP out."""

from services.surveys.routes import answering, instruments, invitations, programmes, scores

ROUTERS = (instruments.router, programmes.router, invitations.router, answering.router, scores.router)
