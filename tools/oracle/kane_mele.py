"""Writes topology/golden/kane-mele.json: the Kane-Mele model of graphene.

    python3 tools/oracle/kane_mele.py [--check]     needs numpy; --check compares and writes nothing

PRL 95, 226801 and 146802; the Z2 index by Wilson loops. Parameters as in PythTB (t = 1, l_so = 0.3, l_R = 0.25,
site energy +-e): odd at e = 1, even at e = 2.5. At l_R = 0 the transition is at l_v = 3 sqrt(3) l_so.
"""

import numpy as np

from golden import save

sx = np.array([[0, 1], [1, 0]], complex)
sy = np.array([[0, -1j], [1j, 0]])
sz = np.diag([1, -1]).astype(complex)
I = np.eye(2)


def H(k, e, t, so, R):  # k reduced in [0,1)^2 ; convention without orbital positions (periodic gauge)
    h = np.zeros((4, 4), complex)
    ph = lambda r: np.exp(2j * np.pi * (k[0] * r[0] + k[1] * r[1]))
    c = np.sqrt(3) / 2
    h[:2, :2] += e * I
    h[2:, 2:] -= e * I

    def add(M, i, j, r):
        z = ph(r) * M
        h[2 * i : 2 * i + 2, 2 * j : 2 * j + 2] += z
        h[2 * j : 2 * j + 2, 2 * i : 2 * i + 2] += z.conj().T

    for r in ((0, 0), (0, -1), (-1, 0)):
        add(t * I, 0, 1, r)
    for s, i, r in (
        (-1, 0, (0, 1)),
        (1, 0, (1, 0)),
        (-1, 0, (1, -1)),
        (1, 1, (0, 1)),
        (-1, 1, (1, 0)),
        (1, 1, (1, -1)),
    ):
        add(1j * s * so * sz, i, i, r)
    add(1j * R * (0.5 * sx - c * sy), 0, 1, (0, 0))
    add(-1j * R * sx, 0, 1, (0, -1))
    add(1j * R * (0.5 * sx + c * sy), 0, 1, (-1, 0))
    return h


def wcc(s, N, **p):
    us = [np.linalg.eigh(H((j / N, s), **p))[1][:, :2] for j in range(N)]
    us.append(us[0])
    W = np.eye(2, dtype=complex)
    for a, b in zip(us[:-1], us[1:], strict=False):
        u, _, v = np.linalg.svd(a.conj().T @ b)
        W = W @ (u @ v)
    return np.sort(np.mod(-np.angle(np.linalg.eigvals(W)) / (2 * np.pi), 1))


def z2(ns=121, N=100, **p):
    j = 0
    prev = None
    for s in np.linspace(0, 0.5, ns):
        w = wcc(s, N, **p)
        g = np.diff(np.append(w, w[0] + 1))
        i = int(np.argmax(g))
        mid = (w[i] + g[i] / 2) % 1
        if prev is not None:
            lo, hi = sorted((prev, mid))
            j += int(np.sum((w > lo) & (w < hi)))
        prev = mid
    return j % 2


rows = []
for e, so, R in (
    (1, 0.3, 0.25),
    (2.5, 0.3, 0.25),
    (0.1, 0.06, 0.05),
    (0.4, 0.06, 0.05),
    (0.30, 0.06, 0.0),
    (0.32, 0.06, 0.0),
):
    p = dict(e=e, t=1.0, so=so, R=R)
    gap = min(
        (lambda w: w[2] - w[1])(np.linalg.eigvalsh(H((a, b), **p)))
        for a in np.linspace(0, 1, 61)
        for b in np.linspace(0, 1, 61)
    )
    rows.append(
        dict(
            params=p,
            Z2=z2(**p),
            gapGrid61=gap,
            bands_at=[
                dict(k=k, E=np.linalg.eigvalsh(H(k, **p))) for k in ((0, 0), (0.5, 0), (1 / 3, 2 / 3), (0.17, 0.41))
            ],
        )
    )
    print(p, rows[-1]["Z2"], "gap", round(gap, 5))
print("3sqrt3*0.06=", 3 * np.sqrt(3) * 0.06)
save("topology/golden/kane-mele.json", dict(rows=rows, transition_lambda_v=3 * np.sqrt(3) * 0.06))
