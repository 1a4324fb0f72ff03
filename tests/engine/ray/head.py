"""A Ray of its own until the pipe closes: `python head.py DESCRIPTOR ACTORS FOLDER`. Writes its address to FOLDER.

Started so that it is nobody's child: tests beside it count the processes below them.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from penstock.engine.ray.cluster import Cluster
from penstock.settings import Settings


async def main(descriptor: int, actors: int, folder: Path) -> None:
    cluster = Cluster(Settings(data_dir=folder, ray_actors=actors))
    await cluster.connect()
    import ray

    aside = folder / "address.new"
    aside.write_text(ray.get_runtime_context().gcs_address)
    aside.rename(folder / "address")
    await asyncio.to_thread(os.read, descriptor, 1)
    await cluster.disconnect()
    (folder / "address").unlink()


asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])))
