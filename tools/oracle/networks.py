"""Writes networks/golden/small-systems.json and prints the numbers that the tests beside it expect.

    python3 tools/oracle/networks.py [--check]     needs numpy; --check compares and writes nothing

Two small systems: two random layers of 24 people, and a power grid of 30 buses that feeds a water network of 18 pumps.
"""
import json
import sys

import numpy as np
from golden import find

target = find("networks/golden/small-systems.json")
rng = np.random.default_rng(20260101)


def laplacian(a):
    return np.diag(a.sum(1)) - a


def connected(n, p):
    """A connected Erdos-Renyi graph: drawn again until it is."""
    while True:
        upper = np.triu(rng.random((n, n)) < p, 1)
        a = (upper | upper.T).astype(float)
        if np.linalg.eigvalsh(laplacian(a))[1] > 1e-6:
            return a


def preferential(n, m):
    """Barabasi and Albert's growth from a complete graph of m + 1 nodes."""
    a = np.zeros((n, n))
    a[: m + 1, : m + 1] = 1 - np.eye(m + 1)
    for v in range(m + 1, n):
        degree = a[:v, :v].sum(1)
        chosen = rng.choice(v, m, replace=False, p=degree / degree.sum())
        a[v, chosen] = a[chosen, v] = 1
    return a


def links(a, symmetric=True):
    pairs = np.argwhere(np.triu(a, 1) if symmetric else a)
    return " ".join(f"{i}-{j}" for i, j in pairs)


layers = [connected(24, 0.16), connected(24, 0.16)]
# The generator goes on: these five graphs are drawn and not used.
preferential(24, 2), connected(24, 0.2)
for _ in range(2):
    connected(16, 0.25), preferential(16, 2)
power, water = preferential(30, 2), connected(18, 0.2)
feeds = np.zeros((30, 18))
for pump in range(18):
    feeds[rng.choice(30, 2, replace=False), pump] = 1

one, two = map(laplacian, layers)
print("layers", *(np.linalg.eigvalsh(x)[1] for x in (one, two)), "mean", np.linalg.eigvalsh((one + two) / 2)[1])
print("p*", 1 / np.linalg.eigvalsh(np.linalg.pinv(one) + np.linalg.pinv(two))[-1])
for d in (0.1, 1, 10, 100, 1000):
    supra = np.kron(np.eye(2), np.zeros((24, 24)))
    supra[:24, :24], supra[24:, 24:] = one, two
    supra += np.kron(d * np.array([[1, -1], [-1, 1]]), np.eye(24))
    print(f"coupling {d}: lambda_2", np.linalg.eigvalsh(supra)[1])
for g in (0, 0.1, 1):
    a = np.block([[power, g * feeds], [g * feeds.T, water]])
    print(f"power and water {g}: rho", np.linalg.eigvalsh(a)[-1], "lambda_2", abs(np.linalg.eigvalsh(laplacian(a))[1]))

result = {
    "note": "Two small systems of the reference numbers (dense NumPy eigenvalues); links are i-j.",
    "erEr": {"nodes": 24, "layers": [links(a) for a in layers]},
    "powerWater": {"power": links(power), "water": links(water), "feeds": links(feeds, symmetric=False)},
}
if "--check" in sys.argv:
    old = json.loads(target.read_text())
    same = {k: sorted(v.split()) if isinstance(v, str) else v for k, v in old["powerWater"].items()} == {
        k: sorted(v.split()) for k, v in result["powerWater"].items()
    } and old["erEr"] == result["erEr"]
    print("agrees" if same else "differs")
    sys.exit(0 if same else 1)
target.write_text(json.dumps(result, indent=1) + "\n")
