"""Every text that the code shows has its place in every language, and no catalogue says what nobody asks."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app import language
from desktop_app.language import key_of, languages, mark, placeholders, speak, spoken, tr, tr_count
from desktop_app.library.melodies import sample_melodies

ROOT = Path(__file__).parents[2]
FUNCTIONS = ("tr", "tr_count", "mark")
# What an undo step is called: given in English, translated where it is shown.
STEPS = ("edit", "commit", "_commit", "_edit", "_rewrite", "_change")
SHIPPED = [shipped for shipped in languages() if shipped.code != language.SOURCE]


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    speak("en")


def texts_in(source: str) -> tuple[set[str], list[int]]:
    """The keys that a source asks for, and the lines whose text cannot be known without running it."""
    keys: set[str] = set()
    unknown: list[int] = []
    for node in ast.walk(ast.parse(source)):
        keys |= _commanded(node) | _step(node)
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS):
            continue
        name = node.func.id
        context = next((_literal(word.value) for word in node.keywords if word.arg == "context"), "")
        for argument in node.args[: 2 if name == "tr_count" else 1]:
            text = _literal(argument)
            if text:
                keys.add(key_of(text, context if name == "tr" else ""))
            elif name != "tr" or isinstance(argument, (ast.JoinedStr, ast.BinOp)):
                unknown.append(node.lineno)
    return keys, unknown


def _commanded(node: ast.AST) -> set[str]:
    """A line of the table of commands: its menu, its words, its submenu."""
    if not (isinstance(node, ast.Call) and _name(node.func) == "Command"):
        return set()
    inside = next((_literal(word.value) for word in node.keywords if word.arg == "inside"), "")
    menus = {key_of(menu, "menu") for menu in (_literal(node.args[1]), inside) if menu}
    return menus | {_literal(node.args[2])}


def _step(node: ast.AST) -> set[str]:
    """An edit's label: a literal that begins with a capital."""
    if not (isinstance(node, ast.Call) and _name(node.func) in STEPS):
        return set()
    return {text for argument in node.args if (text := _literal(argument))[:1].isupper()}


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _literal(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _asked() -> tuple[set[str], list[str]]:
    keys: set[str] = set()
    unknown: list[str] = []
    for path in sorted((ROOT / "desktop_app").rglob("*.py")):
        if path.name != "language.py":
            found, lines = texts_in(path.read_text(encoding="utf-8"))
            keys |= found
            unknown += [f"{path.relative_to(ROOT)}:{line}" for line in lines]
    return keys, unknown


ASKED, UNKNOWN = _asked()


def _of_models() -> set[str]:
    """What the shipped models say of themselves; it may be translated, as long as it says that."""
    found: set[str] = set()
    for path in (ROOT / "resources" / "models").glob("*/manifest.json"):
        data = json.loads(path.read_text(encoding="utf-8"))
        found |= {data["title"], data["description"], *(part["name"] for part in data["parts"])}
        found |= {text for option in data.get("options", ()) for text in option.values() if isinstance(text, str)}
    return found


def _of_melodies() -> tuple[set[str], set[str]]:
    """Where the sample melodies are from, which is translated, and who made them, which may be a name."""
    melodies = sample_melodies(ROOT / "resources" / "melodies")
    return {melody.source for melody in melodies}, {melody.composer for melody in melodies}


def test_texts_are_literals() -> None:
    assert len(ASKED) > 50
    assert UNKNOWN == []


def test_three_languages_are_shipped() -> None:
    assert {shipped.code for shipped in languages()} == {"en", "de", "es"}
    assert len({shipped.name for shipped in languages()}) == 3


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda shipped: shipped.code)
def test_every_text_is_translated(shipped: language.Language) -> None:
    sources, _composers = _of_melodies()
    assert sorted((ASKED | sources) - {key for key, text in shipped.texts.items() if text.strip()}) == []


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda shipped: shipped.code)
def test_no_translation_is_dead(shipped: language.Language) -> None:
    sources, composers = _of_melodies()
    assert sorted(set(shipped.texts) - ASKED - _of_models() - sources - composers) == []


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda shipped: shipped.code)
def test_placeholders_agree(shipped: language.Language) -> None:
    differing = {key for key, text in shipped.texts.items() if placeholders(key) != placeholders(text)}
    assert differing == set()


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda shipped: shipped.code)
def test_the_little_things_agree(shipped: language.Language) -> None:
    """What ends as a sentence stays one; an ellipsis still promises a question."""
    for key, text in shipped.texts.items():
        english = key.split(language._CONTEXT)[0]
        for ending in (".", "…", "?", ":"):
            assert english.endswith(ending) == text.endswith(ending), key
        assert text == text.strip() or english != english.strip(), key


def test_a_text_is_shown_in_the_language_spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    german = language.Language("de", "Deutsch", {"Saved «{name}».": "«{name}» gesichert.", "Play | menu": "Wiedergabe"})
    monkeypatch.setattr(language, "_spoken", german)
    assert tr("Saved «{name}».", name="{Ode}") == "«{Ode}» gesichert."
    assert tr("Play", context="menu") == "Wiedergabe"
    assert tr("Play") == "Play"
    assert tr("Nobody translated {this}.", this="me") == "Nobody translated me."


def test_a_wrong_catalogue_falls_back_to_english(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {"{a} of {b}": "{c}", "{a}": "{a.__class__.__nothing__}"}
    monkeypatch.setattr(language, "_spoken", language.Language("xx", "Wrong", wrong))
    assert tr("{a} of {b}", a=1, b=2) == "1 of 2"
    assert tr("{a}", a=1) == "1"


def test_counting() -> None:
    assert [tr_count("{count} bar", "{count} bars", n) for n in (0, 1, 2)] == ["0 bars", "1 bar", "2 bars"]
    assert mark("as it is") == "as it is"


@pytest.mark.parametrize(
    ("wanted", "system", "expected"),
    [
        ("system", ("de_AT", "en"), "de"),
        ("system", ("fr-FR", "es-MX", "en-GB"), "es"),
        ("system", ("zh-Hant-TW",), "en"),
        ("system", (), "en"),
        ("es", ("de",), "es"),
        ("../de", ("de",), "en"),
    ],
)
def test_choosing(wanted: str, system: tuple[str, ...], expected: str) -> None:
    assert speak(wanted, system).code == expected
    assert spoken().code == expected


def test_damaged_catalogues_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "fr.json").write_text(json.dumps({"name": "Français", "texts": {"Play": "Lecture"}}), encoding="utf-8")
    (tmp_path / "it.json").write_text("{", encoding="utf-8")
    (tmp_path / "nl.json").write_text('{"texts": 5}', encoding="utf-8")
    (tmp_path / "pl.json").write_text('["Polski"]', encoding="utf-8")
    assert [found.code for found in languages(tmp_path)] == ["en", "fr"]
