"""What an attached file is, by its content: formats, structure, size. Knows nothing of rules."""
