"""Files handed in as papers: what they are by their content, and whether they can be opened and read.

Knows files only; what a paper is for is said elsewhere.
"""
