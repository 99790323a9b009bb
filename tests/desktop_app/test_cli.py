"""The command line, in this process; what only a process of its own can show is in test_cli_process."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import mido
import pytest

from desktop_app import cli
from desktop_app.settings import Settings
from music_core.midi_file import read_midi, write_midi
from music_core.score import Metre, Note, Score, Tempo, Track
from tests.desktop_app.generation.tiny_model import write_bundle, write_whole_piece_bundle


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    write_bundle(home / "models" / "tiny")
    write_whole_piece_bundle(home / "models" / "whole")
    return home


class Terminal:
    """Runs commands in a folder and keeps what they print."""

    def __init__(self, folder: Path, captured: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._captured = captured
        self.out = self.err = ""

    def run(self, *words: object) -> int:
        code = cli.main([str(word) for word in words])
        self.out, self.err = self._captured.readouterr()
        return code

    def files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}


@pytest.fixture
def terminal(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    monkeypatch.setenv("TUTTI_HOME", str(home))
    monkeypatch.chdir(tmp_path)
    return Terminal(tmp_path, capsys)


@pytest.fixture
def melody(terminal: Terminal, tune: Score) -> Path:
    path = terminal.folder / "melody.mid"
    write_midi(replace(tune, tempos=(Tempo(0, 444_444), Tempo(960, 555_555)), metres=(Metre(0, 3, 4),)), path)
    return path


def channel_notes(track: mido.MidiTrack) -> list[tuple[int, int, int]]:
    """(tick, pitch, velocity) of every note-on, by an independent reader."""
    tick, notes = 0, []
    for message in track:
        tick += message.time
        if message.type == "note_on" and message.velocity:
            notes.append((tick, message.note, message.velocity))
    return notes


def test_generate_writes_conductor_melody_and_parts(terminal: Terminal, melody: Path) -> None:
    assert terminal.run("generate", melody, "--model", "tiny", "--seed", 7, "--out", "out.mid") == 0
    given, made = mido.MidiFile(melody), mido.MidiFile(terminal.folder / "out.mid")
    assert (made.type, made.ticks_per_beat) == (1, 480)
    assert [bool(channel_notes(track)) for track in made.tracks] == [False, True, True, True, True]
    assert channel_notes(made.tracks[1]) == channel_notes(given.tracks[1])
    assert [track.name for track in made.tracks[1:]] == ["Melody", "Alto", "Tenor", "Bass"]
    before, after = read_midi(melody), read_midi(terminal.folder / "out.mid")
    assert (after.tempos, after.metres) == (before.tempos, before.metres)
    assert terminal.err == ""
    assert "out.mid: 3 bars, Melody, Alto, Tenor, Bass (model tiny, seed 7)" in terminal.out


@pytest.mark.parametrize("ticks_per_quarter", [96, 960, 1000])
def test_onsets_stay_within_half_a_tick_at_any_resolution(terminal: Terminal, ticks_per_quarter: int) -> None:
    file = mido.MidiFile(ticks_per_beat=ticks_per_quarter)
    track = mido.MidiTrack()
    for i in range(1, 30):
        track.append(mido.Message("note_on", note=60 + i % 7, velocity=40 + i, time=17 * i % 50))
        track.append(mido.Message("note_off", note=60 + i % 7, time=ticks_per_quarter // 2 + i))
    file.tracks.append(track)
    file.save(terminal.folder / "odd.mid")
    assert terminal.run("generate", "odd.mid", "--model", "tiny", "--out", "out.mid") == 0
    given = channel_notes(track)
    made = channel_notes(mido.MidiFile(terminal.folder / "out.mid").tracks[1])
    assert [note[1:] for note in made] == [note[1:] for note in given]
    for (tick, *_), (exact, *_) in zip(made, given, strict=True):
        assert abs(tick - exact * 480 / ticks_per_quarter) <= 0.5


def test_the_same_seed_gives_the_same_bytes_and_replaces_the_old_file(terminal: Terminal, melody: Path) -> None:
    (terminal.folder / "b.mid").write_bytes(b"old")
    for name in ("a.mid", "b.mid"):
        assert terminal.run("generate", melody, "--model", "tiny", "--seed", 3, "--out", name) == 0
    files = terminal.files()
    assert files["a.mid"] == files["b.mid"]
    assert set(files) == {"a.mid", "b.mid", "melody.mid"}


def test_json_says_what_was_made(terminal: Terminal, melody: Path) -> None:
    arguments = ("--model", "tiny", "--seed", 5, "--takes", 2, "--out", "o.mid", "--option", "variety=0.5", "--json")
    assert terminal.run("generate", melody, *arguments) == 0
    report = json.loads(terminal.out)
    assert (report["model"], report["seed"], report["bars"]) == ("tiny", 5, 3)
    assert [track["name"] for track in report["tracks"]] == ["Melody", "Alto", "Tenor", "Bass"]
    assert set(report["stages_ms"]) == {"read", "melody", "load", "compose", "write"}
    assert [(take["seed"], take["out"]) for take in report["takes"]] == [(5, "o-1.mid"), (6, "o-2.mid")]
    files = terminal.files()
    assert set(files) == {"melody.mid", "o-1.mid", "o-2.mid"}
    assert files["o-1.mid"] != files["o-2.mid"]


def test_several_melodies_keep_their_names_in_the_folder(terminal: Terminal, tune: Score) -> None:
    for name in ("one.mid", "two.MIDI", "three.bin"):
        write_midi(tune, terminal.folder / name)
    arguments = ("--model", "tiny", "--out-dir", "made/here", "--json")
    assert terminal.run("generate", "one.mid", "two.MIDI", "three.bin", *arguments) == 0
    made = sorted(path.name for path in (terminal.folder / "made" / "here").iterdir())
    assert made == ["one.mid", "three.bin.mid", "two.MIDI"]
    reports = json.loads(terminal.out)
    assert [report["melody"] for report in reports] == ["one.mid", "two.MIDI", "three.bin"]
    assert reports[1]["stages_ms"]["load"] < reports[0]["stages_ms"]["load"]  # the network was kept


def test_a_whole_piece_needs_no_melody(terminal: Terminal) -> None:
    for name in ("a.mid", "b.mid"):
        assert terminal.run("generate", "--model", "whole", "--bars", 8, "--seed", 4, "--out", name) == 0
    assert "b.mid: 8 bars, Melody, Bass, Drums (model whole, seed 4)" in terminal.out
    files = terminal.files()
    assert files["a.mid"] == files["b.mid"]
    made = mido.MidiFile(terminal.folder / "a.mid")
    assert [bool(channel_notes(track)) for track in made.tracks] == [False, True, True, True]
    assert terminal.run("generate", "--model", "whole", "--bars", 3, "--takes", 2, "--out-dir", "made", "--json") == 0
    report = json.loads(terminal.out)
    assert report["melody"] is None and report["bars"] == 3 and "read" not in report["stages_ms"]
    assert sorted(path.name for path in (terminal.folder / "made").iterdir()) == ["whole-1.mid", "whole-2.mid"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--model", "tiny"), "The model tiny writes under a melody; name its MIDI file after tutti generate."),
        (("melody.mid", "--model", "tiny", "--bars", 8), "--bars is for models that write whole pieces"),
        (("melody.mid", "--model", "whole"), "whole pieces of its own and uses no melody; leave «melody.mid» out."),
        (("--model", "whole", "--track", 1), "uses no melody; leave --track out."),
        (("--model", "whole", "--bars", 0), "bars goes from 1 to 101, not 0."),
    ],
)
def test_melodies_are_asked_for_where_they_are_needed_and_only_there(
    terminal: Terminal, melody: Path, words: tuple[object, ...], sentence: str
) -> None:
    assert terminal.run("generate", *words, "--out", "out.mid") == 2
    assert terminal.err.count("\n") == 1 and sentence in terminal.err
    assert set(terminal.files()) == {melody.name}


def test_models_that_need_no_melody_say_so(terminal: Terminal) -> None:
    assert terminal.run("models") == 0
    assert terminal.out.count("needs no melody") == 1
    assert terminal.run("models", "--json") == 0
    assert {model["id"]: model["needs_melody"] for model in json.loads(terminal.out)}["whole"] is False


def test_chords_are_told_and_another_track_can_be_named(terminal: Terminal) -> None:
    chords = Track("Chords", (Note(0, 60, 480), Note(0, 64, 480), Note(480, 72, 480)))
    write_midi(Score((chords, Track("Low", (Note(0, 40, 480),)))), terminal.folder / "two.mid")
    assert terminal.run("generate", "two.mid", "--model", "tiny", "--out", "out.mid") == 0
    assert "The model reads the top line." in terminal.out
    assert read_midi(terminal.folder / "out.mid").tracks[0].notes == (Note(0, 64, 480), Note(480, 72, 480))
    assert terminal.run("generate", "two.mid", "--model", "tiny", "--track", 2, "--out", "out.mid") == 0
    assert read_midi(terminal.folder / "out.mid").tracks[0].notes == (Note(0, 40, 480),)


def bad_files(folder: Path, tune: Score) -> None:
    write_midi(tune, folder / "melody.mid")
    good = (folder / "melody.mid").read_bytes()
    (folder / "empty.mid").write_bytes(b"")
    (folder / "text.mid").write_text("This is not MIDI.")
    (folder / "cut.mid").write_bytes(good[:-9])
    (folder / "smpte.mid").write_bytes(good[:12] + b"\xe7\x28" + good[14:])
    (folder / "folder.mid").mkdir()
    write_midi(Score((Track("Silence"),)), folder / "silent.mid")
    write_midi(Score((Track("Drums", (Note(0, 36, 480),), is_drum=True),)), folder / "drums.mid")
    long = mido.MidiFile(ticks_per_beat=480)
    long.tracks.append(
        mido.MidiTrack(
            [
                mido.Message("note_on", note=60, velocity=80, time=0),
                mido.Message("note_off", note=60, time=480 * 120 * 60 * 10),
            ]
        )
    )
    long.save(folder / "ten-hours.mid")


BAD_INPUTS = [
    *("none.mid", "empty.mid", "text.mid", "cut.mid", "smpte.mid", "folder.mid", "silent.mid", "drums.mid"),
    *("ten-hours.mid", "\0.mid", "x" * 300),
]


@pytest.mark.parametrize("name", BAD_INPUTS, ids=lambda name: name[:12].replace("\0", "nul"))
def test_bad_input_is_one_sentence_and_exit_code_2(name: str, terminal: Terminal, tune: Score) -> None:
    bad_files(terminal.folder, tune)
    (terminal.folder / "out.mid").write_bytes(b"old")
    before = terminal.files()
    for words in (
        ("generate", name, "--model", "tiny", "--out", "out.mid"),
        ("generate", "melody.mid", name, "--model", "tiny", "--out-dir", "made"),
        ("render", name, "out.wav") if name not in ("silent.mid", "drums.mid") else ("generate", name),
    ):
        assert terminal.run(*words) == cli.BAD_INPUT
        assert_one_sentence(terminal)
    assert terminal.files() == before


BAD_COMMANDS = {
    "unknown model": ("--model", "nope", "--out", "out.mid"),
    "no output": ("--model", "tiny"),
    "two outputs": ("--model", "tiny", "--out", "out.mid", "--out-dir", "made"),
    "out is a folder": ("--model", "tiny", "--out", "folder.mid"),
    "out is the melody": ("--model", "tiny", "--out", "melody.mid"),
    "out is a link to the melody": ("--model", "tiny", "--out", "link.mid"),
    "out has no folder": ("--model", "tiny", "--out", "no/such/out.mid"),
    "out makes no sense": ("--model", "tiny", "--out", "a\0b.mid"),
    "out-dir is a file": ("--model", "tiny", "--out-dir", "text.mid"),
    "out-dir is where the melody is": ("--model", "tiny", "--out-dir", "."),
    "wav is the melody": ("--model", "tiny", "--out", "out.mid", "--wav", "melody.mid"),
    "wav is out": ("--model", "tiny", "--out", "out.mid", "--wav", "out.mid"),
    "takes": ("--model", "tiny", "--out", "out.mid", "--takes", "0"),
    "seed": ("--model", "tiny", "--out", "out.mid", "--seed", "-1"),
    "seed is a word": ("--model", "tiny", "--out", "out.mid", "--seed", "x"),
    "huge seed": ("--model", "tiny", "--out", "out.mid", "--seed", str(2**63)),
    "option": ("--model", "tiny", "--out", "out.mid", "--option", "variety"),
    "option value": ("--model", "tiny", "--out", "out.mid", "--option", "variety=much"),
    "unknown option": ("--model", "tiny", "--out", "out.mid", "--option", "speed=1"),
    "option out of range": ("--model", "tiny", "--out", "out.mid", "--option", "variety=99"),
    "track": ("--model", "tiny", "--out", "out.mid", "--track", "9"),
    "track 0": ("--model", "tiny", "--out", "out.mid", "--track", "0"),
    "unknown word": ("--model", "tiny", "--out", "out.mid", "--tempo", "9"),
    "soundfont": ("--model", "tiny", "--out", "out.mid", "--wav", "out.wav", "--soundfont", "none.sf2"),
}


@pytest.mark.parametrize("case", BAD_COMMANDS)
def test_bad_commands_are_one_sentence_and_change_nothing(case: str, terminal: Terminal, tune: Score) -> None:
    bad_files(terminal.folder, tune)
    (terminal.folder / "out.mid").write_bytes(b"old")
    (terminal.folder / "link.mid").symlink_to("melody.mid")
    before = terminal.files()
    assert terminal.run("generate", "melody.mid", *BAD_COMMANDS[case]) == cli.BAD_INPUT
    assert_one_sentence(terminal)
    assert terminal.files() == before


def assert_one_sentence(terminal: Terminal) -> None:
    assert terminal.out == ""
    assert terminal.err.count("\n") == 1
    assert "Traceback" not in terminal.err
    assert "details" not in terminal.err  # an error nobody foresaw
    assert terminal.err.rstrip().endswith((".", ".)"))
    assert 10 < len(terminal.err) < 400


def test_two_melodies_of_one_name_are_refused(terminal: Terminal, tune: Score) -> None:
    for folder in ("a", "b"):
        (terminal.folder / folder).mkdir()
        write_midi(tune, terminal.folder / folder / "x.mid")
    assert terminal.run("generate", "a/x.mid", "b/x.mid", "--model", "tiny", "--out-dir", "made") == cli.BAD_INPUT
    assert "Two results" in terminal.err
    assert terminal.run("generate", "a/x.mid", "b/x.mid", "--model", "tiny", "--out", "o.mid") == cli.BAD_INPUT
    assert "--out-dir" in terminal.err


def test_models_are_listed(terminal: Terminal) -> None:
    assert terminal.run("models", "--json") == 0
    (tiny,) = [model for model in json.loads(terminal.out) if model["id"] == "tiny"]
    assert (tiny["technique"], tiny["genre"], tiny["parts"]) == ("unet-gan", "test", ["Alto", "Tenor", "Bass"])
    assert terminal.run("models") == 0
    assert "--option variety=1  (0 to 1.5)" in terminal.out


def test_without_a_model_named_the_one_that_the_studio_begins_with_writes(terminal: Terminal, melody: Path) -> None:
    assert terminal.run("generate", melody, "--out", "out.mid", "--json") == 0
    assert json.loads(terminal.out)["model"] == Settings().model_id


def test_an_unforeseen_error_is_still_no_traceback(
    terminal: Terminal, melody: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(cli.COMMANDS, "models", lambda arguments: 1 // 0)
    assert terminal.run("models") == cli.FAILED
    assert terminal.err == "Tutti could not do that: integer division or modulo by zero. The log has the details.\n"


def test_ctrl_c_is_no_error_of_ours(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(arguments: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setitem(cli.COMMANDS, "models", interrupted)
    assert terminal.run("models") == cli.INTERRUPTED
    assert terminal.err == "Stopped.\n"


@pytest.mark.device
def test_wav_and_render(terminal: Terminal, melody: Path) -> None:
    from music_core.soundfonts import find_soundfont

    if find_soundfont(None) is None:
        pytest.skip("no SoundFont on this machine")
    import soundfile

    assert terminal.run("generate", melody, "--model", "tiny", "--out", "o.mid", "--wav", "o.wav", "--json") == 0
    report = json.loads(terminal.out)
    assert report["takes"][0]["wav"] == "o.wav"
    assert "render" in report["stages_ms"]
    assert terminal.run("render", "o.mid", "again.wav") == 0
    for name in ("o.wav", "again.wav"):
        assert soundfile.info(terminal.folder / name).samplerate == 48_000
