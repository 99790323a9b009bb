"""The one process that writes down a run: figures, samples, board, warnings, and which stage is the best."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from model_training.config import Config
from model_training.data.corpus import Corpus
from model_training.lab.board import open_board
from model_training.lab.figures import Figures, UnknownFigureError
from model_training.lab.film import make_films
from model_training.lab.samples import Gallery
from model_training.lab.stages import probe_of
from model_training.lab.story import read_floors, tell, write_floors, write_melodies
from model_training.lab.watch import Finding, History, early_stop, is_best, news, watch
from model_training.lab.words import figures_in_words
from model_training.runs import about_run, append_figures, forget_figures, read_figures
from model_training.technique import Training

# What is told of a stage in the terminal; the rest is in stages.jsonl.
_TOLD = (
    "agreement",
    "gap",
    "valid_loss",
    "diversity",
    "in_key",
    "strict_chord",
    "clash",
    "silent",
    "empty_bars",
    "copied",
)


class Observer:
    """Keeps a run's history, on the disk and in mind, and says what is worth saying as it happens."""

    def __init__(
        self, config: Config, corpus: Corpus, folder: Path, training: Training, say: Callable[[str], None]
    ) -> None:
        self._config = config
        self._folder = folder
        self._say = say
        self._probe = probe_of(config, corpus, about_run(folder).get("data", {}))
        floors = read_floors(folder)
        if not floors.data:
            floors = self._probe.floors()
            write_floors(folder, floors)
        known = self._probe.known_figures(training, floors)
        if config.stop_metric and config.stop_metric not in known:
            raise UnknownFigureError(
                f"No stage of this run measures the stop_metric {config.stop_metric!r}; it may be: {', '.join(known)}."
            )
        self._best_by = config.stop_metric or ("gap" if "gap" in known else "")
        write_melodies(folder, self._probe.melodies)
        # A killed run has rows of steps after its last checkpoint, which will be taken again.
        for name in ("steps", "stages", "warnings"):
            forget_figures(folder, name, training.step)
        self._history = History(read_figures(folder, "steps"), read_figures(folder, "stages"), floors)
        self._known = watch(self._history)
        self._gallery = Gallery(folder, say)
        self._board = open_board(folder, say, from_step=training.step)

    def steps(self, step: int, figures: Figures) -> None:
        """Write down the mean figures of some steps."""
        row = {"step": step, "time_s": time.time(), **figures}
        append_figures(self._folder, "steps", row)
        self._board.figures("steps", row)
        self._history = History((*self._history.steps, row), self._history.stages, self._history.floors)
        self._notice()

    def stage(self, training: Training) -> bool:
        """Evaluate, keep samples, warn; returns whether this stage is the best so far."""
        epoch = training.step // training.steps_an_epoch
        found = self._probe.measure(training, self._history.floors)
        row = {"step": training.step, "epoch": epoch, **found.figures}
        append_figures(self._folder, "stages", row)
        self._history = History(self._history.steps, (*self._history.stages, row), self._history.floors)
        self._board.figures("stages", row)
        for path in self._gallery.keep(epoch, found.samples):
            self._board.image(path.stem, path, training.step)
        self._say(f"epoch {epoch}: {figures_in_words({k: row[k] for k in _TOLD if k in row})}")
        self._notice()
        return bool(self._best_by) and is_best(self._history, self._best_by)

    def wants_to_stop(self) -> bool:
        """Whether the stop_metric has got no better for long enough; if so, that is said and written down."""
        stop = early_stop(self._history, self._config.stop_metric, self._config.patience)
        if stop is not None:
            self.tell(stop)
        return stop is not None

    def tell(self, finding: Finding) -> None:
        """Say a warning, and keep it with the run."""
        self._say(finding.sentence)
        tell(self._folder, finding)
        self._board.text("warnings", finding.sentence, finding.step)

    def close(self) -> None:
        """Make the films and close the board."""
        make_films(self._folder)
        self._board.close()

    def _notice(self) -> None:
        found = watch(self._history)
        for finding in news(self._known, found):
            self.tell(finding)
        self._known = found
