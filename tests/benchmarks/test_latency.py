from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks._latency_losses import count_losses, numbered_notes
from benchmarks.latency import RATE, Way, onset_after, table, way_row
from tests.jack_server import JackUnavailableError, jack_server

ROOT = Path(__file__).parents[2]


def silence_then(tone_at: int, level: float = 0.1) -> np.ndarray:
    sound = np.zeros(RATE, np.float32)
    sound[tone_at:] = level
    return sound


def test_the_onset_is_the_first_sample_that_stands_out() -> None:
    assert onset_after(silence_then(1234), 1000, 4800) == 234


def test_what_still_rings_is_no_onset() -> None:
    ringing = silence_then(0, 0.01)
    assert onset_after(ringing, 1000, 4800) is None
    ringing[2000:] = 0.1
    assert onset_after(ringing, 1000, 4800) == 1000


def test_silence_has_no_onset() -> None:
    assert onset_after(np.zeros(RATE, np.float32), 1000, 4800) is None


def test_a_row_counts_what_was_heard_and_leaves_out_what_the_ear_missed() -> None:
    sound = np.zeros(6 * RATE, np.float32)
    pressed = [RATE, 2 * RATE, 3 * RATE, 4 * RATE]
    for frame, delay in zip(pressed[:3], (48, 96, 144), strict=True):
        sound[frame + delay : frame + delay + 1000] = 0.1
    way = Way("way", "Client", keys=None, channel=0, pressed=pressed)  # type: ignore[arg-type]
    row = way_row(way, 0, sound, gaps=[(2 * RATE + 10, 2 * RATE + 138)])
    assert (row["pressed"], row["heard"], row["not_judged"]) == (4, 2, 1)
    assert (row["p50_ms"], row["max_ms"]) == (2.0, 3.0)


def test_the_table_shows_every_way_and_the_floor() -> None:
    figures = {
        "heard": 3,
        "p50_ms": 1.5,
        "p95_ms": 2.0,
        "p99_ms": 2.5,
        "max_ms": 3.0,
        "lost": None,
        "lost_by_jack": None,
    }
    text = table(
        {
            "period_ms": 2.67,
            "realtime": True,
            "idle": True,
            "messages": 10,
            "rows": [{"name": "first", **figures}, {"name": "second", **figures, "lost": 0, "lost_by_jack": 9}],
            "limits": {"p50_ms": 6.0, "p99_ms": 15.0},
            "load": {"repaints_a_second": 0.0, "ms_a_repaint": 0.0, "generations": 0, "xruns": 0},
            "load_average": 0.5,
        }
    )
    assert "| first | 3 | 1.5 | 2 | 2.5 | 3 |  |  |" in text
    assert "| second | 3 | 1.5 | 2 | 2.5 | 3 | 0 | 9 |" in text
    assert "2.67" in text


def test_notes_can_be_told_apart() -> None:
    notes = numbered_notes(12_700)
    assert len(set(notes)) == 12_700
    assert all(0 <= pitch < 128 and 0 < velocity < 128 for pitch, velocity in notes)


@pytest.mark.parametrize(
    ("heard", "hub", "synth", "lost", "by_jack", "by_witness"),
    [
        (range(10), range(10), range(10), 0, 0, 0),
        (range(10), range(10), range(9), 1, 0, 0),
        (range(10), range(8), range(8), 2, 0, 0),
        (range(7), range(7), range(7), 0, 3, 0),
        (range(7), range(1, 8), range(1, 8), 1, 2, 1),  # each has what the other was not handed
        ((), range(10), range(10), 0, 0, 10),  # nobody looked on, but all are there
    ],
)
def test_a_note_is_lost_by_jack_or_after_it(heard, hub, synth, lost, by_jack, by_witness) -> None:
    notes = numbered_notes(10)
    of = [[notes[i] for i in numbers] for numbers in (heard, hub, synth)]
    found = count_losses(notes, of[0], {"hub": of[1], "synth": of[2]})
    assert found == {"lost": lost, "lost_by_jack": by_jack, "lost_by_witness": by_witness}


def test_a_note_sent_twice_and_read_once_is_lost_once() -> None:
    found = count_losses([(60, 1)] * 2, [(60, 1)] * 2, {"callback": [(60, 1)]})
    assert (found["lost"], found["lost_by_jack"]) == (1, 0)


@pytest.mark.device
@pytest.mark.slow
def test_the_real_thing_hears_its_own_keys() -> None:
    try:
        with jack_server():
            pass
    except JackUnavailableError as error:
        pytest.skip(str(error))
    command = [sys.executable, "-m", "benchmarks.latency", "--json", "--notes", "6", "--messages", "100"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    studio, direct, *_ = result["rows"]
    assert studio["heard"] + studio["not_judged"] == 6
    assert direct["heard"] > 0
    assert studio["arrived"]["hub"] > 0
    assert studio["arrived"]["synth"] == studio["arrived"]["hub"]
    assert studio["arrived"]["hub"] + studio["lost"] + studio["lost_by_jack"] == 100
    assert result["load"]["generations"] > 0


def test_without_jack_it_says_so(tmp_path) -> None:
    command = [sys.executable, "-m", "benchmarks.latency", "--json"]
    done = subprocess.run(command, cwd=ROOT, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "jackd is not installed" in done.stderr
    assert "Traceback" not in done.stderr
