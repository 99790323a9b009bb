"""From scores to training windows."""
