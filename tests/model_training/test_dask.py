"""The same corpus from a Dask cluster as from one process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import distributed
import pytest

from model_training.cli import main
from model_training.data.corpus import load_corpus
from model_training.data.ingest import ingest, sources_of
from model_training.data.tasks import Wishes
from model_training.data.workers import Cluster, ThisProcess
from tests.model_training.music_files import write_folder

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A cluster of two worker processes on this machine."""
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    )
    try:
        yield cluster.scheduler_address
    finally:
        cluster.close()


def _met(number: int) -> int:
    """Ends when the other task has begun, and tells the process that it ran in."""
    events = [distributed.Event(f"begun-{which}") for which in range(2)]
    events[number].set()
    events[1 - number].wait(timeout=30)
    return os.getpid()


def test_a_cluster_prepares_the_same_corpus(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("model_training.data.ingest.TASK_FILES", 3)
    music = write_folder(tmp_path / "music", 20)
    (music / "bad.mid").write_bytes(b"MThd")
    places = sources_of([music])
    there = str(tmp_path / "there")
    assert main(["prepare", str(music), "--out", there, "--dask", address, "--title", "music", "--min-bars", "1"]) == 0
    assert "20 songs kept" in capsys.readouterr().out
    here = ingest(places, tmp_path / "here", Wishes(), ThisProcess(), title="music", seed=1)
    assert here.kept == 20
    files = [{path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("here", "there")]
    assert files[0] == files[1]
    assert len(load_corpus(tmp_path / "there")) == 20


def test_the_work_is_done_by_other_processes_at_once(address: str) -> None:
    cluster = Cluster(address)
    try:
        assert cluster.count == 2
        # Two tasks that each last until the other has begun can only end on two workers.
        futures = [cluster.submit(_met, number) for number in range(2)]
        found = {future.result(timeout=60) for future in futures}
        assert len(found) == 2
        assert os.getpid() not in found
    finally:
        cluster.close()


def test_a_task_that_kills_its_worker_is_told_from_an_error(address: str) -> None:
    cluster = Cluster(address)
    try:
        with pytest.raises(cluster.crashes):
            cluster.submit(os._exit, 3).result()
        with pytest.raises(ZeroDivisionError):
            cluster.submit(divmod, 1, 0).result()
        assert cluster.submit(divmod, 7, 2).result() == (3, 1)
    finally:
        cluster.close()
