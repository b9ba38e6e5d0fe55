"""Serves moto with executing Step Functions on the port given as the first argument, until standard input closes.

moto copies a state machine with deepcopy when an execution starts, which fails on the threads and locks of earlier executions of it
(moto 5.2); a shallow copy is enough, since executions only read it.
"""

import copy
import os
import sys
import threading

from moto.server import main
from moto.stepfunctions.models import StateMachine

StateMachine.__deepcopy__ = lambda self, memo: copy.copy(self)


def end_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()
main(["-H", "127.0.0.1", "-p", sys.argv[1]])
