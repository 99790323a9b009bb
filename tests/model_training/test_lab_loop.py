"""A run that is watched: what it keeps, how it pauses, stops, is killed, runs out of disk, and shares its work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from lightning_fabric import Fabric

from model_training import loop
from model_training.checkpoint import CheckpointError, load_checkpoint, save_checkpoint
from model_training.cli import main
from model_training.config import Config
from model_training.data.corpus import Corpus, Member, corpus_of, save_corpus
from model_training.data.song import Song
from model_training.export import export_run
from model_training.lab.figures import UnknownFigureError
from model_training.lab.probe import Judged
from model_training.lab.story import read_story
from model_training.lab.wishes import PAUSE_FILE, Wish, Wishes
from model_training.loop import train
from model_training.models import technique_of
from model_training.models.unet_gan_training import UnetGanTraining
from model_training.runs import forget_figures, new_run, read_figures
from music_core.manifest import read_bundle

pytestmark = pytest.mark.torch
ROOT = Path(__file__).parents[2]


@pytest.fixture
def small(corpus: Corpus) -> Corpus:
    """Six of the made-up songs, so that an epoch has six steps."""
    return corpus_of(_songs(corpus), ["valid", "valid", *["train"] * 4], "made up")


@pytest.fixture
def quick(config: Config, monkeypatch: pytest.MonkeyPatch) -> Config:
    """Without the critic, and without sound."""
    monkeypatch.setattr("model_training.lab.samples.find_soundfont", lambda: None)
    return replace(config, epochs=3, model=replace(config.model, warmup_epochs=99))


def _songs(corpus: Corpus) -> list[Song]:
    return [corpus.song(number) for number in range(6)]


def fabric() -> Fabric:
    return Fabric(accelerator="cpu", devices=1)


def config_file(folder: Path, corpus: Corpus, **settings: Any) -> Path:
    """The corpus and a config on the disk, for runs in processes of their own."""
    splits = ["valid", "valid", *["train"] * 4]
    members = [Member(song, i, split) for i, (song, split) in enumerate(zip(_songs(corpus), splits, strict=True))]
    save_corpus(members, folder / "data", title="made up", seed=1)
    rows = {"epochs": 4, "batch_size": 4, "evaluate_every": 1, **settings}
    text = "".join(f"{name} = {value}\n" for name, value in rows.items())
    path = folder / "tiny.toml"
    path.write_text(
        f'model_id = "tiny"\ntitle = "Tiny"\ngenre = "test"\ndescription = ""\n'
        f'data = "{(folder / "data").as_posix()}"\n{text}[grid]\nwindow_steps = 32\nhop_steps = 16\n'
        "[model]\nwarmup_epochs = 2\nwidth = 16\nnoise = 4\nrise_steps = 1\n",
        encoding="utf-8",
    )
    return path


def command(*arguments: str, processes: int = 1) -> list[str]:
    shared = (
        ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)] if processes > 1 else []
    )
    return [sys.executable, *shared, "-m", "model_training.cli", *arguments, "--accelerator", "cpu"]


def environment() -> dict[str, str]:
    return {**os.environ, "OMP_NUM_THREADS": "1", "TUTTI_SOUNDFONT": "", "PYTHONPATH": str(ROOT)}


def test_a_run_keeps_what_one_needs_to_watch_it(quick: Config, small: Corpus, tmp_path: Path) -> None:
    folder = new_run(tmp_path, quick, small)
    train(quick, small, folder, fabric(), resume=False)
    story = read_story(folder)
    assert [row["epoch"] for row in story.stages] == [1, 2, 3]
    assert {"gap", "diversity", "train_loss", "valid_loss", "in_key", "empty_bars_alto", "empty_bars_bass"} <= set(
        story.stages[-1]
    )
    assert story.floors.data["one_note"] == 1.0 and story.floors.silence["silent"] == 1.0
    assert [melody.tier for melody in story.melodies] == ["green", "green"]
    assert [stage.epoch for stage in story.samples] == [1, 2, 3]
    assert {melody.stem for melody in story.melodies} == set(story.samples[0].files)
    assert len(list(folder.rglob("*.png"))) == 6 and len(list(folder.glob("film-*.gif"))) == 2
    best = load_checkpoint(folder / "best.ckpt")
    assert best["step"] == story.stages[story.best]["step"]
    assert load_checkpoint(folder / "last.ckpt")["step"] == 18
    for checkpoint in ("last", "best"):
        manifest = read_bundle(export_run(folder, tmp_path / checkpoint, checkpoint))
        assert manifest.training["steps"] == load_checkpoint(folder / f"{checkpoint}.ckpt")["step"]


def test_the_end_is_a_stage_however_epochs_add_up(quick: Config, small: Corpus, tmp_path: Path) -> None:
    config = replace(quick, evaluate_every=2)
    folder = new_run(tmp_path, config, small)
    assert train(config, small, folder, fabric(), resume=False).step == 18
    assert [row["epoch"] for row in read_figures(folder, "stages")] == [2, 3]
    assert read_figures(folder, "steps")[-1]["step"] == 18
    train(config, small, folder, fabric(), resume=True)  # nothing is left to do, and nothing is told twice
    assert [row["epoch"] for row in read_figures(folder, "stages")] == [2, 3]


def test_the_loss_is_judged_on_the_same_windows_and_changes_nothing(quick: Config, small: Corpus) -> None:
    eager = replace(quick, learning_rate=3e-3)
    one, other = (technique_of(quick.technique).training(eager, small, fabric()) for _ in range(2))
    assert isinstance(one, Judged)
    before = one.loss("valid")
    assert one.loss("valid") == before and one.loss("train") != before
    for _ in range(12):
        assert one.advance() == other.advance()  # only one of them was asked
    assert one.loss("train") < 0.9 * before


def test_a_file_pauses_the_run_for_as_long_as_it_lies_there(
    quick: Config, small: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = new_run(tmp_path, quick, small)
    (folder / PAUSE_FILE).touch()  # left over: who starts a run wants it to go on
    advance, slept = UnetGanTraining.advance, []

    def advance_and_ask(self: UnetGanTraining) -> dict[str, float]:
        figures = advance(self)
        if self.step == 2:
            (folder / PAUSE_FILE).touch()
        return figures

    def sleep(_seconds: float) -> None:
        slept.append(load_checkpoint(folder / "last.ckpt")["step"])
        if len(slept) == 3:
            (folder / PAUSE_FILE).unlink()

    monkeypatch.setattr(UnetGanTraining, "advance", advance_and_ask)
    monkeypatch.setattr(loop.time, "sleep", sleep)
    done = train(quick, small, folder, fabric(), resume=False, max_steps=4)
    assert slept == [2, 2, 2] and done.step == 4
    assert capsys.readouterr().err.count("Paused at step 2") == 1


def test_wishes_come_from_signals_time_and_a_file(tmp_path: Path) -> None:
    now = [0.0]
    with Wishes(tmp_path, max_minutes=2, clock=lambda: now[0]) as wishes:
        assert wishes.now() is Wish.GO
        (tmp_path / PAUSE_FILE).touch()
        assert wishes.now() is Wish.PAUSE
        wishes.forget_pause()
        now[0] = 119
        assert wishes.now() is Wish.GO
        now[0] = 120
        assert wishes.now() is Wish.STOP
    with Wishes(tmp_path) as wishes:
        handler = signal.getsignal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        assert wishes.now() is Wish.STOP
        assert signal.getsignal(signal.SIGINT) is not handler  # a second Ctrl+C is Python's own


def test_a_run_stops_early_when_its_metric_gets_no_better(quick: Config, small: Corpus, tmp_path: Path) -> None:
    still = replace(quick, epochs=9, learning_rate=1e-12, stop_metric="gap", patience=1)
    folder = new_run(tmp_path, still, small)
    stopped = train(still, small, folder, fabric(), resume=False)
    assert stopped.step < stopped.total_steps
    assert [row["kind"] for row in read_figures(folder, "warnings")][-1] == "stop"
    assert load_checkpoint(folder / "last.ckpt")["step"] == stopped.step


def test_a_metric_that_no_stage_has_is_refused_before_training(quick: Config, small: Corpus, tmp_path: Path) -> None:
    config = replace(quick, stop_metric="beauty")
    with pytest.raises(UnknownFigureError, match=r"'beauty'; it may be: .*gap"):
        train(config, small, new_run(tmp_path, config, small), fabric(), resume=False)


def test_a_loss_that_is_no_number_is_kept_as_a_warning(quick: Config, small: Corpus, tmp_path: Path) -> None:
    broken = replace(quick, model=replace(quick.model, warmup_epochs=1, penalty_weight=float("inf")))
    folder = new_run(tmp_path, broken, small)
    with pytest.raises(FloatingPointError):
        train(broken, small, folder, fabric(), resume=False)
    assert [row["kind"] for row in read_figures(folder, "warnings")][-1] == "nan"
    assert load_checkpoint(folder / "last.ckpt")["step"] == 6  # the stage before


def test_rows_after_the_checkpoint_are_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "steps.jsonl"
    path.write_text('{"step": 20}\n{"step": 40}\n{"step": 60}\n{"st', encoding="utf-8")
    forget_figures(tmp_path, "steps", 40)
    assert read_figures(tmp_path, "steps") == [{"step": 20}, {"step": 40}]
    forget_figures(tmp_path, "absent", 40)


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
def test_a_missing_gpu_is_one_sentence(corpus: Corpus, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = config_file(tmp_path, corpus)
    assert main(["train", str(path), "--runs", str(tmp_path / "runs"), "--accelerator", "cuda"]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and "cannot train on 1 cuda device" in told and "--accelerator cpu" in told
    assert not (tmp_path / "runs").exists()


def test_a_disk_that_is_full_from_the_start_promises_no_checkpoint(
    quick: Config, small: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, _state: object) -> None:
        raise CheckpointError(f"The checkpoint {path} could not be written; free some space on its disk.")

    folder = new_run(tmp_path, quick, small)
    monkeypatch.setattr(loop, "save_checkpoint", full)
    with pytest.raises(loop.RunError, match=r"stopped at step 1; there is no earlier checkpoint, so start again"):
        train(quick, small, folder, fabric(), resume=False, max_steps=1)


def test_a_recipe_that_does_not_fit_the_songs_leaves_no_run(
    corpus: Corpus, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = config_file(tmp_path, corpus, tracks='["guitar"]')
    assert main(["train", str(path), "--runs", str(tmp_path / "runs"), "--accelerator", "cpu"]) == 2
    assert "No song of the train split has a part for guitar; name other tracks" in capsys.readouterr().err
    assert not (tmp_path / "runs").exists()


def test_a_dry_run_tells_the_plan_and_the_time(
    corpus: Corpus, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("model_training.lab.samples.find_soundfont", lambda: None)
    path = config_file(tmp_path, corpus, evaluate_every=3)
    assert main(["train", str(path), "--runs", str(tmp_path / "runs"), "--dry-run", "--accelerator", "cpu"]) == 0
    told = capsys.readouterr().out
    assert "4 train, 2 valid, 0 test songs" in told and "24 steps, 6 an epoch, 2 evaluations" in told
    assert "15 steps timed" in told and "Expected on this machine: about" in told
    assert "learning_rate = 0.0004" in told
    assert not (tmp_path / "runs").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are a Unix matter")
def test_a_full_disk_keeps_the_last_good_checkpoint(tmp_path: Path) -> None:
    import resource

    path = tmp_path / "last.ckpt"
    save_checkpoint(path, {"step": 1, "weights": torch.zeros(10)})
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, before[1]))
        with pytest.raises(CheckpointError, match="free some space"):
            save_checkpoint(path, {"step": 2, "weights": torch.zeros(100_000)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert load_checkpoint(path)["step"] == 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["last.ckpt"]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="file size limits and SIGKILL are Unix matters")
def test_a_run_goes_on_after_a_full_disk_and_after_a_kill(corpus: Corpus, tmp_path: Path) -> None:
    path = config_file(tmp_path, corpus)
    for name in ("straight", "killed"):
        (tmp_path / name).mkdir()
    quiet = {"capture_output": True, "text": True, "env": environment(), "timeout": 300, "check": False}
    begin = command("train", str(path), "--runs", str(tmp_path / "killed"))
    process = subprocess.Popen(begin, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    folder = tmp_path / "killed" / "0001-tiny"
    while not read_figures(folder, "stages") and process.poll() is None:
        time.sleep(0.05)
    process.kill()
    process.wait()
    kept = (folder / "last.ckpt").read_bytes()

    limited = "import resource,sys; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)); "
    limited += "from model_training.cli import main; sys.exit(main(sys.argv[1:]))"
    resume = ["train", "--resume", str(folder), "--accelerator", "cpu"]
    full = subprocess.run([sys.executable, "-c", limited, *resume], **quiet)  # type: ignore[call-overload]
    assert full.returncode == 2, full.stderr
    assert "free some space" in full.stderr.lower() and "Traceback" not in full.stderr
    assert (folder / "last.ckpt").read_bytes() == kept

    gone_on = subprocess.run([sys.executable, "-m", "model_training.cli", *resume], **quiet)  # type: ignore[call-overload]
    assert gone_on.returncode == 0, gone_on.stderr
    straight = subprocess.run(command("train", str(path), "--runs", str(tmp_path / "straight")), **quiet)  # type: ignore[call-overload]
    assert straight.returncode == 0, straight.stderr
    steps = [row["step"] for row in read_figures(folder, "stages")]
    assert steps == [6, 12, 18, 24]
    ours, theirs = (load_checkpoint(f / "last.ckpt") for f in (folder, tmp_path / "straight" / "0001-tiny"))
    assert ours["step"] == theirs["step"] == 24
    assert all(torch.equal(ours["network"][name], theirs["network"][name]) for name in theirs["network"])


@pytest.mark.slow
def test_two_processes_learn_as_one_does(corpus: Corpus, tmp_path: Path) -> None:
    rows = {}
    for processes, batch in ((1, 8), (2, 4)):
        place = tmp_path / str(processes)
        place.mkdir()
        path = config_file(place, corpus, batch_size=batch, epochs=8, update_ratio=1, evaluate_every=9)
        arguments = ("train", str(path), "--runs", str(place / "runs"))
        done = subprocess.run(
            command(*arguments, processes=processes), capture_output=True, text=True, timeout=400, env=environment()
        )
        assert done.returncode == 0, done.stderr
        rows[processes] = read_figures(place / "runs" / "0001-tiny", "steps")
    assert [row["step"] for row in rows[1]] == [row["step"] for row in rows[2]] == [20, 24]
    for name in ("pitch", "onset", "divergence", "critic", "distance"):
        assert rows[2][0][name] == pytest.approx(rows[1][0][name], rel=0.02, abs=0.02), name
