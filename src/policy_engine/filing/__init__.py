"""Submissions held against checklists and forms: facts and files in, a report out."""
