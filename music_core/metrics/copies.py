"""How much of a score is copied from the music that a model learned from.

Copies are looked for part by part, in windows of whole bars on sixteenth steps, wherever in the corpus and however
transposed; a drum part only among drums. Windows with fewer than two onsets a bar are left out of every count:
they hold nothing to copy. Human music copies itself too, so a figure means something only beside the same one for
songs that the corpus does not hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isnan, nan
from statistics import fmean
from typing import NamedTuple

from music_core.metrics.lines import Line, Window, lines_of, windows_of
from music_core.metrics.nearest import Place, SimilarityIndex, VerbatimIndex
from music_core.score import Score

WINDOW_BARS = (1, 2, 4)


class Nearest(NamedTuple):
    """The passage of a corpus most like one of a score; bars count from 1 (a pickup is one), similarity is 0..1."""

    song: str
    bar: int
    similarity: float
    bars: int
    part: str
    own_part: str
    own_bar: int


def copy_figures(passages: Passages, scores: Sequence[Score]) -> dict[str, float]:
    """Copied shares of one-, two- and four-bar windows, the longest copy in bars, and the mean similarity index.

    All over the scores' accompaniments; nan where no score has a window to compare. Read it beside the same
    figures of songs by the composers themselves that the corpus does not hold.
    """
    shares = {f"copied_{bars}": passages.copied_share(scores, bars) for bars in WINDOW_BARS}
    alike = [value for score in scores if not isnan(value := passages.similarity_index(score))]
    longest = max((passages.longest_copy(score) for score in scores), default=0)
    return {**shares, "longest_copy": float(longest), "similarity": fmean(alike) if alike else nan}


class Passages:
    """The parts of some songs, to be searched for copies.

    `together` takes each song's pitched accompaniment as one texture; without it every part, melodies included,
    stands for itself. Indices are made when first asked for and kept.
    """

    def __init__(self, songs: Iterable[tuple[str, Score]], *, together: bool = False) -> None:
        self._together = together
        self._lines: list[Line] = []
        for name, score in songs:
            self._lines += lines_of(score, name, melody=not together, together=together)
        self._exact: dict[int, VerbatimIndex] = {}
        self._similar: dict[int, SimilarityIndex] = {}

    def copied(self, score: Score, bars: int) -> tuple[int, int]:
        """How many windows of so many bars of the accompaniment lie in the corpus verbatim, and how many there are.

        Verbatim: the same onsets, lengths and intervals (drums: onsets and drums).
        """
        index = self._exact_index(bars)
        found = [index.find(window) is not None for window in self._windows(score, bars)]
        return sum(found), len(found)

    def copied_share(self, scores: Iterable[Score], bars: int) -> float:
        """The share of all windows of some scores that lie in the corpus verbatim, 0..1; nan without windows."""
        counts = [self.copied(score, bars) for score in scores]
        windows = sum(total for _, total in counts)
        return sum(found for found, _ in counts) / windows if windows else nan

    def longest_copy(self, score: Score) -> int:
        """The most bars in a row of one part that one part of the corpus holds verbatim, 0 without any."""
        passage = self.longest_passage(score)
        return passage.bars if passage is not None else 0

    def longest_passage(self, score: Score) -> Nearest | None:
        """The first of the longest verbatim copies; None without any."""
        longest: Nearest | None = None
        bars, misses = 1, 0
        while misses < 2:  # a copy with a rest in its middle may have no shorter one with onsets enough
            found = self._verbatim(score, bars)
            longest, misses = (found, 0) if found is not None else (longest, misses + 1)
            bars += 1
        return longest

    def nearest(self, score: Score, bars: int = 2) -> Nearest | None:
        """The passage of the corpus most like a passage of the accompaniment; None where nothing is alike.

        Similarity as in `similarity_index`; of equals the first.
        """
        index = self._similar_index(bars)
        best: Nearest | None = None
        for window in self._windows(score, bars):
            similarity, place = index.best(window)
            if place is not None and (best is None or similarity > best.similarity):
                best = self._nearest(place, window, bars, similarity)
        return best

    def similarity_index(self, score: Score, bars: int = 2) -> float:
        """Mean over the accompaniment's windows of the similarity to the most similar window of the corpus, 0..1.

        Similarity is F1 of the sets of (onset, pitch) at the best transposition by up to an octave; 1 is a copy but for
        lengths. nan where the accompaniment has no window to compare.
        """
        index = self._similar_index(bars)
        values = [index.best(window)[0] for window in self._windows(score, bars)]
        return sum(values) / len(values) if values else nan

    def _windows(self, score: Score, bars: int) -> list[Window]:
        lines = lines_of(score, together=self._together)
        return [window for line in lines for window in windows_of(line, bars)]

    def _verbatim(self, score: Score, bars: int) -> Nearest | None:
        index = self._exact_index(bars)
        for window in self._windows(score, bars):
            place = index.find(window)
            if place is not None:
                return self._nearest(place, window, bars, 1.0)
        return None

    def _nearest(self, place: Place, window: Window, bars: int, similarity: float) -> Nearest:
        line = self._lines[place.line]
        return Nearest(line.song, place.bar + 1, similarity, bars, line.part, window.line.part, window.bar + 1)

    def _exact_index(self, bars: int) -> VerbatimIndex:
        if bars not in self._exact:
            self._exact[bars] = VerbatimIndex(self._lines, bars)
        return self._exact[bars]

    def _similar_index(self, bars: int) -> SimilarityIndex:
        if bars not in self._similar:
            self._similar[bars] = SimilarityIndex(self._lines, bars)
        return self._similar[bars]
