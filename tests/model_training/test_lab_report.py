"""The pages: they carry all they show, hide what may not be shown, and are no way in for hostile text."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from model_training.cli import main
from model_training.data.corpus import Corpus, Member, corpus_of, save_corpus
from model_training.lab import listening
from model_training.lab.charts import Curve, Mark, curves_svg, nice_ticks, number, strip_svg, thinned
from model_training.lab.comparison import as_text, compare
from model_training.lab.figures import Floors
from model_training.lab.listening import Budget, chosen_stages, listenings
from model_training.lab.neighbours import neighbours, own_song
from model_training.lab.report_page import metric_rows, verdict
from model_training.lab.roll_svg import draw
from model_training.lab.rolls import picture
from model_training.lab.samples import Gallery, Stage, read_stages
from model_training.lab.story import read_story, tell, write_floors
from model_training.lab.watch import Finding
from model_training.runs import append_figures
from music_core.score import TICKS_PER_QUARTER as Q
from music_core.score import Note, Score, Track
from music_core.soundfonts import find_soundfonts

pytestmark = pytest.mark.torch

HOSTILE = "<script>alert(1)</script>\"'&"
FLOORS = Floors({"in_key": 0.9, "clash": 0.06}, {"in_key": 0.7, "clash": 0.3}, {"in_key": 0.0, "clash": 0.0})


def sample(title: str, shift: int = 0) -> Score:
    """Four bars: a melody and a bass."""
    melody = tuple(Note(i * Q, 72 + i % 5, Q) for i in range(16))
    bass = tuple(Note(i * 2 * Q, 48 + shift + i % 3, 2 * Q) for i in range(8))
    return Score((Track("Melody", melody, role="melody"), Track("Bass", bass, role="bass")), title=title)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run's folder with two stages, a warning and samples without sound."""
    for module in ("samples", "listening"):
        monkeypatch.setattr(f"model_training.lab.{module}.find_soundfont", lambda: None)
    folder = tmp_path / "0001-tiny"
    folder.mkdir()
    about = {
        "config": {"model_id": "tiny", "title": HOSTILE, "epochs": 8, "learning_rate": 3e-4, "tracks": ["bass"],
                   "data": str(tmp_path / "data"), "model": {"width": 16}},
        "data": {"title": HOSTILE, "songs": 12, "licences": ["CC0", HOSTILE], "tiers": ["amber", "green"]},
        "code": "abc", "torch": "2", "machine": HOSTILE,
    }  # fmt: skip
    (folder / "run.json").write_text(json.dumps(about), encoding="utf-8")
    for i in range(1, 31):
        append_figures(folder, "steps", {"step": 20 * i, "time_s": 10.0 * i, "pitch": 100 / i, "distance": i / 10})
    for epoch, value in ((4, 0.6), (8, 0.85)):
        row = {
            "step": 75 * epoch,
            "epoch": epoch,
            "in_key": value,
            "clash": 0.2,
            "valid_loss": 2 - value,
            "train_loss": 1,
        }
        append_figures(folder, "stages", row)
    write_floors(folder, FLOORS)
    tell(folder, Finding("collapse", 300, f"All alike {HOSTILE}"))
    gallery = Gallery(folder, lambda sentence: None)
    for epoch in (4, 8):
        gallery.keep(epoch, [sample("piece-04", epoch), sample(HOSTILE, epoch)])
    return folder


def corpus_with(corpus: Corpus, tier: str) -> Corpus:
    songs = [replace(corpus.song(i), tier=tier, source=f"zip/{HOSTILE}/{i}.mid") for i in range(6)]
    return corpus_of(songs, ["valid", *["train"] * 5], "made up")


class Page(HTMLParser):
    """What a browser would see of a page: tags, and whatever it would load or run."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.handlers: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "action")]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]


def told(run: Path, *extra: str) -> str:
    assert main(["report", str(run), *extra]) == 0
    return (run / "report.html").read_text(encoding="utf-8")


def test_the_report_loads_nothing_and_runs_only_its_own_script(run: Path) -> None:
    text = told(run)
    page = Page(text)
    assert page.tags.count("script") == 1 and page.handlers == []
    assert all(link.startswith("data:") for link in page.links)
    assert "http://" not in text.replace("http://www.w3.org", "") and "https://" not in text
    script = re.search(r"<script>(.*?)</script>", text, re.S)
    assert script is not None
    digest = base64.b64encode(hashlib.sha256(script[1].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in text.replace("&#39;", "'")


def test_hostile_text_is_text(run: Path) -> None:
    text = told(run)
    assert "alert(1)" in text and "<script>alert" not in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 4


def test_the_report_tells_what_went_wrong_and_how_near_it_came(run: Path) -> None:
    text = told(run)
    assert "All alike" in text and "Epoch 4" in text
    assert "silence passes this" in text and "0.850" in text and "Not all of it is of the green tier" in text
    story = read_story(run)
    assert verdict(story).startswith("After 8 epochs its music is 32 % of the way from the data to nonsense")
    rows = {row.title: row for row in metric_rows(story)}
    assert rows["In the melody's key"].flag == "" and rows["Semitone clashes"].flag == "silence passes this"
    assert story.best == 1 and story.seconds == 290


def test_a_run_that_has_only_begun_can_be_told(run: Path) -> None:
    (run / "stages.jsonl").unlink()
    for path in sorted((run / "samples").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    assert "not reached its first evaluation" in told(run)


@pytest.mark.parametrize(
    ("gaps", "said"),
    [
        ((0.1, 0.2), "After 8 epochs its music is 20 % of the way from the data to nonsense, "),
        ((0.1, 0.2), " It was best in epoch 4 (10 %)."),
        ((0.101, 0.102), " It was best in epoch 4."),
        ((None, None), "After 8 epochs its music was measured on melodies that it never saw; the data's own values"),
    ],
)
def test_the_verdict_is_a_sentence(run: Path, gaps: tuple[float | None, ...], said: str) -> None:
    rows = [json.loads(line) for line in (run / "stages.jsonl").read_text(encoding="utf-8").splitlines()]
    rows = [row if gap is None else {**row, "gap": gap} for row, gap in zip(rows, gaps, strict=True)]
    if None in gaps:
        (run / "floors.json").unlink()
    (run / "stages.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert said in verdict(read_story(run))


def test_what_is_no_run_is_refused_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(tmp_path)]) == 2
    assert main(["compare", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("is not a run's folder") == 2


@pytest.mark.parametrize(("tier", "shown"), [("green", True), ("amber", False), ("red", False), ("", False)])
def test_a_neighbours_notes_are_drawn_only_where_its_song_is_green(corpus: Corpus, tier: str, shown: bool) -> None:
    songs = corpus_with(corpus, tier)
    copy = own_song(corpus_with(corpus, "green"), "piece-03", ["alto", "tenor", "bass"])
    assert copy is not None
    (found,) = neighbours(songs, ["alto", "tenor", "bass"], [copy])
    assert found is not None and found.song == "piece-03" and found.similarity == 1.0
    assert (found.roll is not None) is shown
    assert found.roll is None or found.roll.first_bar == found.first_bar
    assert (own_song(songs, "piece-03", ["bass"]) is not None) is shown
    assert own_song(songs, "unknown", ["bass"]) is None


def test_the_report_names_the_nearest_passage_by_file_and_bar(run: Path, corpus: Corpus, tmp_path: Path) -> None:
    for tier, drawn in (("amber", False), ("green", True)):
        songs = corpus_with(corpus, tier)
        members = [Member(songs.song(i), i, songs.spec.entries[i].split) for i in range(6)]
        save_corpus(members, tmp_path / tier, title="made up", seed=1)
        text = told(run, "--data", str(tmp_path / tier))
        assert "Nearest in the training songs: <b>piece-0" in text and "zip/&lt;script&gt;" in text
        assert ("Show that passage" in text) is drawn
        assert ("its licence tier is amber" in text) is not drawn
    assert "Nearest in" not in told(run)


@pytest.mark.skipif(not find_soundfonts(), reason="there is no SoundFont on this machine")
def test_sound_keeps_to_its_budget_and_the_last_stage_comes_first(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    smallest = min(find_soundfonts(), key=lambda path: path.stat().st_size)
    monkeypatch.setattr("model_training.lab.listening.find_soundfont", lambda: smallest)

    def hear(most: int) -> list[listening.Listening]:
        budget = Budget(most, lambda sentence: None)
        return listenings(read_stages(run), lambda title: None, lambda scores: [None] * len(scores), budget, tmp_path)

    everything = hear(3_000_000)
    sounds = [take.sound for item in everything for take in item.takes]
    assert all(sound.startswith("data:audio/") for sound in sounds) and len(sounds) == 4
    assert everything[0].film.startswith("data:image/gif;base64,")
    small = hear(sum(len(item.takes[-1].sound) for item in everything))
    assert [bool(take.sound) for item in small for take in item.takes] == [False, True, False, True]
    assert [item.film for item in small] == ["", ""]


def test_a_page_without_a_synth_says_so(run: Path) -> None:
    text = told(run)
    assert "the report has no sound" in text and "<audio" not in text


def test_stages_are_chosen_from_the_first_to_the_last() -> None:
    stages = [Stage(epoch, {}) for epoch in range(1, 20)]
    assert [stage.epoch for stage in chosen_stages(stages)] == [1, 7, 13, 19]
    assert chosen_stages(stages[:2]) == stages[:2]


def test_runs_are_compared_by_what_differs(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "0002-tiny"
    other.mkdir()
    about = json.loads((run / "run.json").read_text(encoding="utf-8"))
    about["config"].update(learning_rate=1e-3, title="Other", model={"width": 32})
    (other / "run.json").write_text(json.dumps(about), encoding="utf-8")
    write_floors(other, FLOORS)
    append_figures(other, "stages", {"step": 300, "epoch": 4, "in_key": 0.5})
    stories = [read_story(run), read_story(other)]
    comparison = compare(stories)
    assert dict(comparison.settings) == {"learning_rate": ("0.0003", "0.001"), "model.width": ("16", "32")}
    figures = dict(comparison.figures)
    assert figures["in the melody's key"] == ("0.850", "0.500") and figures["Epoch"] == ("8", "4")
    assert dict(compare(stories[:1], "best").figures)["semitone clashes"] == ("0.200",)
    assert figures["distance from the data"] == ("0.056", "0.444")  # of the one metric that both have
    lines = as_text(comparison).splitlines()
    assert lines[0].split() == ["0001-tiny", "0002-tiny", "data"] and "0.900" in as_text(comparison)
    out = tmp_path / "compare.html"
    assert main(["compare", str(run), str(other), "--html", str(out)]) == 0
    assert "model.width" in capsys.readouterr().out
    page = Page(out.read_text(encoding="utf-8"))
    assert page.tags.count("svg") >= 3 and page.links == []
    assert compare([stories[0], stories[0]]).runs == (f"{run.parent.name}/0001-tiny",) * 2
    assert "the settings are the same" in as_text(compare(stories[:1]))
    about["config"]["data"] = "prepared/elsewhere"
    (other / "run.json").write_text(json.dumps(about), encoding="utf-8")
    assert not any(compare([stories[0], read_story(other)]).data), "each has values of its own"


def svg_of(text: str) -> Any:
    return ElementTree.fromstring(text)


def test_charts_are_well_formed_and_escaped() -> None:
    points = [(float(i), float(i * i)) for i in range(10)]
    text = curves_svg([Curve(HOSTILE, points)], level=20, level_name=HOSTILE, marks=[Mark(3, HOSTILE)], x_name=HOSTILE)
    root = svg_of(text)
    assert len([e for e in root if e.get("class") == "mark warning"]) == 1
    assert curves_svg([Curve("none", [(1.0, float("nan"))])]) == ""
    assert svg_of(curves_svg([Curve("one", [(1.0, 5.0)])])) is not None
    assert svg_of(strip_svg([0.5, 0.7], 0.9, 0.6, float("nan"))) is not None
    assert strip_svg([], *[float("nan")] * 3) == ""


def test_a_rolls_notes_lie_inside_the_drawing() -> None:
    drums = Track("Drums", (Note(0, 36, 120), Note(15 * Q, 42, 120)), is_drum=True, role="drums")
    score = sample("x")
    drawing = draw(picture(score.with_tracks(*score.tracks, drums)))
    root = svg_of(drawing.svg)
    width, height = (float(value) for value in root.attrib["viewBox"].split()[2:])
    for path in root:
        if path.attrib["class"].startswith("r-"):
            starts = [tuple(map(float, pair)) for pair in re.findall(r"M([\d.]+) ([\d.]+)", path.attrib["d"])]
            assert starts and all(0 <= x < width and 0 <= y < height for x, y in starts)
    assert {path.attrib["class"] for path in root} >= {"r-melody", "r-bass", "r-drums"}
    assert drawing.bars == (0, 25, 50, 75) and "C4" in [name for _, name in drawing.pitches]
    assert all(0 < place < 100 for place, _ in drawing.pitches)


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0.2, 0.9), (-3, 250), (5, 5), (0, 0), (1e-6, 3e-6)])
def test_ticks_are_few_round_and_enclose(low: float, high: float) -> None:
    ticks = nice_ticks(low, high)
    assert 2 <= len(ticks) <= 6 and ticks[0] <= low and ticks[-1] >= high


def test_numbers_are_short() -> None:
    assert [number(v) for v in (0.25, 1234.5, 3.14159, 3.1e-5, float("nan"))] == [
        "0.25",
        "1,234",
        "3.14",
        "3.1e-05",
        "–",
    ]


def test_thinning_keeps_the_end_and_the_mean() -> None:
    kept = thinned([(float(i), 1.0) for i in range(1000)], 100)
    assert len(kept) == 100 and kept[-1] == (999, 1.0)
