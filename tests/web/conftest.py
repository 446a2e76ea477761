from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.oidc_provider import Provider, provider_at
from tests.web.visiting import NOW


@pytest.fixture(scope="session", autouse=True)
def _own_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A database of the tests, and never that of whoever runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLEARWEEK_DATABASE_URL", f"sqlite:///{tmp_path_factory.mktemp('data') / 'clearweek.sqlite'}")
        yield


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider of OpenID Connect on a socket."""
    with provider_at(NOW.timestamp()) as running:
        yield running
