"""What we claim to be fast at, measured: each module prints a table, or JSON with --json."""
