"""Static analysis: what can be said about a policy without any data."""
