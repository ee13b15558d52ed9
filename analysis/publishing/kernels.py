"""One warm kernel per worker process: starting a kernel and importing the study's packages takes longer than most
chapters. Each notebook finds an empty namespace; after a failure the kernel is ended and the next one starts anew."""

import atexit
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

RESET_SECONDS = 60
# What is left after a reset are imported packages: no later collection of garbage need look at them.
RESET = "%reset -f\n__import__('gc').freeze()"


@dataclass
class _Pool:
    """The kernel of this process and the data folder it was started for."""

    manager: AsyncKernelManager | None = None
    processed: str = ""


_pool = _Pool()


def ready(processed: Path) -> AsyncKernelManager:
    """A kernel with an empty namespace whose study reads from `processed`. papermill starts it if it is not running."""
    if _pool.manager is not None and _pool.processed == str(processed):
        notebook = new_notebook(cells=[new_code_cell(RESET)])
        NotebookClient(notebook, km=_pool.manager, timeout=RESET_SECONDS).execute()
        return _pool.manager
    end()
    _pool.manager, _pool.processed = AsyncKernelManager(kernel_name="python3", **_transport()), str(processed)
    os.environ["INDUSTRIEMONITOR_PROCESSED"] = str(processed)
    return _pool.manager


def end() -> None:
    """End the kernel of this process, if there is one."""
    manager, _pool.manager = _pool.manager, None
    if manager is not None and manager.has_kernel:
        run_sync(manager.shutdown_kernel)(now=True)


def _transport() -> dict[str, Any]:
    """Kernels talk over sockets in a folder of their own instead of unencrypted TCP, where the system has them.

    Without an address of its own each kernel would take the same one in the working directory.
    """
    if os.name != "posix":
        return {}
    return {"transport": "ipc", "ip": f"{tempfile.mkdtemp(prefix='kernel-')}/socket"}


atexit.register(end)
