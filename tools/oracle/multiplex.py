"""Writes networks/golden/multiplex.json: spectra and measures of multiplex networks, the power and water sweep, diffusion.

    python3 tools/oracle/multiplex.py [--check]     needs numpy and scipy; --check compares and writes nothing

All graphs are in the file, so that nobody has to draw the same random numbers.
"""

import numpy as np
import scipy.linalg as sl

from golden import save

rng = np.random.default_rng(20260101)


def er(n, p):
    while True:
        U = np.triu(rng.random((n, n)) < p, 1)
        A = (U | U.T).astype(float)
        L = np.diag(A.sum(1)) - A
        if np.linalg.eigvalsh(L)[1] > 1e-6:
            return A


def ba(n, m):
    A = np.zeros((n, n))
    for i in range(m + 1):
        for j in range(i):
            A[i, j] = A[j, i] = 1
    for v in range(m + 1, n):
        k = A[:v, :v].sum(1)
        t = rng.choice(v, m, replace=False, p=k / k.sum())
        A[v, t] = A[t, v] = 1
    return A


def ring(n, k):
    A = np.zeros((n, n))
    for i in range(n):
        for d in range(1, k + 1):
            A[i, (i + d) % n] = A[(i + d) % n, i] = 1
    return A


def lap(A):
    return np.diag(A.sum(1)) - A


def edges(A):
    return [[int(i), int(j), float(A[i, j])] for i in range(len(A)) for j in range(i + 1, len(A)) if A[i, j] != 0]


def supra(Ls, W, Dl):  # multiplex supra-Laplacian: oplus D_l L_l + L_I (x) I_N
    N = len(Ls[0])
    len(Ls)
    return sl.block_diag(*[d * L for d, L in zip(Dl, Ls, strict=False)]) + np.kron(lap(W), np.eye(N))


cases = []


def multiplex(name, As, Dl=None, Ws=None, Dx=(0.001, 0.01, 0.1, 0.5, 1, 2, 5, 10, 100, 1000)):
    M = len(As)
    N = len(As[0])
    Ls = [lap(A) for A in As]
    Dl = Dl or [1.0] * M
    W0 = Ws if Ws is not None else np.ones((M, M)) - np.eye(M)
    rows = []
    for D in Dx:
        S = supra(Ls, D * W0, Dl)
        ev = np.linalg.eigvalsh(S)
        Asup = sl.block_diag(*[d * A for d, A in zip(Dl, As, strict=False)]) + np.kron(D * W0, np.eye(N))
        ea = np.linalg.eigvalsh(Asup)
        nz = ev[1:]
        rows.append(
            dict(
                Dx=D,
                lambda2=ev[1],
                lambda3=ev[2],
                lambdaMax=ev[-1],
                eigenratio=ev[-1] / ev[1],
                kirchhoff=(N * M) * np.sum(1 / nz),
                logSpanningTrees=np.sum(np.log(nz)) - np.log(N * M),
                adjSpectralRadius=ea[-1],
                naturalConnectivity=np.log(np.mean(np.exp(ea - ea[-1]))) + ea[-1],
                spectrum=ev if D in (0.1, 1, 100) else None,
            )
        )
    Lavg = sum(d * L for d, L in zip(Dl, Ls, strict=False)) / M
    l2 = [d * np.linalg.eigvalsh(L)[1] for d, L in zip(Dl, Ls, strict=False)]
    c = dict(
        name=name,
        N=N,
        M=M,
        D_layers=Dl,
        interlayerWeights=W0,
        edges=[edges(A) for A in As],
        lambda2_layers=l2,
        lambda2_avg=np.linalg.eigvalsh(Lavg)[1],
        sweep=rows,
        adjSpectralRadius_layers=[np.linalg.eigvalsh(A)[-1] for A in As],
        lambda2_interlayer=np.linalg.eigvalsh(lap(W0))[1],
    )
    c["superdiffusion"] = bool(c["lambda2_avg"] > max(l2))
    if M == 2 and np.allclose(W0, np.ones((2, 2)) - np.eye(2)):
        P = [np.linalg.pinv(d * L) for d, L in zip(Dl, Ls, strict=False)]
        c["pStar_exact"] = 1 / np.linalg.eigvalsh(P[0] + P[1])[-1]
        c["pStar_upperBound_RadicchiArenas"] = np.linalg.eigvalsh(Dl[0] * Ls[0] + Dl[1] * Ls[1])[1] / 4
        # numerical check: bisection of the point where lambda2 leaves 2*Dx
        lo, hi = 1e-6, c["pStar_upperBound_RadicchiArenas"] * 1.0001
        for _ in range(200):
            m = (lo + hi) / 2
            ev = np.linalg.eigvalsh(supra(Ls, m * W0, Dl))[1]
            if ev >= 2 * m * (1 - 1e-10):
                lo = m
            else:
                hi = m
        c["pStar_bisection"] = lo
    cases.append(c)
    print(
        name,
        "l2",
        np.round(l2, 4),
        "avg",
        round(c["lambda2_avg"], 5),
        "super",
        c["superdiffusion"],
        "p*",
        c.get("pStar_exact"),
        c.get("pStar_bisection"),
        c.get("pStar_upperBound_RadicchiArenas"),
    )
    for r in rows:
        print("   Dx %8.3f l2 %.8f  2Dx %.4f" % (r["Dx"], r["lambda2"], 2 * r["Dx"]))


multiplex("er-er-superdiffusive", [er(24, 0.16), er(24, 0.16)])
multiplex("ring-ba", [ring(24, 1), ba(24, 2)])
multiplex("ring-er-unequalD", [ring(24, 2), er(24, 0.2)], Dl=[1.0, 4.0])
multiplex("ring-complete-NOT-superdiffusive", [ring(16, 1), np.ones((16, 16)) - np.eye(16)])
multiplex("three-layers-all-to-all", [er(16, 0.25), ba(16, 2), ring(16, 2)])
W = np.array([[0, 1.0, 0], [1, 0, 0.5], [0, 0.5, 0]])
multiplex("three-layers-chain", [er(16, 0.25), ba(16, 2), ring(16, 2)], Ws=W)
# equal layers: closed form: eig = mu_i + D*nu_a
A = ring(12, 1)
ev = np.linalg.eigvalsh(supra([lap(A)] * 2, 0.3 * (np.ones((2, 2)) - np.eye(2)), [1, 1]))
mu = np.linalg.eigvalsh(lap(A))
exact = np.sort(np.concatenate([mu, mu + 0.6]))
assert np.allclose(ev, exact)
# --- general interdependent network (power grid 30 nodes + water 18 nodes, rectangular coupling) ---
Ap = ba(30, 2)
Aw = er(18, 0.2)
B = np.zeros((30, 18))
for j in range(18):
    B[rng.choice(30, 2, replace=False), j] = 1  # each water pump fed by two buses
sw = []
for g in (0, 0.01, 0.1, 0.5, 1, 2, 5):
    As = np.block([[Ap, g * B], [g * B.T, Aw]])
    ea = np.linalg.eigvalsh(As)
    el = np.linalg.eigvalsh(lap(As))
    sw.append(
        dict(
            coupling=g,
            adjSpectralRadius=ea[-1],
            adjTop5=ea[::-1][:5],
            lambda2=abs(el[1]),
            laplacianTop=el[-1],
            naturalConnectivity=np.log(np.mean(np.exp(ea - ea[-1]))) + ea[-1],
            kirchhoff=None if g == 0 else 48 * np.sum(1 / el[1:]),
        )
    )
v = np.linalg.eigh(np.block([[Ap, 0 * B], [0 * B.T, Aw]]))
powerwater = dict(
    edgesPower=edges(Ap),
    edgesWater=edges(Aw),
    coupling=[[int(i), int(j)] for i in range(30) for j in range(18) if B[i, j]],
    sweep=sw,
    note="supra-adjacency [[Ap,gB],[gB^T,Aw]]; epidemic/cascade threshold = 1/adjSpectralRadius",
)
for s in sw:
    print(s["coupling"], round(s["adjSpectralRadius"], 6), round(s["lambda2"], 6))
# second-order perturbation of spectral radius for small coupling: rho ~ rho_p + g^2 * u^T B (rho_p I - Aw)^-1 B^T u
wp, up = np.linalg.eigh(Ap)
u = up[:, -1]
c2 = u @ B @ np.linalg.solve(wp[-1] * np.eye(18) - Aw, B.T @ u)
powerwater["secondOrderCoefficient"] = c2
print("rho_p", wp[-1], "c2", c2, "pred g=.1", wp[-1] + 0.01 * c2)
# --- diffusion on multiplex: exp(-tL) x0 (email + instant messaging) ---
Ae = ba(20, 2)
Ai = er(20, 0.15)
S = supra([lap(Ae), lap(Ai)], 0.7 * (np.ones((2, 2)) - np.eye(2)), [1, 1])
x0 = np.zeros(40)
x0[3] = 1
diff = dict(
    edges=[edges(Ae), edges(Ai)],
    Dx=0.7,
    source=3,
    times=[0.1, 1, 5, 20],
    x=[sl.expm(-t * S) @ x0 for t in (0.1, 1, 5, 20)],
)
save("networks/golden/multiplex.json", dict(cases=cases, powerWater=powerwater, diffusion=diff))
