"""Who hands the data out, and on which terms: reads ``publication.toml``, or a copy of it."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from ingest.errors import DataProblem
from opendata.model import Licence, Publication

PUBLICATION_VARIABLE = "OBSERVATOIRE_PUBLICATION"
PUBLICATION = Path(__file__).parent / "publication.toml"


def _text(value: str) -> str:
    if not value or value != value.strip() or not value.isprintable():
        raise ValueError("must be a text on one line, without blanks around it")
    return value


def _web_address(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]\S*", value):
        raise ValueError("must be an address that begins with http:// or https://")
    return value


def _contact(value: str) -> str:
    if not re.fullmatch(r"[^\s@:/]+@[^\s@/]+|https?://[^\s/]\S*", value):
        raise ValueError("must be an e-mail address, or one that begins with http:// or https://")
    return value


def _or_empty(check: Callable[[str], str]) -> AfterValidator:
    return AfterValidator(lambda value: check(value) if value else value)


Text = Annotated[str, AfterValidator(_text)]
Texts = Annotated[tuple[Text, ...], Field(min_length=1)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
WebAddressOrEmpty = Annotated[str, _or_empty(_web_address)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _LicenceFile(_Strict):
    id: Text
    name: Text
    url: WebAddress


class _PublicationFile(_Strict):
    """The file, key by key; the meaning of each is said in :class:`Publication` and the file."""

    title_fr: Text
    title_en: Text
    description_fr: Text
    description_en: Text
    keywords_fr: Texts
    keywords_en: Texts
    publisher: Text
    contact: Annotated[str, _or_empty(_contact)] = ""
    homepage: WebAddressOrEmpty = ""
    base_url: WebAddressOrEmpty = ""
    api_url: WebAddressOrEmpty = ""
    own_licence: _LicenceFile


def publication(file: Path | None = None) -> Publication:
    """Reads who hands the data out.

    Args:
        file: What to read; by default what ``OBSERVATOIRE_PUBLICATION`` names, or else the
            project's own ``publication.toml``.

    Returns:
        The terms; the addresses of files and interface are without a slash at their end.

    Raises:
        DataProblem: The file cannot be read, lacks a key, or holds one that means nothing.
    """
    named = file or Path(os.environ.get(PUBLICATION_VARIABLE) or PUBLICATION)
    try:
        stated = _PublicationFile.model_validate(_read(named))
    except ValidationError as error:
        raise _problem(named, error.errors()[0]) from None
    keys = stated.model_dump(exclude={"own_licence"})
    for key in ("base_url", "api_url"):
        keys[key] = keys[key].rstrip("/")
    return Publication(**keys, own_licence=Licence(**stated.own_licence.model_dump()))


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataProblem(
            file,
            f"cannot be read: {error.strerror}",
            f"name a file that exists in {PUBLICATION_VARIABLE}, or unset it",
        ) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataProblem(file, f"is not TOML in UTF-8: {error}", "mend that place") from None


def _problem(file: Path, error: Any) -> DataProblem:
    """What pydantic found, in the words of who wrote the file."""
    key = ".".join(str(part) for part in error["loc"])
    match error["type"]:
        case "missing":
            return DataProblem(file, f"lacks the key {key}", f"add it, as in {PUBLICATION}")
        case "extra_forbidden":
            return DataProblem(
                file, f"the key {key} means nothing here", f"remove it; {PUBLICATION} has all keys"
            )
        case _:
            said = str(error.get("ctx", {}).get("error") or error["msg"])
            return DataProblem(file, f"{key}: {said}", f"write it as {PUBLICATION} does")
