"""A small source on disk that passes every check, to be broken one way at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from ingest.checks import CheckedTable, Codes, check_source
from ingest.declarations import read_declaration

FACTS = """quarter,field,n_posts,rate,unit_id,provenance_id
2024-T1,all,100,1.5,percent,p1
2024-T1,large,40,0.8,percent,p1
2024-T2,all,*,,percent,p1
2024-T2,large,41,0.9,percent,p2
"""
PROVENANCE = """provenance_id,reference,url,evidence,note_fr
p1,Fichier du producteur,,official_file,
p2,Article de presse,https://example.org/a,press,
"""
UNITS = """unit_id
percent
posts
ordinal
"""


def declaration() -> dict[str, object]:
    """The declaration of the small source, checksums and row counts filled in by `write`."""
    return {
        "id": "maker_posts",
        "title": "Postes",
        "title_en": "Posts",
        "publisher": "Producteur",
        "landing_page": "https://example.org",
        "licence": "unknown",
        "citation": "Producteur, 2024",
        "frequency_days": 91,
        "scope_fr": "Tous",
        "scope_en": "All",
        "method_fr": "Comptage",
        "method_en": "Counting",
        "warnings": [],
        "tables": [
            {
                "name": "facts",
                "grain": ["quarter", "field"],
                "rows": 4,
                "sha256": "0" * 64,
                "retrieved_on": "2026-11-20",
                "columns": [
                    {"name": "quarter", "type": "text"},
                    {"name": "field", "type": "text", "allowed": ["all", "large"]},
                    {"name": "n_posts", "type": "integer", "unit": "posts", "masked": "*"},
                    {"name": "rate", "type": "decimal", "unit": "in_row", "nullable": True},
                    {"name": "unit_id", "type": "text", "codes": "units.unit_id"},
                    {
                        "name": "provenance_id",
                        "type": "text",
                        "references": "provenance.provenance_id",
                    },
                ],
            },
            {
                "name": "provenance",
                "shape": "provenance",
                "grain": ["provenance_id"],
                "rows": 2,
                "sha256": "0" * 64,
                "retrieved_on": "2026-11-20",
            },
        ],
    }


class SmallSource:
    """The source's folder; `facts` and `declared` may be changed before `check`."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "maker_posts"
        self.seeds = root / "seeds"
        self.folder.mkdir()
        self.seeds.mkdir()
        self.facts: bytes = FACTS.encode()
        self.declared = declaration()
        self.fix_checksums = True
        (self.seeds / "units.csv").write_text(UNITS)

    def write(self) -> None:
        files = {"facts": self.facts, "provenance": PROVENANCE.encode()}
        for table in self.declared["tables"]:  # type: ignore[attr-defined]
            content = files[table["name"]]
            (self.folder / f"{table['name']}.csv").write_bytes(content)
            if self.fix_checksums:
                table["sha256"] = hashlib.sha256(content).hexdigest()
        text = yaml.safe_dump(self.declared, allow_unicode=True, sort_keys=False)
        (self.folder / "source.yml").write_text(text, encoding="utf-8")

    def check(self) -> list[CheckedTable]:
        self.write()
        source = read_declaration(self.folder / "source.yml")
        return check_source(self.folder, source, Codes(self.seeds))


@pytest.fixture
def small_source(tmp_path: Path) -> SmallSource:
    return SmallSource(tmp_path)


Break = Callable[[SmallSource], None]
