"""Where surveys is loaded from and saved to: rows in the caller's transaction, and the content beside the code."""

from services.surveys.repository.cases import Cases
from services.surveys.repository.content import CONTENT, load_catalogue
from services.surveys.repository.invitations import Invitations
from services.surveys.repository.programmes import Activations
from services.surveys.repository.responses import Responses

__all__ = ["CONTENT", "Activations", "Cases", "Invitations", "Responses", "load_catalogue"]
