"""The listening test: blind, equally loud, usable in a browser, and analysed as it should be."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from model_training.listening.analysis import Answer, Vote, analysed, markdown, read_results
from model_training.listening.kit import KEY, PAGE, QUESTIONS, build, excerpt, page
from model_training.listening.loudness import PEAK, loudness, matched
from music_core.score import TICKS_PER_QUARTER as Q
from music_core.score import Note, Score, Track
from music_core.soundfonts import find_soundfont

RATE = 24_000
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def tone(level: float, hertz: float = 1000.0, seconds: float = 2.0) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    time = np.arange(round(seconds * RATE)) / RATE
    return (level * np.sin(2 * np.pi * hertz * time)).astype(np.float32)


def test_loudness_is_the_standards() -> None:
    # BS.1770: a 997 Hz sine of full scale in one channel reads -3.01 LUFS; EBU Tech 3341 allows a tenth.
    assert loudness(tone(1.0, 997.0), RATE) == pytest.approx(-3.01, abs=0.1)
    assert loudness(tone(0.1, 997.0), RATE) == pytest.approx(-23.01, abs=0.1)


def test_clips_become_equally_loud_and_never_clip() -> None:
    clips = [tone(0.5), tone(0.05), tone(0.3, 100.0)]
    levels = [loudness(clip, RATE) for clip in matched(clips, RATE)]
    assert levels == pytest.approx([-20.0] * 3, abs=0.01)
    click = tone(0.01)
    click[100] = 1.0  # no room to make this one louder
    both = matched([click, tone(0.5)], RATE)
    assert max(float(np.abs(clip).max()) for clip in both) == pytest.approx(PEAK, abs=1e-3)
    assert loudness(both[0], RATE) == pytest.approx(loudness(both[1], RATE), abs=0.01)


def test_silence_and_snippets_are_refused_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="silent"):
        matched([tone(0.5), tone(0.0)], RATE)
    with pytest.raises(ValueError, match="too short"):
        loudness(tone(0.5, seconds=0.2), RATE)


def song(pitch: int) -> Score:
    melody = Track("Melody", tuple(Note(i * Q, 72 + i % 5, Q) for i in range(8)), role="melody")
    return Score((melody, Track("Keys", (Note(0, pitch, 8 * Q),), role="keys")))


@pytest.mark.device
@pytest.mark.slow
def test_a_kit_is_blind_whole_and_not_overwritten(tmp_path: Path) -> None:
    if find_soundfont() is None:
        pytest.skip("no SoundFont on this machine")
    versions = {"human": song(48), "B1 block chords": song(50)}
    build([excerpt("A secret title", "pop", 0, versions)], tmp_path / "kit")
    text = (tmp_path / "kit" / PAGE).read_text(encoding="utf-8")
    for telling in ("human", "B1", "block", "secret"):
        assert telling not in re.sub(r"data:audio[^\"]*", "", text.split('id="data">')[1])
    assert text.count("data:audio/") == 2
    assert not re.search(r"""(src|href)=["']?(https?:|//)""", text)
    key = json.loads((tmp_path / "kit" / KEY).read_text(encoding="utf-8"))
    assert {clip["system"] for clip in key["clips"]} == set(versions)
    with pytest.raises(ValueError, match="holds a listening kit already"):
        build([excerpt("Another", "pop", 0, versions)], tmp_path / "kit")


TRIALS = [
    {"id": "t1", "style": "pop </script><b>", "clips": [{"id": "c1", "sound": ""}, {"id": "c2", "sound": ""}]},
    {"id": "t2", "style": "jazz", "clips": [{"id": "c3", "sound": ""}, {"id": "c4", "sound": ""}]},
]
LISTEN = """
<script>
document.getElementById("listener").value = 'a "name", 1';
document.getElementById("begin").click();
document.getElementById("next").click();
const refused = document.getElementById("hint").textContent;
for (let trial = 0; trial < 2; trial++) {
  document.querySelectorAll("fieldset").forEach((field) => field.querySelectorAll("input")[2].click());
  document.getElementById("next").click();
}
const saved = decodeURIComponent(document.getElementById("save").href.split(",").slice(1).join(","));
document.body.innerHTML = "<pre id=result></pre>";
document.getElementById("result").textContent = refused + "|" + saved;
</script>
"""


def dom(path: Path) -> str:
    assert CHROMIUM is not None
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=3000", "--dump-dom"]
    profile = f"--user-data-dir={path.parent / 'profile'}"
    done = subprocess.run([*command, profile, path.as_uri()], capture_output=True, text=True, timeout=90, check=True)
    return done.stdout


@pytest.mark.device
@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_a_listener_rates_everything_and_saves_a_file(tmp_path: Path) -> None:
    whole = page("0123456789ab", TRIALS)
    (tmp_path / "page.html").write_text(whole, encoding="utf-8")
    assert 'data-ready="yes"' in dom(tmp_path / "page.html")  # the policy lets its own script run
    driven = re.sub(r"<meta http-equiv=[^>]*>", "", whole).replace("</body>", f"{LISTEN}</body>")
    (tmp_path / "driven.html").write_text(driven, encoding="utf-8")
    found = re.search(r'<pre id="result">(.*?)</pre>', dom(tmp_path / "driven.html"), re.S)
    assert found is not None
    hint, _, answers = found[1].partition("|")
    assert hint == "Please rate every version on every line."
    (tmp_path / KEY).write_text(json.dumps(key_of()), encoding="utf-8")
    (tmp_path / "answers.csv").write_text(answers.replace("\n", "\r\n"), encoding="utf-8")
    ratings, votes = read_results(tmp_path, [tmp_path / "answers.csv"])
    assert len(ratings) == 4 * len(QUESTIONS)
    assert {answer.points for answer in ratings} == {3}
    assert [vote.system for vote in votes] == ["", ""]  # the third choice of two versions is "no difference"


def key_of() -> dict[str, object]:
    systems = {"c1": ("t1", "ours"), "c2": ("t1", "human"), "c3": ("t2", "ours"), "c4": ("t2", "human")}
    clips = [{"clip": clip, "trial": trial, "system": system} for clip, (trial, system) in systems.items()]
    return {"kit": "0123456789ab", "clips": clips}


def write_answers(folder: Path, name: str, *lines: str, kit: str = "0123456789ab") -> Path:
    head = "kit,listener,place,trial,position,clip,question,answer"
    path = folder / name
    path.write_text("\n".join([head, *(f"{kit},x,1,{line}" for line in lines)]) + "\n", encoding="utf-8")
    (folder / KEY).write_text(json.dumps(key_of()), encoding="utf-8")
    return path


def test_answers_are_read_by_the_key(tmp_path: Path) -> None:
    path = write_answers(tmp_path, "a.csv", "t1,1,c1,harmony,4", "t1,2,c2,harmony,5", "t1,,c2,best,", "t2,,tie,best,")
    answers, votes = read_results(tmp_path, [path, path])  # the same file twice is one listener
    assert [(a.system, a.question, a.points) for a in answers] == [("ours", "harmony", 4), ("human", "harmony", 5)]
    assert [vote.system for vote in votes] == ["human", ""]


@pytest.mark.parametrize(
    ("line", "kit", "message"),
    [
        ("t1,1,c9,harmony,4", "0123456789ab", "a line that is no answer"),
        ("t1,1,c1,harmony,6", "0123456789ab", "a line that is no answer"),
        ("t1,1,c1,taste,5", "0123456789ab", "a line that is no answer"),
        ("t1,1,c1,harmony,4", "ffffffffffff", "another kit"),
    ],
)
def test_other_files_are_refused_in_a_sentence(tmp_path: Path, line: str, kit: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_results(tmp_path, [write_answers(tmp_path, "a.csv", line, kit=kit)])
    (tmp_path / "b.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ValueError, match="holds no answers"):
        read_results(tmp_path, [tmp_path / "b.csv"])


def test_the_analysis_counts_listeners_not_ratings() -> None:
    answers = [Answer("1", f"t{i}", "ours", "keep", 5) for i in range(9)] + [Answer("2", "t1", "ours", "keep", 1)]
    answers += [Answer(name, "t1", "human", "keep", 4) for name in "12"]
    votes = [Vote("1", "t1", "ours"), Vote("2", "t1", ""), Vote("2", "t2", "human"), Vote("1", "t2", "human")]
    report = analysed(answers, votes)
    assert report["systems"]["ours"]["keep"]["mean"] == 3.0  # (5 + 1) / 2, however often each answered
    assert report["systems"]["ours"]["keep"]["low"] == 1.0
    assert report["systems"]["human"]["all"]["mean"] == 4.0
    assert report["votes"] == {"human": 0.5, "ours": 0.25, "no difference": 0.25}
    text = markdown(report)
    assert text.index("| human") < text.index("| ours")
    assert "claim nothing about liking" in text
    with pytest.raises(ValueError, match="no answer"):
        analysed([], [])
