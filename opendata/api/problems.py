"""What went wrong, as RFC 9457 says it: ``application/problem+json``, without our insides."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

Lang = Literal["fr", "en"]
MEDIA_TYPE = "application/problem+json"
MESSAGES = Path(__file__).parent / "messages.toml"
MOST_ALLOWED = 100  # values that an answer lists; `see` says where the others are
LONGEST_GIVEN = 200  # characters of a value that an answer repeats


class Problem(Exception):
    """A request that cannot be answered, and why.

    Args:
        status: HTTP status.
        code: A key of ``messages.toml``, which a program can tell from others.
        parameter: The parameter to change.
        given: What was given.
        allowed: The values that it takes.
        choices: What parameters that are still open may take.
        see: Address that lists all values.
        limits: What stands in the message's ``{limits}``.
        headers: Further ones of the answer.
    """

    def __init__(
        self,
        status: int,
        code: str,
        *,
        parameter: str | None = None,
        given: object = None,
        allowed: Sequence[str] | None = None,
        choices: Mapping[str, Sequence[str]] | None = None,
        see: str | None = None,
        limits: object = "",
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.parameter = parameter
        self.given = None if given is None else str(given)[:LONGEST_GIVEN]
        self.allowed = allowed
        self.choices = choices
        self.see = see
        self.limits = limits
        self.headers = headers or {}

    def content(self, lang: Lang) -> dict[str, Any]:
        """The members of the answer; those that say nothing are left out."""
        told = {
            "type": "about:blank",
            "title": _messages()[lang][f"title_{self.status}"],
            "status": self.status,
            "code": self.code,
            "detail": _messages()[lang][self.code].format(
                parameter=self.parameter, given=self.given, limits=self.limits
            ),
            "parameter": self.parameter,
            "given": self.given,
            "allowed": None if self.allowed is None else list(self.allowed[:MOST_ALLOWED]),
            "n_allowed": None if self.allowed is None else len(self.allowed),
            "choices": {name: list(values[:MOST_ALLOWED]) for name, values in self.choices.items()}
            if self.choices
            else None,
            "see": self.see,
        }
        return {name: value for name, value in told.items() if value is not None}

    def answer(self, lang: Lang) -> Response:
        """The answer; it is never kept."""
        body = json.dumps(self.content(lang), ensure_ascii=False).encode("utf-8", "replace")
        headers = {"Cache-Control": "no-store", **self.headers}
        return Response(body, self.status, headers, MEDIA_TYPE)


class ProblemAnswer(BaseModel):
    """An answer that says what went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    code: Annotated[str, Field(description="Stable; tells one kind of problem from another.")]
    detail: Annotated[str, Field(description="In French, or in English with lang=en.")]
    parameter: Annotated[str, Field(description="The parameter to change.")] = ""
    given: str = ""
    allowed: Annotated[
        list[str], Field(description=f"Values that it takes, {MOST_ALLOWED} at most.")
    ] = []
    n_allowed: Annotated[int, Field(description="How many values it takes.")] = 0
    choices: Annotated[
        dict[str, list[str]], Field(description="What parameters that are still open may take.")
    ] = {}
    see: Annotated[str, Field(description="Address that lists all of them.")] = ""


def lang_of(request: Request) -> Lang:
    """The language asked for, whether or not the rest of the request is in order."""
    return "en" if request.query_params.get("lang") == "en" else "fr"


@cache
def _messages() -> dict[str, dict[str, str]]:
    messages = tomllib.loads(MESSAGES.read_text(encoding="utf-8"))
    if set(messages) != set(get_args(Lang)):
        raise ValueError(f"{MESSAGES}: one table a language is wanted")
    return messages
