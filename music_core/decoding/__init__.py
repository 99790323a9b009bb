"""From a model's numbers to notes: seeded, cancellable, numpy only; one code path for app and evaluation."""
