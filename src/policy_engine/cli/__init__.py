"""The ``policy-engine`` command: one verb a file."""
