"""Matters over time: append-only events, a state that follows from them, and who may do what by when."""
