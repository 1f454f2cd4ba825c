"""The interface keeps to its OpenAPI document, whatever schemathesis asks of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from opendata.api.app import PREFIX, application
from opendata.api.documentation import words

pytestmark = pytest.mark.integration
ACCEPTANCE = [positive_data_acceptance, negative_data_rejection]
SETTINGS = hypothesis.settings(
    max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
# Refusals of values that are each in order: a schema cannot tell that they do not go together.
BEYOND_A_SCHEMA = {
    "unknown_release",
    "closed_release",
    "several_combinations",
    "unknown_combination",
    "month_or_range",
    "empty_range",
    "cell_not_unique",
    "too_many_cells",
    "too_many_rows",
    "not_paged",
    "bad_period",  # a day that its month does not have
    "bad_day",
    "too_long",  # the whole address
}


@pytest.fixture(scope="module")
def api_schema(data_root: Path) -> Any:
    return schemathesis.openapi.from_asgi(f"{PREFIX}/openapi.json", application())


def is_beyond_a_schema(response: schemathesis.Response) -> bool:
    """Whether a request was refused for what a schema cannot tell."""
    if response.status_code not in (400, 414):
        return False
    told = response.json()
    # JSON takes fewer rows at once than a file does.
    too_many = (told["code"], told.get("parameter")) == ("out_of_range", "limit")
    return too_many or told["code"] in BEYOND_A_SCHEMA


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
@pytest.mark.parametrize("name", sorted(words()["operations"]))
def test_answers_keep_to_the_document(
    api_schema: Any, name: str, mode: schemathesis.GenerationMode
) -> None:
    """Valid or not, no request is answered by a 5xx or by what the document does not say."""
    operation = api_schema.find_operation_by_id(name)

    @hypothesis.seed(20261120)
    @hypothesis.settings(SETTINGS)
    @hypothesis.given(case=operation.as_strategy(mode))
    def keeps_to_it(case: schemathesis.Case) -> None:
        response = case.call()
        case.validate_response(
            response,
            excluded_checks=ACCEPTANCE if is_beyond_a_schema(response) else [],
        )

    keeps_to_it()
