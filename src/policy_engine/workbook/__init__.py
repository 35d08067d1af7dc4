"""A rule file as a workbook that staff edit, and the edited cells back into the text of the file."""
