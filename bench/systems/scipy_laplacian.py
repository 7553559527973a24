"""lambda_2 of the supra-Laplacian written by laplacian.mjs, by SciPy: `lobpcg` (diagonal preconditioner, the
constant vector as a constraint) or `arpack` (`eigsh` for the small end, the constant vector shifted away)."""
import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import LinearOperator, eigsh, lobpcg

folder, method = Path(sys.argv[1]), sys.argv[2]
problem = json.loads((folder / "problem.json").read_text())
n, coupling = problem["nodes"], problem["coupling"]


def laplacian(name):
    pairs = np.fromfile(folder / name, dtype=np.int32).reshape(-1, 2)
    ones = np.ones(len(pairs))
    i, j = pairs[:, 0], pairs[:, 1]
    adjacency = sp.coo_matrix((np.concatenate([ones, ones]), (np.concatenate([i, j]), np.concatenate([j, i]))), shape=(n, n)).tocsr()
    return (sp.diags(np.asarray(adjacency.sum(axis=1)).ravel()) - adjacency).tocsr()


started = time.perf_counter()
between = sp.csr_matrix(coupling * np.array([[1.0, -1.0], [-1.0, 1.0]]))
matrix = (sp.block_diag([laplacian("a.bin"), laplacian("b.bin")]) + sp.kron(between, sp.identity(n))).tocsr()
assembled = time.perf_counter()
size = 2 * n
tolerance = 1e-8 * 2 * matrix.diagonal().max()
products = 0


def product(x):
    global products
    products += 1 if x.ndim == 1 else x.shape[1]
    return matrix @ x


constant = np.full((size, 1), 1 / np.sqrt(size))
if method == "lobpcg":
    rng = np.random.default_rng(1)
    inverse = sp.diags(1 / matrix.diagonal())
    start = rng.standard_normal((size, 3))
    operator = LinearOperator((size, size), matvec=product, matmat=product, dtype=float)
    values, vectors = lobpcg(operator, start, M=inverse, Y=constant, tol=tolerance, maxiter=2000, largest=False)
    order = np.argsort(values)
    value, vector = values[order[0]], vectors[:, order[0]]
else:
    # Adding the constant vector's projector at the far end leaves lambda_2 the smallest.
    far = 2 * matrix.diagonal().max()
    shifted = LinearOperator((size, size), matvec=lambda x: product(x) + far * constant[:, 0] * (constant[:, 0] @ x), dtype=float)
    values, vectors = eigsh(shifted, k=1, which="SA", tol=1e-8, maxiter=100000)
    value, vector = values[0], vectors[:, 0]
solved = time.perf_counter()
vector = vector / np.linalg.norm(vector)
print(json.dumps({
    "lambda2": float(value),
    "residual": float(np.linalg.norm(matrix @ vector - value * vector)),
    "products": products,
    "assembleSeconds": assembled - started,
    "solveSeconds": solved - assembled,
    "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
}))
