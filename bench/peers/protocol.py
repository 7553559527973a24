"""JSON lines between the benchmark's frame and one peer, and the clock around its work.

A peer is an object with `setup(model, threads, data)`, which returns the number of trainable parameters, and
three methods that do `iterations` of one piece of work and return only when the results are really there:
`train(iterations)` (the last loss), `log_prob(iterations, rows)` (a mean) and `sample(iterations, rows)` (a mean).
"""

import contextlib
import json
import math
import os
import resource
import sys
import time


class Unsupported(Exception):
    """The library has no such model; the frame leaves the figure out by name."""


def peak_bytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def read_rows(path, dims):
    import numpy as np

    return np.fromfile(path, dtype="<f4").reshape(-1, dims)


def answer(peer, request, state):
    command = request["cmd"]
    if command == "setup":
        parameters = peer.setup(request["model"], request["threads"], request["data"])
        state["imported"] = peak_bytes()
        return {"parameters": parameters, "version": peer.version()}
    if command == "run":
        what, iterations, rows = request["what"], request["iterations"], request.get("rows")
        start, before = time.perf_counter(), time.process_time()
        if what == "train":
            value = peer.train(iterations)
        elif what == "logProb":
            value = peer.log_prob(iterations, rows)
        elif what == "sample":
            value = peer.sample(iterations, rows)
        else:
            raise ValueError(f"unknown work: {what}")
        seconds, processor = time.perf_counter() - start, time.process_time() - before
        # JSON knows no NaN: a peer that has diverged says so by a value that is not there
        finite = value if math.isfinite(value) else None
        return {"seconds": seconds, "processorSeconds": processor, "iterations": iterations, "value": finite}
    if command == "memory":
        return {"peakBytes": peak_bytes(), "setupBytes": state.get("imported")}
    raise ValueError(f"unknown command: {command}")


def serve(peer):
    """Answers requests until standard input ends. Standard output carries answers and nothing else."""
    lines = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    state = {}
    for line in sys.stdin:
        try:
            with contextlib.redirect_stdout(sys.stderr):
                reply = answer(peer, json.loads(line), state)
        except Unsupported as error:
            reply = {"unsupported": str(error)}
        except Exception as error:  # the frame reports it and goes on without this peer
            reply = {"error": f"{type(error).__name__}: {error}"}
        lines.write(json.dumps(reply) + "\n")
