"""Watching a network learn: warnings, samples, films, boards, progress, and the reports that prove it."""
