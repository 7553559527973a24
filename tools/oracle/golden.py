"""Where the golden files lie, and how they are written and compared.

A script calls `save(name, data)` with the end of a path, such as "networks/golden/multiplex.json". With --check on the
command line it compares `data` with the file and ends with status 1 where they differ by more than rounding.
Matrices are lists of rows, complex numbers {"re": ..., "im": ...}.
"""

import json
import sys
from pathlib import Path

import numpy as np

CHECK = "--check" in sys.argv


def find(name):
    """The golden file whose path below the packages ends in `name`; its folder has to exist."""
    folder, file = name.rsplit("/", 1)
    sources = Path(__file__).resolve().parents[2] / "packages"
    found = [p for p in sources.glob(f"*/src/**/{folder}") if p.is_dir()]
    if len(found) != 1:
        sys.exit(f"expected one folder {folder} below {sources}/*/src, got {len(found)}")
    return found[0] / file


def plain(value):
    """`value` without NumPy's types."""
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, np.ndarray):
        return {"re": value.real.tolist(), "im": value.imag.tolist()} if np.iscomplexobj(value) else value.tolist()
    if isinstance(value, (complex, np.complexfloating)):
        return {"re": float(value.real), "im": float(value.imag)}
    return value.item() if isinstance(value, np.generic) else value


def differences(a, b, path=""):
    """Where two results differ by more than rounding: counts by more than 1, numbers by 1e-6 of themselves."""
    if isinstance(a, dict):
        if not isinstance(b, dict) or a.keys() != b.keys():
            return [f"{path}: keys {sorted(a)} and {sorted(b)}"]
        return [d for key in a for d in differences(a[key], b[key], f"{path}/{key}")]
    if isinstance(a, list):
        if not isinstance(b, list) or len(a) != len(b):
            return [f"{path}: lengths differ"]
        return [d for i, (v, w) in enumerate(zip(a, b)) for d in differences(v, w, f"{path}/{i}")]
    if isinstance(a, int) and isinstance(b, int):
        return [] if abs(a - b) <= 1 else [f"{path}: {a} and {b}"]
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return [] if abs(a - b) <= 1e-6 * max(abs(a), abs(b), 1e-3) else [f"{path}: {a} and {b}"]
    return [] if a == b else [f"{path}: {a} and {b}"]


def save(name, data):
    target, data = find(name), plain(data)
    if CHECK:
        found = differences(data, json.loads(target.read_text()))
        print("\n".join([f"{name}: {'differs' if found else 'agrees'}", *found]))
        if found:
            sys.exit(1)
        return
    target.write_text(json.dumps(data))
    print(f"wrote {target} ({target.stat().st_size // 1024} kB)")
