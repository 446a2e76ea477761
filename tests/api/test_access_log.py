"""The log of requests."""

import logging

import pytest

from app.api.access_log import without_secrets


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("/v1/connections/google/done?code=secret&state=secret", "/v1/connections/google/done"),
        ("/m/secret.token", "/m/…"),
        ("/mail/end/secret.token", "/mail/end/…"),
        ("/proposals/0123456789abcdef", "/proposals/0123456789abcdef"),
    ],
)
def test_the_log_of_requests_has_no_secrets(asked: str, told: str) -> None:
    record = logging.LogRecord("uvicorn.access", logging.INFO, "", 0, '%s - "%s %s"', ("192.0.2.1", "GET", asked), None)
    assert without_secrets(record)
    assert record.getMessage() == f'192.0.2.1 - "GET {told}"'
