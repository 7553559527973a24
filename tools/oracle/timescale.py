"""Writes reduction/golden/timescale.json: slow eigenvalues of two-time-scale systems.

    python3 tools/oracle/timescale.py [--check]     needs numpy and scipy; --check compares and writes nothing

It also writes schur/golden/kron.json (a Kron reduction) and kinetics/golden/goldbeter-koshland.json (trajectories).

Two-time-scale reduction. Master formula for A(eps)=A0/eps + A1, 0 semisimple eigenvalue of A0:
 slow eigenvalues = eig( P A1 R ) + eps*eig-correction of ( -P A1 A0# A1 R ) + O(eps^2),  P left / R right null bases with P R = I, A0# group inverse.
QSSA (Tikhonov): A0=[[0,0],[A_fs,A_ff]] -> P=[I,0], R=[I;-A_ff^-1 A_fs] -> A_ss - A_sf A_ff^-1 A_fs (Schur complement).
"""

import numpy as np
import scipy.linalg as sl
from scipy.integrate import solve_ivp

from golden import save

rng = np.random.default_rng(5)
out = {}


def nullPR(A0, tol=1e-9):
    R = sl.null_space(A0, rcond=tol)
    L = sl.null_space(A0.T, rcond=tol)
    return np.linalg.solve(L.T @ R, L.T), R


def groupInv(A0, P, R):
    len(A0)
    Pi = R @ P
    return np.linalg.inv(A0 + Pi) - Pi


def ladder(A0, A1, name, epss=(1.0, 0.3, 0.1, 0.03, 0.01, 3e-3, 1e-3, 3e-4, 1e-4)):
    P, R = nullPR(A0)
    B0 = P @ A1 @ R
    B1 = -P @ A1 @ groupInv(A0, P, R) @ A1 @ R
    m = len(B0)
    rows = []

    def key(w):
        return np.array(sorted(w, key=lambda z: (round(z.real, 10), z.imag)))

    for e in epss:
        w = np.linalg.eigvals(A0 / e + A1)
        w = w[np.argsort(-w.real)][:m]
        w = key(w)
        e0 = np.max(abs(w - key(np.linalg.eigvals(B0))))
        e1 = np.max(abs(w - key(np.linalg.eigvals(B0 + e * B1))))
        rows.append(dict(eps=e, slow=w, err0=e0, err1=e1))
    s0 = np.log(rows[-1]["err0"] / rows[-3]["err0"]) / np.log(rows[-1]["eps"] / rows[-3]["eps"])
    s1 = np.log(rows[5]["err1"] / rows[4]["err1"]) / np.log(rows[5]["eps"] / rows[4]["eps"])
    print(
        name,
        "m",
        m,
        "order0 %.3f order1 %.3f" % (s0, s1),
        [("%.0e" % r["eps"], "%.2e" % r["err0"], "%.2e" % r["err1"]) for r in rows],
    )
    return dict(name=name, A0=A0, A1=A1, P=P, R=R, B0=B0, B1=B1, rows=rows, order0=s0, order1=s1)


def lap(A):
    return np.diag(A.sum(0)) - A  # column-sum-zero, dx/dt=-L x conserves mass (A[i,j]: j->i)


# 1. QSSA: fast layer 5 (stable), slow layer 4
ns, nf = 4, 5
Ass = -np.diag(rng.uniform(0.5, 1.5, ns)) + 0.2 * rng.standard_normal((ns, ns))
Asf = rng.standard_normal((ns, nf)) * 0.6
Afs = rng.standard_normal((nf, ns)) * 0.8
Aff = -np.diag(rng.uniform(1, 3, nf)) + 0.3 * rng.standard_normal((nf, nf))
A0 = np.block([[np.zeros((ns, ns)), np.zeros((ns, nf))], [Afs, Aff]])
A1 = np.block([[Ass, Asf], [np.zeros((nf, ns + nf))]])
q = ladder(A0, A1, "QSSA / Schur complement")
q["schur"] = Ass - Asf @ np.linalg.solve(Aff, Afs)
assert np.allclose(np.sort_complex(np.linalg.eigvals(q["schur"])), np.sort_complex(np.linalg.eigvals(q["B0"])))
out["qssa"] = q
# 2. multiplex, fast inter-layer: -(L_I (x) I)/eps - (L1 (+) L2): effective = average Laplacian
N = 8
U = np.triu((rng.random((N, N)) < 0.4), 1) * 1.0
W1 = U + U.T + np.roll(np.eye(N), 1, 0) + np.roll(np.eye(N), -1, 0)
U = np.triu((rng.random((N, N)) < 0.3), 1) * 1.0
W2 = U + U.T + 0.3 * (np.roll(np.eye(N), 2, 0) + np.roll(np.eye(N), -2, 0)) + 0.1
np.fill_diagonal(W1, 0)
np.fill_diagonal(W2, 0)
L1, L2 = lap(W1), lap(W2)
A0 = -np.kron(np.array([[1, -1], [-1, 1.0]]), np.eye(N))
A1 = -sl.block_diag(L1, L2)
q = ladder(A0, A1, "multiplex fast coupling -> average Laplacian")
assert np.allclose(np.sort(np.linalg.eigvals(q["B0"]).real), np.sort(-np.linalg.eigvalsh((L1 + L2) / 2)))
out["multiplexFastCoupling"] = q
# 3. directed, unequal exchange rates a:b between layers -> weighted average (b L1 + a L2)/(a+b)
a, b = 2.0, 0.5
Wd1 = rng.random((N, N)) * (rng.random((N, N)) < 0.5)
Wd2 = rng.random((N, N)) * (rng.random((N, N)) < 0.5)
np.fill_diagonal(Wd1, 0)
np.fill_diagonal(Wd2, 0)
A0 = np.kron(np.array([[-a, b], [a, -b]]), np.eye(N))
A1 = -sl.block_diag(lap(Wd1), lap(Wd2))
q = ladder(A0, A1, "directed, rates a,b")
assert np.allclose(
    np.sort_complex(np.linalg.eigvals(q["B0"])),
    np.sort_complex(np.linalg.eigvals(-(b * lap(Wd1) + a * lap(Wd2)) / (a + b))),
)
out["multiplexDirected"] = q
# 4. fast intra-layer (phosphorylation: 3 protein pools, each a strongly connected 3-state fast directed cycle), slow transcription layer of 3 genes
pools = 3
st = 3
nF = pools * st
nS = 3
F = np.zeros((nF, nF))
for p in range(pools):
    K = rng.uniform(0.5, 2, (st, st))
    np.fill_diagonal(K, 0)
    F[p * st : (p + 1) * st, p * st : (p + 1) * st] = -lap(K)
A0 = sl.block_diag(F, np.zeros((nS, nS)))
S = rng.uniform(0, 0.5, (nS, nF))
T = rng.uniform(0, 0.5, (nF, nS))
A1 = np.block([[-0.3 * np.eye(nF), T], [S, -np.diag(rng.uniform(0.4, 1, nS))]])
q = ladder(A0, A1, "fast cycles with conserved pools + slow genes")
out["phosphoTranscription"] = q
# naive Schur complement fails here: fast block singular
out["phosphoTranscription"]["fastBlockMinAbsEig"] = float(min(abs(np.linalg.eigvals(F))))
# 5. Kron reduction of a symmetric Laplacian is a Laplacian (row sums 0, off-diagonals <=0)
L = lap(W1)
k = [0, 2, 5]
r = [i for i in range(N) if i not in k]
Kr = L[np.ix_(k, k)] - L[np.ix_(k, r)] @ np.linalg.solve(L[np.ix_(r, r)], L[np.ix_(r, k)])
assert np.allclose(Kr.sum(1), 0) and np.all(Kr - np.diag(np.diag(Kr)) < 1e-12)
out["kron"] = dict(
    L=L,
    keep=k,
    reduced=Kr,
    effectiveResistance02=float((lambda M: M[0, 0] + M[2, 2] - 2 * M[0, 2])(np.linalg.pinv(L))),
    effectiveResistance02_reduced=float((lambda M: M[0, 0] + M[1, 1] - 2 * M[0, 1])(np.linalg.pinv(Kr))),
)
print("kron R", out["kron"]["effectiveResistance02"], out["kron"]["effectiveResistance02_reduced"])
# 6. nonlinear: fast phosphorylation x (Goldbeter-Koshland, K=0.1), slow gene g: eps x' = V1 g (1-x)/(K+1-x) - V2 x/(K+x); g' = b0 + b1 x^2/(h^2+x^2) - d g
par = dict(V1=1.0, V2=0.6, K=0.1, b0=0.05, b1=0.9, h=0.4, d=0.7)


def fx(x, g, p=par):
    return p["V1"] * g * (1 - x) / (p["K"] + 1 - x) - p["V2"] * x / (p["K"] + x)


def fg(x, g, p=par):
    return p["b0"] + p["b1"] * x * x / (p["h"] ** 2 + x * x) - p["d"] * g


from scipy.optimize import brentq


def xs(g):
    return brentq(lambda x: fx(x, g), 1e-14, 1 - 1e-14, xtol=1e-15)


ts = np.linspace(0, 12, 25)
res = []
g0 = 0.9
red = solve_ivp(lambda t, y: [fg(xs(y[0]), y[0])], (0, 12), [g0], rtol=1e-11, atol=1e-13, method="LSODA", t_eval=ts).y[
    0
]
for e in (0.1, 0.03, 0.01, 0.003, 0.001):
    full = solve_ivp(
        lambda t, y: [fx(*y) / e, fg(*y)], (0, 12), [xs(g0), g0], rtol=1e-10, atol=1e-12, method="Radau", t_eval=ts
    ).y
    res.append(dict(eps=e, g=full[1], x=full[0], supErr=float(np.max(abs(full[1] - red)))))
    print("nonlinear eps", e, "sup|g-g_red| %.3e" % res[-1]["supErr"])
out["goldbeterKoshland"] = dict(
    par=par,
    g0=g0,
    x0="quasi-steady x(g0)",
    t=ts,
    gReduced=red,
    full=res,
    xsOfg=[dict(g=g, x=xs(g)) for g in (0.2, 0.4, 0.6, 0.8, 1.2)],
)
save("schur/golden/kron.json", out.pop("kron"))
save("kinetics/golden/goldbeter-koshland.json", out.pop("goldbeterKoshland"))
save("reduction/golden/timescale.json", out)
