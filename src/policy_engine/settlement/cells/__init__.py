"""Which cells are plainly fine, and what they hold, in the SQL of each database (``writer.py``)."""
