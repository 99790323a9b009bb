"""What listeners said: means by system with intervals, and whether differences are more than chance."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model_training.listening.kit import KEY, QUESTIONS
from model_training.proof.closeness import paired_permutation

MOST_BYTES = 4_000_000
RESAMPLES = 2000
TIE = "tie"
COLUMNS = ("kit", "listener", "place", "trial", "position", "clip", "question", "answer")


@dataclass(frozen=True, slots=True)
class Answer:
    """One listener's rating (1..5) of one system in one trial."""

    listener: str
    trial: str
    system: str
    question: str
    points: int


@dataclass(frozen=True, slots=True)
class Vote:
    """The system that a listener would keep in a trial; empty for no difference."""

    listener: str
    trial: str
    system: str


def read_results(folder: Path, files: Sequence[Path]) -> tuple[list[Answer], list[Vote]]:
    """The answers of some files to the kit in a folder. Raises ValueError with one sentence for a file that is none.

    Files are known by their content: two with the same listener's name are two listeners, the same file twice is one.
    """
    key = json.loads((folder / KEY).read_text(encoding="utf-8"))
    systems = {str(clip["clip"]): (str(clip["trial"]), str(clip["system"])) for clip in key["clips"]}
    answers: list[Answer] = []
    votes: list[Vote] = []
    seen: set[str] = set()
    for path in files:
        if path.stat().st_size > MOST_BYTES:
            raise ValueError(f"{path} is far too large to be answers to a listening test.")
        text = path.read_text(encoding="utf-8-sig", errors="replace")
        if text in seen:
            continue
        seen.add(text)
        listener = f"{len(seen)}"
        rows = csv.DictReader(io.StringIO(text, newline=""))
        if tuple(rows.fieldnames or ()) != COLUMNS:
            raise ValueError(f"{path} holds no answers; give the files that listeners saved from the page.")
        for row in rows:
            if row["kit"] != key["kit"]:
                raise ValueError(f"{path} answers another kit than the one in {folder}.")
            _take(row, systems, listener, answers, votes, path)
    return answers, votes


def _take(
    row: dict[str, str], systems: dict[str, tuple[str, str]], listener: str, answers: list[Answer], votes: list[Vote],
    path: Path,
) -> None:  # fmt: skip
    if row["question"] == "best":
        if row["clip"] == TIE or row["clip"] in systems:
            votes.append(Vote(listener, row["trial"], systems[row["clip"]][1] if row["clip"] != TIE else ""))
        return
    if row["clip"] not in systems or row["question"] not in QUESTIONS or row["answer"] not in ("1", "2", "3", "4", "5"):
        raise ValueError(f"{path} has a line that is no answer: {','.join(str(v)[:20] for v in row.values())}.")
    trial, system = systems[row["clip"]]
    answers.append(Answer(listener, trial, system, row["question"], int(row["answer"])))


def analysed(answers: Sequence[Answer], votes: Sequence[Vote], *, resamples: int = RESAMPLES) -> dict[str, Any]:
    """Means of each system and question with 95 % intervals by listeners, shares of votes, and paired tests.

    A test compares two systems' mean ratings listener by listener, all questions together. Raises ValueError without
    answers.
    """
    if not answers:
        raise ValueError("There is no answer to analyse yet.")
    systems = sorted({answer.system for answer in answers})
    listeners = sorted({answer.listener for answer in answers})
    report: dict[str, Any] = {"listeners": len(listeners), "ratings": len(answers), "systems": {}, "p": {}}
    for system in systems:
        own = [answer for answer in answers if answer.system == system]
        report["systems"][system] = {
            question: _mean_of([a for a in own if question in ("all", a.question)], listeners, resamples)
            for question in (*QUESTIONS, "all")
        }
    kept = [vote for vote in votes if vote.system]
    report["votes"] = {system: sum(vote.system == system for vote in kept) / max(1, len(votes)) for system in systems}
    report["votes"]["no difference"] = (len(votes) - len(kept)) / max(1, len(votes))
    for i, one in enumerate(systems):
        for other in systems[i + 1 :]:
            a, b = (_by_listener(answers, system, listeners) for system in (one, other))
            report["p"][f"{one} / {other}"] = paired_permutation(a, b)
    return report


def markdown(report: dict[str, Any]) -> str:
    """The analysis as a table, best-rated first, with what it cannot say."""
    systems = sorted(report["systems"].items(), key=lambda item: -item[1]["all"]["mean"])
    lines = [f"{report['listeners']} listeners, {report['ratings']} ratings. In brackets: 95 % by listeners.", ""]
    lines += [f"| | {' | '.join((*QUESTIONS, 'all'))} | votes |", "|---|" + "---|" * (len(QUESTIONS) + 2)]
    for system, row in systems:
        cells = [f"{row[q]['mean']:.2f} ({row[q]['low']:.2f}–{row[q]['high']:.2f})" for q in (*QUESTIONS, "all")]
        lines.append(f"| {system} | {' | '.join(cells)} | {report['votes'][system]:.0%} |")
    lines += ["", f"No difference: {report['votes']['no difference']:.0%} of votes."]
    lines += [f"p of {pair}: {value:.3f}" for pair, value in report["p"].items()]
    if report["listeners"] < 12:
        lines.append("Fewer than twelve listeners: claim nothing about liking.")
    return "\n".join(lines)


def _mean_of(answers: Sequence[Answer], listeners: Sequence[str], resamples: int) -> dict[str, float]:
    """The mean of listeners' means, and its interval when listeners are drawn anew."""
    by_listener = ([answer.points for answer in answers if answer.listener == name] for name in listeners)
    own = np.array([float(np.mean(points)) for points in by_listener if points])
    if not len(own):
        return {"mean": float("nan"), "low": float("nan"), "high": float("nan")}
    drawn = np.random.default_rng(0).integers(len(own), size=(resamples, len(own)))
    low, high = np.percentile(own[drawn].mean(axis=1), (2.5, 97.5))
    return {"mean": float(own.mean()), "low": float(low), "high": float(high)}


def _by_listener(answers: Sequence[Answer], system: str, listeners: Sequence[str]) -> NDArray[np.float64]:
    means = []
    for name in listeners:
        points = [answer.points for answer in answers if (answer.listener, answer.system) == (name, system)]
        means.append(float(np.mean(points)) if points else float("nan"))
    return np.array(means)
