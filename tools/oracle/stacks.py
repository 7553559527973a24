"""Writes topology/golden/stacks.json: the stacked Bernevig-Hughes-Zhang (Wilson-Dirac) model.

    python3 tools/oracle/stacks.py [--check]     needs numpy and scipy; --check compares and writes nothing

Basis: orbital tau (x) spin sigma.
H(k)=A(sin kx G1 + sin ky G2) + lz sin kz G3 + m(k) G5 ; m = M-2B(2-cos kx-cos ky)-2Bz(1-cos kz)
G1=tx sx, G2=tx sy, G3=tx sz (mutually anticommuting with G5=tz); inversion P=G5; T=i sy K.
"""

import itertools

import numpy as np

from golden import save

s0 = np.eye(2, dtype=complex)
sx = np.array([[0, 1], [1, 0]], complex)
sy = np.array([[0, -1j], [1j, 0]])
sz = np.diag([1, -1]).astype(complex)
G1, G2, G3, G5 = np.kron(sx, sx), np.kron(sx, sy), np.kron(sx, sz), np.kron(sz, s0)


class P:
    pass


def mk(A=1.0, B=1.0, M=1.0, Bz=0.1, lz=0.3, tz=0.0):  # tz: extra spin-independent hopping 2 tz cos kz * identity
    p = P()
    p.__dict__.update(A=A, B=B, M=M, Bz=Bz, lz=lz, tz=tz)
    return p


def mass(p, k):
    return p.M - 2 * p.B * (2 - np.cos(k[0]) - np.cos(k[1])) - 2 * p.Bz * (1 - np.cos(k[2]))


def H(p, k):
    return (
        p.A * (np.sin(k[0]) * G1 + np.sin(k[1]) * G2)
        + p.lz * np.sin(k[2]) * G3
        + mass(p, k) * G5
        + 2 * p.tz * np.cos(k[2]) * np.eye(4)
    )


# on-site and hoppings (R): H(k)=h0+sum_d (T_d e^{i k_d}+h.c.)
def hops(p):
    h0 = (p.M - 4 * p.B - 2 * p.Bz) * G5
    return h0, [p.A / (2j) * G1 + p.B * G5, p.A / (2j) * G2 + p.B * G5, p.lz / (2j) * G3 + p.Bz * G5 + p.tz * np.eye(4)]


for _ in range(5):
    p = mk(0.7, 1.1, 1.3, 0.15, 0.4, 0.05)
    k = np.random.rand(3) * 6
    h0, T = hops(p)
    Hk = h0 + sum(t * np.exp(1j * k[d]) + (t * np.exp(1j * k[d])).conj().T for d, t in enumerate(T))
    assert np.allclose(Hk, H(p, k))


def fukane(p):
    d = {}
    for n in itertools.product((0, 1), repeat=3):
        d[n] = -np.sign(mass(p, np.pi * np.array(n)))  # parity of occupied Kramers pair under P=G5

    def sgn(cond):
        return int(round((1 - np.prod([v for k, v in d.items() if cond(k)])) / 2))

    nu0 = sgn(lambda k: True)
    return (nu0, sgn(lambda k: k[0] == 1), sgn(lambda k: k[1] == 1), sgn(lambda k: k[2] == 1)), {
        "".join(map(str, k)): int(v) for k, v in d.items()
    }


def wcc(p, fix, val, s, loopdir, other, N=200):
    ks = np.zeros((N, 3))
    ks[:, fix] = val
    ks[:, other] = s
    ks[:, loopdir] = 2 * np.pi * np.arange(N) / N
    us = [np.linalg.eigh(H(p, k))[1][:, :2] for k in ks]
    us.append(us[0])
    W = np.eye(2, dtype=complex)
    for a, b in zip(us[:-1], us[1:], strict=False):
        u, _, v = np.linalg.svd(a.conj().T @ b)
        W = W @ (u @ v)
    return np.sort(np.mod(-np.angle(np.linalg.eigvals(W)) / (2 * np.pi), 1))


def z2plane(p, fix, val, ns=81, N=120):
    """largest-gap tracking (Soluyanov-Vanderbilt)"""
    loop, other = [d for d in range(3) if d != fix]
    jumps = 0
    prev = None
    for s in np.linspace(0, np.pi, ns):
        w = wcc(p, fix, val, s, loop, other, N)
        g = np.diff(np.append(w, w[0] + 1))
        i = int(np.argmax(g))
        mid = (w[i] + g[i] / 2) % 1
        if prev is not None:
            # parity of the WCCs (current column) lying between previous and current gap centres, measured on the fixed cut [0,1)
            lo, hi = sorted((prev, mid))
            jumps += int(np.sum((w > lo) & (w < hi)))
        prev = mid
    return jumps % 2


def slab(p, openDir, N, k2):
    h0, T = hops(p)
    per = [d for d in range(3) if d != openDir]
    h = h0.copy()
    for d, k in zip(per, k2, strict=False):
        h = h + T[d] * np.exp(1j * k) + (T[d] * np.exp(1j * k)).conj().T
    Hs = (
        np.kron(np.eye(N), h)
        + np.kron(np.diag(np.ones(N - 1), 1), T[openDir])
        + np.kron(np.diag(np.ones(N - 1), -1), T[openDir].conj().T)
    )
    return Hs  # convention: block (n,n+1)=T  <-> e^{+ik}


def gapscan(p, openDir, N, n=41):
    best = (9, None)
    for k1 in np.linspace(0, 2 * np.pi, n - 1, endpoint=False):
        for k2 in np.linspace(0, 2 * np.pi, n - 1, endpoint=False):
            w = np.linalg.eigvalsh(slab(p, openDir, N, (k1, k2)))
            g = w[2 * N] - w[2 * N - 1]
            if g < best[0]:
                best = (g, (k1, k2))
    return best


out = {"models": []}
sets = {
    "trivial": dict(M=-1.0, Bz=0.1, lz=0.3),
    "decoupled QSH stack": dict(M=1.0, Bz=0.0, lz=0.0),
    "WTI (0;001) a": dict(M=1.0, Bz=0.1, lz=0.3),
    "WTI (0;001) b (4<M<8)": dict(M=5.2, Bz=0.1, lz=0.3),
    "WTI (0;001) c non-uniform hopping tz": dict(M=2.0, Bz=0.2, lz=0.5, tz=0.1),
    "STI (1;000)": dict(M=1.0, Bz=0.6, lz=0.8),
    "WTI (0;111)": dict(M=4.4, Bz=0.8, lz=0.8),
}
rng = np.random.default_rng(3)
for name, kw in sets.items():
    p = mk(**kw)
    nu, par = fukane(p)
    planes = (
        {}
        if name == "decoupled QSH stack" and False
        else {f"k{'xyz'[f]}={'0' if v == 0 else 'pi'}": z2plane(p, f, v) for f in range(3) for v in (0, np.pi)}
    )
    nuW = ((planes["kz=0"] + planes["kz=pi"]) % 2, planes["kx=pi"], planes["ky=pi"], planes["kz=pi"])
    ks = rng.random((4, 3)) * 2 * np.pi
    gs = min(2 * abs(mass(p, np.pi * np.array(n))) for n in itertools.product((0, 1), repeat=3))
    gz = gapscan(p, 2, 10, 25)
    gx = gapscan(p, 0, 16, 25)

    def e(d, N, k):
        return np.linalg.eigvalsh(slab(p, d, N, k))

    rec = dict(
        name=name,
        params=p.__dict__,
        nu_FuKane=nu,
        parityOccupied=par,
        z2_planes_Wilson=planes,
        nu_Wilson=nuW,
        bulk=[dict(k=k, E=np.linalg.eigvalsh(H(p, k))) for k in ks],
        slabZ=dict(N=10, minGap=gz[0], at=gz[1]),
        slabX=dict(N=16, minGap=gx[0], at=gx[1]),
        slabSpectra=[
            dict(open="xyz"[d], N=6, k=list(k), E=e(d, 6, k))
            for d in (0, 2)
            for k in ((0, 0), (0, np.pi), (np.pi, 0), (np.pi, np.pi), (0.3, 0.7))
        ],
    )
    out["models"].append(rec)
    print(
        name,
        "FuKane",
        nu,
        "Wilson",
        nuW,
        planes,
        "gap z-open %.4f at %s" % (gz[0], np.round(gz[1], 2)),
        "| gap x-open %.2e at %s" % (gx[0], np.round(gx[1], 2)),
        flush=True,
    )
# convergence of side-surface gap with thickness for WTI a, and top/bottom gap
p = mk(**sets["WTI (0;001) a"])
out["gapVsThickness"] = dict(
    sideX=[
        dict(
            N=N,
            gap00=(lambda w: w[2 * N] - w[2 * N - 1])(np.linalg.eigvalsh(slab(p, 0, N, (0, 0)))),
            gap0pi=(lambda w: w[2 * N] - w[2 * N - 1])(np.linalg.eigvalsh(slab(p, 0, N, (0, np.pi)))),
        )
        for N in (4, 8, 12, 16, 24, 32)
    ],
    topZ=[
        dict(
            N=N,
            gap00=(lambda w: w[2 * N] - w[2 * N - 1])(np.linalg.eigvalsh(slab(p, 2, N, (0, 0)))),
            min=gapscan(p, 2, N, 21)[0],
        )
        for N in (2, 4, 8, 16)
    ],
)
for r in out["gapVsThickness"]["sideX"]:
    print(r)
for r in out["gapVsThickness"]["topZ"]:
    print(r)
# WCC samples for exact comparison
out["wcc"] = [dict(plane="kz=0", s=s, w=wcc(p, 2, 0.0, s, 0, 1, 200)) for s in (0, 0.5, 1.5, 2.5, np.pi)]


# spin Chern numbers (Fukui-Hatsugai-Suzuki) of 2D BHZ upper block d=(A sin kx, A sin ky, M-2B(2-cos-cos))
def fhs(M, N=24, A=1.0, B=1.0):
    k = 2 * np.pi * np.arange(N) / N
    u = np.zeros((N, N, 2), complex)
    for i, a in enumerate(k):
        for j, b in enumerate(k):
            u[i, j] = np.linalg.eigh(
                A * np.sin(a) * sx + A * np.sin(b) * sy + (M - 2 * B * (2 - np.cos(a) - np.cos(b))) * sz
            )[1][:, 0]
    l = lambda a, b: (lambda z: z / abs(z))((a.conj() * b).sum(-1))
    ux = np.roll(u, -1, 0)
    uy = np.roll(u, -1, 1)
    uxy = np.roll(ux, -1, 1)
    return int(round(np.angle(l(u, ux) * l(ux, uxy) * l(uxy, uy) * l(uy, u)).sum() / (2 * np.pi)))


out["fhsChern"] = [dict(M=M, C=fhs(M)) for M in (-1, 0.5, 1, 3, 5, 7, 9)]
print(out["fhsChern"])


# surface Green function by decimation (Lopez-Sancho 1985) == repeated Schur complement
def surfG(h, t, E, eta=1e-3, it=60):
    e0 = (E + 1j * eta) * np.eye(len(h))
    es = h.copy()
    eb = h.copy()
    a = t.copy()
    b = t.conj().T.copy()
    for _ in range(it):
        g = np.linalg.inv(e0 - eb)
        es = es + a @ g @ b
        eb = eb + a @ g @ b + b @ g @ a
        a, b = a @ g @ a, b @ g @ b
        if abs(a).max() < 1e-14:
            break
    return np.linalg.inv(e0 - es)


def surf(p, openDir, k2, E, eta):
    h0, T = hops(p)
    per = [d for d in range(3) if d != openDir]
    h = h0.copy()
    for d, k in zip(per, k2, strict=False):
        h = h + T[d] * np.exp(1j * k) + (T[d] * np.exp(1j * k)).conj().T
    return surfG(h, T[openDir], E, eta)


out["surfaceDOS"] = [
    dict(open="xyz"[d], k=list(k), E=E, eta=1e-2, A=-np.trace(surf(p, d, k, E, 1e-2)).imag / np.pi)
    for d in (0, 2)
    for k in ((0, 0), (0, np.pi), (0.3, 0.2))
    for E in (0.0, 0.1, 0.25)
]
for r in out["surfaceDOS"]:
    print(r)
save("topology/golden/stacks.json", out)
