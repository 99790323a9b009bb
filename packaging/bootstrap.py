#!/usr/bin/env python3
"""Set up and start Tutti from a fresh clone, with nothing but Python and its standard library.

python3 packaging/bootstrap.py run [-- ARGS]     set up what is missing, then open the studio
python3 packaging/bootstrap.py test [-- ARGS]    set up what is missing, then run every check
python3 packaging/bootstrap.py install           only set up
python3 packaging/bootstrap.py bench [NAME ...]  run the benchmarks
"""

from __future__ import annotations

import argparse
import os
import sys

OLDEST = (3, 11)
NEWEST = (3, 12)


def version_complaint(version: tuple[int, int]) -> str:
    """Return the sentence for a Python that cannot run Tutti, or nothing when it can."""
    if OLDEST <= version <= NEWEST:
        return ""
    return (
        "Tutti needs Python {}.{} or {}.{}, and this is Python {}.{}: install one of those and start this file "
        "with it, for example 'python{}.{} packaging/bootstrap.py run'."
    ).format(*OLDEST, *NEWEST, *version, *NEWEST)


def split_arguments(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Split at the first '--': what is ours, and what is passed on untouched."""
    if "--" not in arguments:
        return arguments, []
    at = arguments.index("--")
    return arguments[:at], arguments[at + 1 :]


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of our own half of the command line."""
    parser = argparse.ArgumentParser(
        prog="bootstrap.py",
        description="Set up and start Tutti. What stands after '--' is passed on to what is started.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="{run,test,install,bench}")
    texts = {
        "run": "set up what is missing, then open the studio",
        "test": "set up what is missing, then run ruff, mypy and all tests",
        "install": "only set up what the studio needs",
        "bench": "set up what is missing, then run the benchmarks",
    }
    for name, text in texts.items():
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument(
            "--skip-system", action="store_true", help="leave the system's packages alone and use what is there"
        )
        if name == "test":
            command.add_argument(
                "--require-devices",
                action="store_true",
                help="fail when a test that needs a real device was skipped (always so where CI=true)",
            )
        if name == "bench":
            command.add_argument("names", nargs="*", metavar="NAME", help="only these benchmarks")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    own, passed_on = split_arguments(sys.argv[1:] if arguments is None else arguments)
    options = make_parser().parse_args(own)
    complaint = version_complaint(sys.version_info[:2])
    if complaint:
        print(complaint, file=sys.stderr)
        return 1
    # Imported only now: an older Python must get the sentence above, not a syntax error.
    import commands

    if options.command == "test":
        require_devices = options.require_devices or os.environ.get("CI", "").lower() == "true"
        return commands.run_tests(passed_on, require_devices=require_devices, skip_system=options.skip_system)
    if options.command == "bench":
        return commands.run_benchmarks(options.names, passed_on, skip_system=options.skip_system)
    if options.command == "install":
        return commands.install(skip_system=options.skip_system)
    return commands.run_studio(passed_on, skip_system=options.skip_system)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("\nStopped. Start the same command again to go on where it was.", file=sys.stderr)
        sys.exit(130)
