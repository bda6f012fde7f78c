"""Runs a Python module as a program that ends when whoever started it does.

    python leash.py MODULE [ARGUMENT...]

The one who starts it keeps the other end of standard input open and never writes: the system closes it however that process
ends, also when it is killed. Started as the leader of its own process group, it takes along what the module has started.
"""

import os
import runpy
import signal
import sys
import threading


def end_with_the_starter() -> None:
    while os.read(0, 4096):
        pass
    # There is nothing to save: all state is in memory.
    if os.name == "posix" and os.getpgrp() == os.getpid():
        os.killpg(os.getpgrp(), signal.SIGKILL)
    os._exit(0)


threading.Thread(target=end_with_the_starter, daemon=True).start()
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
