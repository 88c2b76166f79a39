"""What the service says of itself is true of it, whatever it is asked."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from messagestore import MessageStore, Settings
from messagestore.http.api.description import describe
from messagestore.http.api.examples import EXAMPLES
from messagestore.http.app import create_app
from tests.integration.http.served import Served, served

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
REQUESTS = 10
"""Of each operation, and of each sort: as described, and not."""

ENDLESS = {"/api/v1/stream"}
"""Answers that end only when the asker leaves; test_stream.py is about them."""

quick = settings(
    max_examples=REQUESTS,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def service(settings: Settings) -> Iterator[Served]:
    with served(settings) as service:
        yield service


def _operations() -> Iterator[Any]:
    description = describe(create_app(Settings()))
    for found in schemathesis.openapi.from_dict(description).get_all_operations():
        assert isinstance(found, Ok)
        yield found.ok()


@pytest.mark.parametrize("mode", GenerationMode)
async def test_whatever_is_asked_the_answer_is_as_described(
    service: Served, store: MessageStore, mode: GenerationMode
) -> None:
    token = await store.tokens.create("schemathesis", ["admin"], now=store.clock())
    headers = {"Authorization": f"Bearer {token}"}
    seen = Counter[int]()
    for operation in _operations():
        if operation.path in ENDLESS:
            continue

        @quick
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: schemathesis.Case[Any]) -> None:
            answer = case.call_and_validate(base_url=service.url, headers=headers, checks=CHECKS)
            seen[answer.status_code] += 1

        ask()
    if mode is GenerationMode.POSITIVE:  # the other one takes tokens away, too
        assert seen[401] == seen[403] == 0
        assert seen[200] > REQUESTS


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer ms_unknown"}], ids=str)
def test_nothing_is_answered_without_a_valid_token(
    service: Served, headers: dict[str, str]
) -> None:
    for operation in _operations():

        @quick
        @given(case=operation.as_strategy())
        def ask(case: schemathesis.Case[Any]) -> None:
            answer = case.call(base_url=service.url, headers=headers)
            assert answer.status_code in {401, 404}, answer.status_code

        ask()


def test_every_struct_of_the_api_has_an_example_and_is_described() -> None:
    description = describe(create_app(Settings()))
    assert set(EXAMPLES) <= set(description["components"]["schemas"])
    for path in description["paths"].values():
        for operation in path.values():
            assert operation["security"]
            assert operation["description"].endswith(".")
