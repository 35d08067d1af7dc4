"""Tests import their helpers from this folder: ``from reference.jibei import settle``."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
