"""Writes iteration/golden/coupling.json: partitioned problems solved in numpy.

    python3 tools/oracle/coupling.py [--check]     needs numpy and scipy; --check compares and writes nothing

A count is the number of evaluations of H until ||H(x) - x|| <= tol ||H(x)||; -1: diverged; limit + 1: not converged.
Counts depend on rounding and may differ by 1 elsewhere.
"""
import numpy as np
from golden import save
from scipy.optimize import brentq, root

rng = np.random.default_rng(42)


def iterate(H, x, method, factor=0.5, limit=500, tolerance=1e-10, filter_limit=None):
    """x = H(x) by plain, constant, Aitken or least-squares quasi-Newton steps; returns the solution and the count."""
    x = np.array(x, float)
    residual_steps, value_steps = [], []
    before, weight = None, factor
    for count in range(1, limit + 1):
        y = H(x)
        r = y - x
        size = np.linalg.norm(r)
        if not np.isfinite(size) or size > 1e30:
            return x, -1
        if before is not None and method == "iqn":
            residual_steps.insert(0, r - before[0])
            value_steps.insert(0, y - before[1])
        if size <= tolerance * np.linalg.norm(y):
            return y, count
        if method == "none":
            step = r
        elif method == "constant" or (method == "iqn" and not residual_steps):
            step = factor * r
        elif method == "aitken":
            if before is not None:
                d = r - before[0]
                weight = -weight * (before[0] @ d) / (d @ d)
            step = weight * r
        else:
            if filter_limit is not None:
                kept = independent(residual_steps, filter_limit)
                residual_steps = [residual_steps[j] for j in kept]
                value_steps = [value_steps[j] for j in kept]
            c = np.linalg.lstsq(np.stack(residual_steps, 1), -r, rcond=None)[0]
            step = r + np.stack(value_steps, 1) @ c
        before = (r, y)
        x = x + step
    return x, limit + 1


def independent(columns, limit):
    """Columns, newest first, of which at least `limit` of their length is new to those before (QR2)."""
    basis, kept = [], []
    for j, column in enumerate(columns):
        v = column.copy()
        for _ in range(2):
            for q in basis:
                v -= q * (q @ v)
        if np.linalg.norm(column) > 0 and np.linalg.norm(v) >= limit * np.linalg.norm(column):
            basis.append(v / np.linalg.norm(v))
            kept.append(j)
    return kept


def radius(matrix):
    return float(max(abs(np.linalg.eigvals(matrix))))


def two_blocks():
    """[[A11, s A12], [s A21, A22]] x = b, solved block after block."""
    n1, n2 = 8, 6
    q = rng.standard_normal((n1, n1))
    a11 = q @ q.T / n1 + 2 * np.eye(n1)
    q = rng.standard_normal((n2, n2))
    a22 = q @ q.T / n2 + 2 * np.eye(n2)
    a12 = rng.standard_normal((n1, n2)) / 2
    a21 = rng.standard_normal((n2, n1)) / 2
    b1, b2 = rng.standard_normal(n1), rng.standard_normal(n2)
    sweep = []
    for s in (0.25, 0.5, 1, 1.5, 2, 3, 5):
        def serial(x2):
            return np.linalg.solve(a22, b2 - s * a21 @ np.linalg.solve(a11, b1 - s * a12 @ x2))

        def parallel(z):
            return np.concatenate([np.linalg.solve(a11, b1 - s * a12 @ z[n1:]), np.linalg.solve(a22, b2 - s * a21 @ z[:n1])])

        g = s * s * np.linalg.solve(a22, a21 @ np.linalg.solve(a11, a12))
        j = np.block([[np.zeros((n1, n1)), -s * np.linalg.solve(a11, a12)], [-s * np.linalg.solve(a22, a21), np.zeros((n2, n2))]])
        zero2, zero = np.zeros(n2), np.zeros(n1 + n2)
        sweep.append({
            "s": s, "rhoGS": radius(g), "rhoJacobi": radius(j),
            "iterations": {
                "gs": iterate(serial, zero2, "none")[1],
                "jacobi": iterate(parallel, zero, "none", limit=2000)[1],
                "constant0.5": iterate(serial, zero2, "constant", limit=2000)[1],
                "aitken0.5": iterate(serial, zero2, "aitken", limit=2000)[1],
                "iqn_serial": iterate(serial, zero2, "iqn")[1],
                "iqn_parallel": iterate(parallel, zero, "iqn")[1],
            },
            "solution": np.linalg.solve(np.block([[a11, s * a12], [s * a21, a22]]), np.concatenate([b1, b2])),
        })
    return {"A11": a11, "A12": a12, "A21": a21, "A22": a22, "b1": b1, "b2": b2, "sweep": sweep}


def two_rods():
    """Temperature at the joint of two rods, ends held at T0 and T1; one side gives heat, the other temperature."""
    rows = []
    for k1, l1, k2, l2 in ((1, 1, 1, 1), (1, 1, 4, 1), (4, 1, 1, 1), (1, 0.5, 1, 1), (0.1, 1, 1, 1)):
        t0, t1 = 1.0, 0.0
        c1, c2 = k1 / l1, k2 / l2

        def joint(x):
            return np.array([t1 + c1 * (t0 - x[0]) / c2])

        rows.append({
            "k1": k1, "L1": l1, "k2": k2, "L2": l2, "T0": t0, "T1": t1,
            "contraction": -c1 / c2, "omegaOpt": 1 / (1 + c1 / c2), "interface": (c1 * t0 + c2 * t1) / (c1 + c2),
            "its": {m: iterate(joint, [0.0], m)[1] for m in ("none", "constant", "aitken", "iqn")},
        })
    return rows


def strip(columns, rows, k):
    """A strip of a 5-point Laplacian beside an interface column: its Steklov-Poincare operator and what carries a source there."""
    t = 4 * np.eye(rows) - np.eye(rows, k=1) - np.eye(rows, k=-1)
    inside = np.kron(np.eye(columns), t) - np.kron(np.eye(columns, k=1) + np.eye(columns, k=-1), np.eye(rows))
    to_edge = np.zeros((columns * rows, rows))
    to_edge[-rows:] = -np.eye(rows)
    return k * (t / 2 - to_edge.T @ np.linalg.solve(inside, to_edge)), k * inside, k * to_edge


def partitioned_laplace():
    rows = []
    ny, h2 = 9, 0.01
    for nx1, nx2, k1, k2 in ((9, 9, 1, 1), (4, 14, 1, 1), (14, 4, 1, 1), (9, 9, 1, 5), (9, 9, 5, 1)):
        s1, a1, e1 = strip(nx1, ny, k1)
        s2, a2, e2 = strip(nx2, ny, k2)
        g = h2 * np.ones(ny) - e1.T @ np.linalg.solve(a1, h2 * np.ones(nx1 * ny)) - e2.T @ np.linalg.solve(a2, h2 * np.ones(nx2 * ny))

        def sweep(x):
            return np.linalg.solve(s2, g - s1 @ x)

        methods = (("none", 1), ("constant", 0.5), ("constant", 0.2), ("aitken", 0.5), ("iqn", 0.5), ("iqn", 0.1))
        rows.append({
            "nx1": nx1, "nx2": nx2, "ny": ny, "k1": k1, "k2": k2,
            "rho": radius(np.linalg.solve(s2, s1)), "solution": np.linalg.solve(s1 + s2, g),
            "its": {f"{m}{w}": iterate(sweep, np.zeros(ny), m, w, 1000)[1] for m, w in methods},
        })
    return rows


def bar():
    """A bar heated at one end whose elongation closes a gap and so cools it: temperature against displacement."""
    rows = []
    n = 20
    dx = 1 / n

    def thermal(end, h0):
        h = 0.05 + h0 / (1 + ((0.55 - end) / 0.05) ** 2)
        return 1 + (1 / (1 + h) - 1) * np.linspace(0, 1, n + 1)

    def elongation(temperature):
        middle = (temperature[1:] + temperature[:-1]) / 2
        softness = dx * np.sum(1 + 0.5 * middle)
        return dx * np.sum(middle) / (1 + 0.1 * softness)

    for label, h0 in (("weak", 1.0), ("slow", 20.0), ("diverging", 10.0), ("bistable", 4.0)):
        def slip(u):
            return elongation(thermal(u, h0)) - u

        grid = np.linspace(0.3, 1.0, 7001)
        values = np.array([slip(u) for u in grid])
        points = []
        for i in np.nonzero(values[:-1] * values[1:] < 0)[0]:
            u = brentq(slip, grid[i], grid[i + 1], xtol=1e-15)
            slope = 1 + (slip(u + 1e-6) - slip(u - 1e-6)) / 2e-6
            points.append({"uL": u, "TL": thermal(u, h0)[-1], "slope": slope})
        its, limits = {}, {}
        for m, w in (("none", 1), ("constant", 0.5), ("constant", 0.1), ("aitken", 0.5), ("aitken", 0.1), ("iqn", 0.5), ("iqn", 0.1)):
            x, count = iterate(lambda t: thermal(elongation(t), h0), np.full(n + 1, 0.5), m, w, 1000, filter_limit=1e-8)
            its[f"{m}{w}"] = count
            limits[f"{m}{w}"] = float(elongation(x)) if 0 < count <= 1000 else None
        rows.append({"label": label, "h0": h0, "fixedPoints": points, "its": its, "limit_uL": limits})
    return rows


def linear_net():
    """min ||Y - w2 w1^T|| layer by layer is the power method."""
    y = rng.standard_normal((6, 5))
    _, s, v = np.linalg.svd(y)
    w1 = start = rng.standard_normal(5)
    errors = []
    for _ in range(22):
        w2 = y @ w1 / (w1 @ w1)
        w1 = y.T @ w2 / (w2 @ w2)
        errors.append(np.linalg.norm(w1 / np.linalg.norm(w1) - v[0] * np.sign(v[0] @ w1)))
    return {"Y": y, "w1_0": start, "ratePredicted": (s[1] / s[0]) ** 2, "rateMeasured": errors[20] / errors[19]}


def tanh_net():
    """Two layers with a ridge: the rate of layer-wise training is that of block Gauss-Seidel on the Hessian at the minimum."""
    x = rng.standard_normal((12, 2))
    t = np.tanh(x @ np.array([[1.0, -0.5], [0.3, 0.8]])) @ np.array([1.0, -0.7]) + 0.05 * rng.standard_normal(12)
    ridge = 0.05

    def gradient(z):
        w1, w2 = z[:4].reshape(2, 2), z[4:]
        a = np.tanh(x @ w1)
        r = a @ w2 - t
        return np.concatenate([(x.T @ (r[:, None] * w2[None] * (1 - a * a)) + ridge * w1).ravel(), a.T @ r + ridge * w2])

    def outer(w1):
        a = np.tanh(x @ w1)
        return np.linalg.solve(a.T @ a + ridge * np.eye(2), a.T @ t)

    def inner(w1, w2):
        return root(lambda w: gradient(np.concatenate([w, w2]))[:4], w1.ravel(), tol=1e-15).x.reshape(2, 2)

    w1 = start = np.array([[0.8, -0.3], [0.2, 0.9]])
    history = []
    for _ in range(400):
        w1 = inner(w1, outer(w1))
        history.append(w1)
        if len(history) > 4 and np.linalg.norm(history[-1] - history[-2]) < 1e-12:
            break
    z = root(gradient, np.concatenate([w1.ravel(), outer(w1)]), tol=1e-15).x
    e = 1e-6
    h = np.stack([(gradient(z + e * u) - gradient(z - e * u)) / (2 * e) for u in np.eye(6)], 1)
    h = (h + h.T) / 2
    seidel = np.linalg.solve(h[:4, :4], h[:4, 4:]) @ np.linalg.solve(h[4:, 4:], h[4:, :4])
    errors = [np.linalg.norm(w - z[:4].reshape(2, 2)) for w in history]
    half = len(errors) // 2
    a = np.tanh(x @ z[:4].reshape(2, 2))
    loss = 0.5 * np.sum((a @ z[4:] - t) ** 2) + 0.5 * ridge * np.sum(z**2)
    return {
        "X": x, "t": t, "lam": ridge, "W1_0": start, "W1": z[:4].reshape(2, 2), "w2": z[4:], "loss": loss,
        "rhoPredicted": radius(seidel), "rateMeasured": errors[half] / errors[half - 1],
    }


def sellar():
    z1, z2, x1 = 5.0, 2.0, 1.0
    y1 = y2 = 1.0
    for sweeps in range(1, 100):
        n1 = z1**2 + z2 + x1 - 0.2 * y2
        n2 = np.sqrt(abs(n1)) + z1 + z2
        if max(abs(n1 - y1), abs(n2 - y2)) < 1e-12:
            break
        y1, y2 = n1, n2
    return {"z": [z1, z2], "x": x1, "y1": n1, "y2": n2, "gsSweeps": sweeps, "contraction": -0.1 / np.sqrt(n1)}


save("iteration/golden/coupling.json", {
    "twoBlockLinear": two_blocks(),
    "twoRods": two_rods(),
    "partitionedLaplace2D": partitioned_laplace(),
    "thermoMechanicalBar": bar(),
    "layerwiseLinear": linear_net(),
    "layerwiseTanh": tanh_net(),
    "sellar": sellar(),
})
