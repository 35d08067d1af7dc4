"""One case, exactly: facts in, every decided term out, with the reasons."""
