"""Writes networks/golden/percolation.json: thresholds of interdependent random networks and a cascade on a fixed pair.

python3 tools/oracle/percolation.py [--check]     needs numpy and scipy; --check compares and writes nothing
"""

import numpy as np
from scipy.optimize import brentq, minimize_scalar

from golden import save

# n fully interdependent ER networks: x=k P_inf, k p = x/(1-e^-x)^n  (Buldyrev 2010 n=2; Gao 2011 general n)
th = {}
for n in range(1, 8):
    if n == 1:
        th[n] = dict(kp_c=1.0, kPinf_c=0.0)
        continue
    r = minimize_scalar(
        lambda x: x / (1 - np.exp(-x)) ** n, bounds=(1e-6, 20), method="bounded", options=dict(xatol=1e-14)
    )
    x = brentq(lambda x: np.exp(x) - 1 - n * x, 1e-3, 10, xtol=1e-15)
    th[n] = dict(kp_c=x / (1 - np.exp(-x)) ** n, kPinf_c=x)
    print(n, th[n], r.fun)
curve = []
for kp in (2.2, 2.4, 2.46, 2.5, 2.6, 3, 4, 6):
    x = kp
    for _ in range(200000):
        xn = kp * (1 - np.exp(-x)) ** 2
        if abs(xn - x) < 1e-15:
            break
        x = xn
    curve.append(dict(kp=kp, kPinf=x if x > 1e-6 else 0.0))
# A cascade on one pair of networks, the same in any implementation.
rng = np.random.default_rng(7)


def er(n, k):
    m = rng.random((n, n)) < k / (n - 1)
    U = np.triu(m, 1)
    return U | U.T


def giant(adj, alive):
    n = len(alive)
    lab = -np.ones(n, int)
    best = []
    for s in range(n):
        if alive[s] and lab[s] < 0:
            st = [s]
            lab[s] = s
            comp = [s]
            while st:
                v = st.pop()
                for w in adj[v]:
                    if alive[w] and lab[w] < 0:
                        lab[w] = s
                        st.append(w)
                        comp.append(w)
            if len(comp) > len(best):
                best = comp
    return set(best)


def mutual(adjs, alive):
    alive = alive.copy()
    steps = 0
    while True:
        before = alive.sum()
        for a in adjs:
            g = giant(a, alive)
            new = np.zeros_like(alive)
            new[list(g)] = True
            alive = new
        steps += 1
        if alive.sum() == before:
            return alive, steps


N = 300
As = [er(N, 4.0), er(N, 4.0)]
adjs = [[list(np.nonzero(A[i])[0]) for i in range(N)] for A in As]
order = rng.permutation(N)
res = []
for r in range(0, 200, 10):
    al = np.ones(N, bool)
    al[order[:r]] = False
    a, s = mutual(adjs, al)
    # order-independent: the fixpoint does not depend on layer order unless giant ties; recorded size only
    res.append(dict(removed=r, mutualGiant=int(a.sum()), rounds=s))
print([(r["removed"], r["mutualGiant"]) for r in res])
save(
    "networks/golden/percolation.json",
    dict(
        thresholds=th,
        curve_n2=curve,
        cascade=dict(
            N=N,
            edges=[[[int(i), int(j)] for i in range(N) for j in range(i + 1, N) if A[i, j]] for A in As],
            removalOrder=order,
            result=res,
            algorithm="repeat: for each layer keep only nodes in largest component of the subgraph induced on alive nodes; until unchanged; first-found component wins ties (scan by node id)",
        ),
    ),
)
