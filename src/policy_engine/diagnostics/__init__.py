"""Positions, diagnostics, their catalogue and renderings. Knows nothing of rules."""
