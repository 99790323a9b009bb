"""The documents name only files that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
LINK = re.compile(r"\]\(([^)#\s]+)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file(document: Path) -> None:
    targets = LINK.findall(document.read_text(encoding="utf-8"))
    assert [target for target in targets if "://" not in target and not (document.parent / target).exists()] == []


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "decisions"
    linked = LINK.findall((folder / "README.md").read_text(encoding="utf-8"))
    assert sorted(linked) == sorted(path.name for path in folder.glob("[0-9]*.md"))


def test_every_top_level_folder_is_explained() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    folders = {
        path.parent.name for path in ROOT.glob("*/*") if path.name in {"__init__.py", "bootstrap.py", "melodies"}
    }
    assert {"desktop_app", "music_core", "model_training", "packaging", "resources"} <= folders
    assert [name for name in folders if f"`{name}/`" not in text] == []
