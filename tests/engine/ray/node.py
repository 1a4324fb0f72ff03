"""A second node on this machine: `python node.py ADDRESS FOLDER`. Ends with its process."""

from __future__ import annotations

import signal
import sys

from ray._private.node import Node
from ray._private.parameter import RayParams

Node(
    RayParams(
        gcs_address=sys.argv[1],
        temp_dir=sys.argv[2],
        node_ip_address="127.0.0.1",
        num_cpus=1,
        memory=2**32,
        object_store_memory=80 * 2**20,
    ),
    head=False,
    shutdown_at_exit=False,
)
signal.pause()
