"""Writes magnets/golden/bilayer-transfer-matrix.json: the ordering temperature of two coupled Ising layers.

    python3 tools/oracle/bilayer_transfer_matrix.py [--check]     needs numpy and scipy; --check compares and writes nothing

Transfer matrices of periodic strips two layers high and L wide. `prg`: L / xi(L, T) = (L + 1) / xi(L + 1, T)
(phenomenological renormalisation). `amplitude`: L / xi(T) = pi eta = pi / 4, exact for the two-dimensional Ising class,
which converges much faster; it is carried to infinite L by L^-3 and L^-4. Takes about ten minutes.
"""

import numpy as np
from golden import save
from scipy.optimize import brentq
from scipy.sparse.linalg import LinearOperator, eigsh


def length_over_xi(width, temperature, first=1.0, second=1.0, between=1.0, layers=2):
    """L ln(lambda_+ / lambda_-) of the largest even and odd eigenvalues."""
    sites = layers * width
    states = 1 << sites
    index = np.arange(states, dtype=np.int64)
    exchange = [first, second][:layers]

    def spin(i):
        return (1 - 2 * ((index >> i) & 1)).astype(float)

    energy = np.zeros(states)
    for layer in range(layers):
        for y in range(width):
            energy += exchange[layer] * spin(layer * width + y) * spin(layer * width + (y + 1) % width)
    if layers == 2:
        for y in range(width):
            energy += between * spin(y) * spin(width + y)
    energy -= energy.max()
    half = np.exp(energy / (2 * temperature))

    def transfer(v):
        v = (half * v.ravel()).reshape([2] * sites)
        for axis in range(sites):
            # axis i belongs to spin sites - 1 - i
            weight = np.exp(-2 * exchange[(sites - 1 - axis) // width] / temperature)
            v = np.moveaxis(v, axis, 0)
            v = np.moveaxis(np.stack([v[0] + weight * v[1], weight * v[0] + v[1]]), 0, axis)
        return half * v.ravel()

    def project(v, sign):
        return 0.5 * (v + sign * v[states - 1 - index])

    largest = []
    for sign in (1, -1):
        operator = LinearOperator(
            (states, states), matvec=lambda v, s=sign: project(transfer(project(v.ravel(), s)), s), dtype=float
        )
        start = np.random.default_rng(0).random(states)
        start = project(start * (spin(0) + (2 if sign > 0 else 0)), sign)
        largest.append(eigsh(operator, k=1, which="LA", v0=start, tol=1e-12, return_eigenvectors=False)[0])
    return width * np.log(largest[0] / largest[1])


def at_amplitude(width, lower, upper, tolerance, options):
    return brentq(lambda t: length_over_xi(width, t, **options) - np.pi / 4, lower, upper, xtol=tolerance)


def rows(guess, widths, options, wider=()):
    renormalised = []
    for width in widths[:-1]:
        found = brentq(
            lambda t, w=width: length_over_xi(w, t, **options) - length_over_xi(w + 1, t, **options),
            guess * 0.9,
            guess * 1.12,
            xtol=1e-9,
        )
        ratio = length_over_xi(width + 1, found, **options)
        renormalised.append({"L": width, "Lp": width + 1, "Tc": found, "LoverXi": ratio})
    amplitude = [{"L": w, "Tc": at_amplitude(w, guess * 0.9, guess * 1.12, 1e-10, options)} for w in widths]
    for width in wider:
        last = amplitude[-1]["Tc"]
        amplitude.append({"L": width, "Tc": at_amplitude(width, last - 2e-4, last + 6e-3, 1e-8, options)})
    cubes = []
    for a, b in zip(amplitude[:-1], amplitude[1:]):
        ratio = (a["L"] / b["L"]) ** 3
        cubes.append((b["Tc"] - ratio * a["Tc"]) / (1 - ratio))
    # T + c L^-3 + d L^-4 through the last three
    last = np.array([x["L"] for x in amplitude[-3:]], float)
    temperatures = np.array([x["Tc"] for x in amplitude[-3:]])
    limit = np.linalg.solve(np.stack([np.ones(3), last**-3, last**-4], 1), temperatures)[0]
    return {"prg": renormalised, "amplitude": amplitude, "extrapolated_L3": cubes, "extrapolated_L3L4": limit}


bilayer = list(range(3, 9))
save(
    "magnets/golden/bilayer-transfer-matrix.json",
    {
        "single J=1": rows(2.2692, list(range(3, 12)), {"layers": 1}),
        "bilayer J=J'=1": rows(3.2076, bilayer, {}, wider=(9, 10)),
        "bilayer J=1,J'=0.5": rows(2.95, bilayer, {"between": 0.5}, wider=(9,)),
        "bilayer J=1,J'=0.1": rows(2.5, bilayer, {"between": 0.1}, wider=(9,)),
        "bilayer J=(1,0.5),J'=1": rows(2.6, bilayer, {"second": 0.5}, wider=(9,)),
        "_exact": {"single J=1": 2 / np.log(1 + np.sqrt(2))},
    },
)
