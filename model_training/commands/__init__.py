"""One module for each command of `tutti-train`: `add` says what it takes, `run` does it."""
