"""Models on this machine and the takes that they make."""
