"""`tutti-train`: the table of its commands."""

from __future__ import annotations

import argparse
import sys

from model_training.commands import (
    compare,
    drums,
    evaluate,
    export,
    genres,
    health,
    listening_kit,
    performance,
    prepare,
    report,
    steer,
    train,
)

# Importing a command loads no heavy library; running it does.
COMMANDS = (prepare, health, train, compare, report, evaluate, steer, genres, drums, export, performance, listening_kit)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; a mistake that the user can mend ends with one sentence and exit code 2."""
    parser = argparse.ArgumentParser(prog="tutti-train", description="Make genre models for Tutti.")
    commands = parser.add_subparsers(required=True)
    for command in COMMANDS:
        command.add(commands)
    options = parser.parse_args(arguments)
    try:
        options.command(options)
    except (ValueError, FloatingPointError, OSError) as error:
        print(f"tutti-train: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:  # the second Ctrl+C, or one before there was anything to save
        print("tutti-train: stopped.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
