"""What the Generate panel is made of: what to do, with which parts and bars, and what became of it."""
