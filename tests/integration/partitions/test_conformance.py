"""What holds with one partition holds with 36 months: the repository's tests once more."""

import pytest

# The tests themselves, to be collected here too.
from tests.integration.repository.test_insertion import *  # noqa: F403 (see above)
from tests.integration.repository.test_removal import *  # noqa: F403 (see above)
from tests.integration.repository.test_statuses import *  # noqa: F403 (see above)
from tests.integration.repository.test_threads import *  # noqa: F403 (see above)


@pytest.fixture(scope="session")
def template(months_template: str) -> str:
    return months_template
