"""All members of a month: tables in, statements, rejections and a record of the run out."""
