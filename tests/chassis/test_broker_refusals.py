"""What speaks of a message, and what of the broker: only the first may ever park a row."""

import pytest
from nats.errors import MaxPayloadError, NoRespondersError
from nats.errors import TimeoutError as NatsTimeout
from nats.js.errors import APIError, BadRequestError, NoStreamResponseError, ServerError, ServiceUnavailableError

from chassis.broker import _is_about_the_message


@pytest.mark.parametrize(
    "error",
    [
        NoStreamResponseError(),
        NoRespondersError(),
        NatsTimeout(),
        ServerError(code=500),
        ServiceUnavailableError(code=503),
        APIError(code=400, err_code=10077),
        OSError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_broker_in_trouble_condemns_no_message(error: Exception) -> None:
    assert not _is_about_the_message(error)


@pytest.mark.parametrize("error", [MaxPayloadError(), BadRequestError(code=400, err_code=10054)], ids=["size", "form"])
def test_a_message_that_will_never_be_taken_is_told_apart(error: Exception) -> None:
    assert _is_about_the_message(error)
