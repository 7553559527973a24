"""Writes magnets/golden/magnets.json: mean-field temperatures of stacks, helices, exact enumerations, Kaufman's torus.

python3 tools/oracle/magnets.py [--check]     needs numpy, scipy and mpmath; --check compares and writes nothing
"""

import itertools

import numpy as np
from scipy.optimize import brentq

from golden import save

out = {}
# ---------- 1. mean-field Tc of coupled layers: kTc = lambda_max( C^{1/2} J C^{1/2} ), C_a = S(S+1)/3 (quantum), 1/3 (classical unit vector), 1 (Ising) ----------
rng = np.random.default_rng(11)
rnd = []
for n in (2, 3, 5, 8):
    z = 4
    J = np.diag(z * rng.uniform(0.3, 2, n))
    for a in range(n - 1):
        J[a, a + 1] = J[a + 1, a] = rng.uniform(-1, 1)  # molecular-field matrix per site, symmetric
    C = rng.choice([1.0, 1 / 3, 0.25, 1.25], n)  # layer dependent Curie constants
    M = np.diag(C) @ J
    S = np.diag(np.sqrt(C)) @ J @ np.diag(np.sqrt(C))
    w, v = np.linalg.eigh(S)
    m = np.sqrt(C) * v[:, -1]
    m /= np.linalg.norm(m)
    m *= np.sign(m[np.argmax(abs(m))])
    assert np.isclose(max(np.linalg.eigvals(M).real), w[-1])
    rnd.append(dict(J=J, curie=C, Tc=w[-1], orderVector=m, decoupledTc=np.diag(J) * C))
out["meanFieldTc"] = rnd


# two layers closed form
def tc2(a, b, c):
    return 0.5 * (a + b + np.sqrt((a - b) ** 2 + 4 * c * c))


out["twoLayerClosedForm"] = [
    dict(a=a, b=b, c=c, Tc=tc2(a, b, c))
    for a, b, c in [(4, 2, 0), (4, 2, 0.1), (4, 2, 1), (4, 2, 4), (4, 4, 0.5), (4, 2, -1)]
]
# N identical layers film: Tc = z J + 2 Jp cos(pi/(N+1)) (open), bulk z J + 2Jp
out["filmMF"] = [dict(N=N, zJ=4.0, Jp=1.0, Tc=4 + 2 * np.cos(np.pi / (N + 1))) for N in (1, 2, 3, 5, 10, 50)]


# ---------- 2. two-layer Ising mean-field m_a(T): one transition, but how many features? ----------
def solve(a, b, c, T, m0=(1, 1)):
    m = np.array(m0, float)
    for _ in range(20000):
        mn = np.tanh(np.array([a * m[0] + c * m[1], c * m[0] + b * m[1]]) / T)
        if np.max(abs(mn - m)) < 1e-14:
            break
        m = mn
    return mn


def heat(a, b, c, Ts):
    J = np.array([[a, c], [c, b]])
    r = []
    m = np.array([1.0, 1.0])
    for T in Ts:
        for _ in range(500):  # Newton on m=tanh(Jm/T), warm start in increasing T
            t = np.tanh(J @ m / T)
            D = np.diag(1 - t**2)
            d = np.linalg.solve(np.eye(2) - D @ J / T, m - t)
            m = m - d
            if np.max(abs(d)) < 1e-15:
                break
        D = np.diag(1 - m**2)
        A = np.eye(2) - D @ J / T
        dm = np.linalg.solve(A, -D @ (J @ m) / T**2)
        chi = np.linalg.solve(A, D / T)
        r.append((T, m[0], m[1], -(m @ J @ dm), -dm[1], chi.sum()))
    return np.array(r)


curves = []
a, b = 4.0, 2.0


def maxima(y):
    return int(np.sum((y[1:-1] > y[:-2]) & (y[1:-1] >= y[2:]) & (y[1:-1] > 1e-4 * y.max())))


def nfeatures(c):
    Tc = tc2(a, b, c)
    Ts = np.linspace(0.15, Tc * 0.9995, 1500)
    R = heat(a, b, c, Ts)
    return maxima(R[:, 4]), maxima(R[:, 3]), R


for c in (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.2, 2.0):
    n4, n3, R = nfeatures(c)
    i = [int(np.argmin(abs(R[:, 0] - t))) for t in (0.5, 1, 1.5, 2, 2.5, 3, 3.5)]
    curves.append(
        dict(
            a=a,
            b=b,
            c=c,
            Tc=tc2(a, b, c),
            interiorMaxima_minus_dm2dT=n4,
            samples=[
                dict(T=R[k, 0], m1=R[k, 1], m2=R[k, 2], heat=R[k, 3], minus_dm2_dT=R[k, 4], chi=R[k, 5]) for k in i
            ],
        )
    )
    print("c=%.3f Tc=%.5f interior maxima: -dm2/dT %d " % (c, tc2(a, b, c), n4))


def boundary(ratio):
    # largest c at which -dm2/dT still has an interior maximum (the "ghost" of layer 2's own Tc); layers a=1,b=ratio
    global a, b
    a, b = 1.0, ratio
    lo, hi = 1e-3, 1.0
    for _ in range(18):
        mid = (lo + hi) / 2
        Tc = tc2(a, b, mid)
        Ts = np.linspace(0.05 * Tc, Tc * 0.9985, 2500)
        R = heat(a, b, mid, Ts)
        if maxima(R[:, 4]) > 0:
            lo = mid
        else:
            hi = mid
    return lo


bd = []
for r in (0.2, 0.4, 0.5, 0.6, 0.8):
    cb = boundary(r)
    bd.append(dict(ratio=r, c_star=cb, c_star_over_difference=cb / (1 - r)))
    print("ratio", r, "c*/a", round(cb, 4), "c*/(a-b)", round(cb / (1 - r), 4))
# balanced row sums: sum_b M_ab equal for all layers => all layers share the SAME reduced magnetisation curve and Tc = row sum
Mb = np.array([[4.0, 1.0], [3.0, 2.0]])
out["balancedRowSums"] = dict(
    M=Mb,
    Tc=5.0,
    note="M_ab=z_ab J_ab not symmetric because film thicknesses/coordination differ; m1(T)=m2(T)=tanh(5 m/T)",
    check=[dict(T=T, m=float(brentq(lambda m: np.tanh(5 * m / T) - m, 1e-6, 1))) for T in (1.0, 2.5, 4.0, 4.9)],
)
out["twoLayerCurves"] = curves
out["singleFeatureBoundary"] = dict(
    def_="layers a=zJ1=1, b=zJ2=ratio, coupling c; for |c|>c* the interior maximum of -dm2/dT disappears (m2 no longer shows its own Tc); grid tolerance 2e-3",
    table=bd,
)
# ---------- 3. stacking order: J(k) of layered square lattice, maximise -> F/A/C/G, with NNN layer coupling -> spiral ----------
ph = []
for Jab in (1.0, -1.0):
    for Jc in (1.0, -1.0, 0.3, -0.3):
        best = max(
            itertools.product((0, np.pi), repeat=3),
            key=lambda k: 2 * Jab * (np.cos(k[0]) + np.cos(k[1])) + 2 * Jc * np.cos(k[2]),
        )
        name = {(0, 0, 0): "F", (0, 0, 1): "A", (1, 1, 0): "C", (1, 1, 1): "G"}[tuple(int(x > 0) for x in best)]
        ph.append(
            dict(
                Jab=Jab,
                Jc=Jc,
                order=name,
                q=best,
                TcIsingMF=4 * abs(Jab) + 2 * abs(Jc),
                E0perSite=-(2 * abs(Jab) + abs(Jc)),
            )
        )
out["layeredOrder"] = ph
print([(p["Jab"], p["Jc"], p["order"]) for p in ph])
sp = []
for J2 in (0, -0.1, -0.2, -0.25, -0.3, -0.5, -1.0):  # Jc1=1, Jc2=J2 next-nearest layer (Heisenberg): helix for J2<-1/4
    q = 0.0 if J2 >= -0.25 else float(np.arccos(-1 / (4 * J2)))
    sp.append(dict(Jab=1.0, Jc1=1.0, Jc2=J2, qz=q, Jq=4 + 2 * np.cos(q) + 2 * J2 * np.cos(2 * q)))
out["helix"] = sp


# 4-layer magnetic cell with alternating couplings (J1,J2) along the stack: Bloch matrix J(kz), Hermitian complex
def Jk(kz, intra, inter):
    n = len(intra)
    M = np.diag(np.array(intra, complex))
    for i in range(n):
        j = (i + 1) % n
        ph_ = np.exp(1j * kz) if j <= i else 1.0
        M[i, j] += inter[i] * ph_
        M[j, i] += np.conj(inter[i] * ph_)
    return M


lt = []
for intra, inter in [
    ([4, 4, 4, 4], [0.5, -0.5, 0.5, -0.5]),
    ([4, 2, 4, 2], [-0.7, -0.7, -0.7, -0.7]),
    ([4, 1, 3], [0.6, -0.2, 0.9]),
]:
    for kz in (0, np.pi / 3, np.pi):
        lt.append(dict(intra=intra, inter=inter, kz=kz, eig=np.linalg.eigvalsh(Jk(kz, intra, inter))))
out["blochExchange"] = lt


# ---------- 5. exact enumerations (Monte Carlo oracles) ----------
def enum(nsite, bonds, hs, Ts):
    N = 1 << nsite
    idx = np.arange(N, dtype=np.int64)
    E = np.zeros(N)
    s = [(1 - 2 * ((idx >> i) & 1)).astype(np.int8) for i in range(nsite)]
    for i, j, J in bonds:
        E -= J * (s[i] * s[j])
    M = sum(x.astype(np.int32) for x in s)
    r = []
    for T in Ts:
        w = np.exp(-(E - E.min()) / T)
        Z = w.sum()
        av = lambda x: (w * x).sum() / Z
        e, e2, m1, m2, m4 = av(E), av(E * E), av(abs(M)), av(M.astype(float) ** 2), av(M.astype(float) ** 4)
        r.append(
            dict(
                T=T,
                energyPerSite=e / nsite,
                heatPerSite=(e2 - e * e) / T**2 / nsite,
                absM=m1 / nsite,
                m2=m2 / nsite**2,
                binder=1 - m4 / (3 * m2**2),
                logZ=np.log(Z) - E.min() / T,
            )
        )
    return r


def layers(Lx, Ly, intra, inter):
    b = []
    id_ = lambda l, x, y: (l * Lx + x % Lx) * Ly + y % Ly
    for l, J in enumerate(intra):
        for x in range(Lx):
            for y in range(Ly):
                b.append((id_(l, x, y), id_(l, x + 1, y), J))
                b.append((id_(l, x, y), id_(l, x, y + 1), J))
    for l, J in enumerate(inter):
        for x in range(Lx):
            for y in range(Ly):
                b.append((id_(l, x, y), id_(l + 1, x, y), J))
    return b


Ts = [1.0, 1.5, 2.0, 2.269185314213022, 2.5, 3.0, 3.2076, 4.0]
ex = [
    dict(name="ising 4x4 periodic", L=[4, 4], intra=[1.0], inter=[], res=enum(16, layers(4, 4, [1.0], []), 0, Ts)),
    dict(
        name="bilayer 3x3 J=1,J'=1",
        L=[3, 3],
        intra=[1.0, 1.0],
        inter=[1.0],
        res=enum(18, layers(3, 3, [1.0, 1.0], [1.0]), 0, Ts),
    ),
    dict(
        name="bilayer 3x3 J=(1,0.5),J'=0.2",
        L=[3, 3],
        intra=[1.0, 0.5],
        inter=[0.2],
        res=enum(18, layers(3, 3, [1.0, 0.5], [0.2]), 0, Ts),
    ),
    dict(
        name="bilayer 3x3 A-type J=1,J'=-0.5",
        L=[3, 3],
        intra=[1.0, 1.0],
        inter=[-0.5],
        res=enum(18, layers(3, 3, [1.0, 1.0], [-0.5]), 0, Ts),
    ),
    dict(
        name="trilayer 2x3 J=1,J'=1 (note: L=2 periodic doubles bonds)",
        L=[2, 3],
        intra=[1.0, 1.0, 1.0],
        inter=[1.0, 1.0],
        res=enum(18, layers(2, 3, [1.0] * 3, [1.0] * 2), 0, Ts),
    ),
]
out["exactEnumeration"] = ex
print(ex[0]["res"][3])
print(ex[1]["res"][6])

import mpmath as mp

mp.mp.dps = 40


def lnZ(K, L):
    g = []
    for l in range(2 * L):
        if l == 0:
            g.append(2 * K + mp.log(mp.tanh(K)))
        else:
            g.append(mp.acosh(mp.cosh(2 * K) * mp.coth(2 * K) - mp.cos(mp.pi * l / L)))

    def P(f, par):
        return mp.fprod(f(L * g[l] / 2) for l in range(par, 2 * L, 2))

    Zs = (
        P(lambda x: 2 * mp.cosh(x), 1)
        + P(lambda x: 2 * mp.sinh(x), 1)
        + P(lambda x: 2 * mp.cosh(x), 0)
        + P(lambda x: 2 * mp.sinh(x), 0)
    )
    return mp.mpf(L * L) / 2 * mp.log(2 * mp.sinh(2 * K)) - mp.log(2) + mp.log(abs(Zs))


kf = []
for L in (4, 8, 16, 32):
    for T in (2.0, 2.269185314213022, 2.5):
        K = mp.mpf(1) / T
        e = -mp.diff(lambda k: lnZ(k, L), K) / L**2
        c = mp.diff(lambda k: lnZ(k, L), K, 2) / L**2 * K * K
        kf.append(dict(L=L, T=T, energyPerSite=float(e), heatPerSite=float(c), logZ=float(lnZ(K, L))))
out["kaufmanTorus"] = kf
print([k for k in kf if k["T"] > 2.2 and k["T"] < 2.4])
e4 = [r for r in ex[0]["res"] if abs(r["T"] - 2.269185314213022) < 1e-9][0]
assert abs(e4["energyPerSite"] - kf[1]["energyPerSite"]) < 1e-9, (e4, kf[1])
save("magnets/golden/magnets.json", out)
