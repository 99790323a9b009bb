"""How far a run is and how long it will take, in plain words."""

from __future__ import annotations

import copy
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from model_training.lab.words import duration

if TYPE_CHECKING:
    from model_training.technique import Training

# Places of a run at which steps are timed: a critic that joins late makes later steps dearer.
_PLACES = (0.05, 0.3, 0.5, 0.7, 0.95)
_QUIET_S = 30.0  # between lines when nobody watches a terminal


@dataclass(frozen=True, slots=True)
class Expected:
    """How long a run should take: the likely time and the range that the timed steps allow, in seconds."""

    seconds: float
    low: float
    high: float
    timed: int

    def __str__(self) -> str:
        return (
            f"about {duration(self.seconds)} ({duration(self.low)} to {duration(self.high)}; {self.timed} steps timed)"
        )


class Progress(tqdm):  # type: ignore[misc]  # tqdm has no types
    """A tqdm bar that says the time left in words; a line every half minute where there is no terminal."""

    def __init__(self, *, done: int, total: int, shown: bool) -> None:
        watched = sys.stderr.isatty()
        super().__init__(
            initial=done,
            total=total,
            disable=not shown,
            dynamic_ncols=True,
            mininterval=0.5 if watched else _QUIET_S,
            bar_format="{percentage:3.0f}% {bar} {left}{postfix}" if watched else "{percentage:3.0f}%, {left}{postfix}",
        )

    @staticmethod
    def status_printer(file: Any) -> Callable[[str], None]:
        """How the bar is written: over itself in a terminal, else as lines, which a log can be read by."""
        if file.isatty():
            printer: Callable[[str], None] = tqdm.status_printer(file)
            return printer

        def line(text: str) -> None:
            if text:  # tqdm clears a bar with nothing
                file.write(f"{text}\n")
                file.flush()

        return line

    @property
    def format_dict(self) -> dict[str, Any]:
        """tqdm's own values, with `left` in words."""
        values: dict[str, Any] = super().format_dict
        rate = values["rate"] or self._mean_rate(values)
        left = (values["total"] - values["n"]) / rate if rate else 0.0
        values["left"] = f"{duration(left)} left" if rate and left > 0 else "nearly done" if rate else "starting"
        return values

    def say(self, sentence: str) -> None:
        """A line of text above the bar, also where the bar is hidden or watched by nobody."""
        if self.disable:
            return
        if sys.stderr.isatty():
            self.write(sentence, file=sys.stderr)
        else:  # nothing to write above of
            print(sentence, file=sys.stderr, flush=True)

    def _mean_rate(self, values: Mapping[str, Any]) -> float:
        steps, elapsed = values["n"] - values["initial"], values["elapsed"]
        return float(steps / elapsed) if steps and elapsed else 0.0


def expected_time(
    training: Training, *, budget_s: float = 40.0, clock: Callable[[], float] = time.perf_counter
) -> Expected:
    """Time real steps at several places of the run and extrapolate; the training is put back as it was.

    At each place the first step is not counted, as it pays for memory and compilation. The spread is between the
    fastest and the slowest steps. Places are left out once the budget is spent.
    """
    total = training.total_steps
    before = copy.deepcopy(training.state())  # a state may share its tensors with the training
    began, timed = clock(), 0
    rows: list[tuple[float, float, float]] = []  # fastest, mean, slowest step of each place
    for place in _PLACES:
        training.step = min(total - 1, round(place * total))
        training.advance()
        times = []
        for _ in range(3):
            start = clock()
            training.advance()
            times.append(clock() - start)
            if clock() - began > budget_s and rows:
                break
        timed += len(times)
        rows.append((min(times), sum(times) / len(times), max(times)))
        if clock() - began > budget_s:
            break
    training.restore(before)
    low, likely, high = (total * sum(row[i] for row in rows) / len(rows) for i in range(3))
    return Expected(likely, low, high, timed)
