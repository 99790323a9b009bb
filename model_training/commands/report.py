"""`tutti-train report`: one HTML file that tells a run, with its sound."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def add(commands: Any) -> None:
    """What the command takes."""
    report = commands.add_parser("report", help="tell a run in one HTML file: curves, metrics, samples, warnings")
    report.add_argument("run", type=Path, help="a run's folder")
    report.add_argument("--out", type=Path, help="the file to write (default: report.html in the run's folder)")
    report.add_argument("--data", help="the prepared corpus, if it is no longer where the run's settings say")
    report.set_defaults(command=run)


def run(options: argparse.Namespace) -> None:
    """Do it."""
    from model_training.lab.report_file import write_report

    out = options.out or options.run / "report.html"
    for sentence in write_report(options.run, out, options.data):
        print(sentence)
    print(f"Written to {out}.")
