"""Relations that are read more than once are worked out once, and what reads them is planned without their past.

A cached frame carries its whole plan along, and plans that hold each other grow without bound; a checkpoint is a leaf.
"""

from __future__ import annotations

from typing import Any


def kept(frame: Any) -> Any:
    """On the executors; in the cluster's checkpoint folder where one is set, so that a lost executor loses nothing."""
    if frame.sparkSession.sparkContext.getCheckpointDir() is not None:
        return frame.checkpoint(eager=False)
    return frame.localCheckpoint(eager=False)
