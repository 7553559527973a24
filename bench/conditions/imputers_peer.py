"""Fills gaps with scikit-learn's imputers: in.json of a folder in, one line of JSON out. Started by bench/conditions.mjs."""

import json
import sys
from pathlib import Path

import numpy as np
from sklearn.ensemble import RandomForestRegressor
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.impute import IterativeImputer, KNNImputer

given = json.loads((Path(sys.argv[1]) / "in.json").read_text())
training, gappy, gaps = given["training"], given["gappy"], given["gaps"]
names = list(training)
numeric = {n: all(c is None or isinstance(c, (int, float)) for c in training[n]) for n in names}
values = {n: sorted({c for c in training[n] if c is not None}) for n in names if not numeric[n]}


def encode(rows):
    """Numbers standardised, categories as one 0/1 column for each value; a missing cell is missing in all of its columns."""
    blocks = []
    for n in names:
        if numeric[n]:
            column = np.array([np.nan if c is None else float(c) for c in rows[n]])
            known = np.array([float(c) for c in training[n] if c is not None])
            blocks.append(((column - known.mean()) / (known.std() or 1))[:, None])
        else:
            block = np.array([[np.nan if c is None else float(c == v) for v in values[n]] for c in rows[n]])
            blocks.append(block)
    return np.hstack(blocks)


places, at = {}, 0
for n in names:
    width = 1 if numeric[n] else len(values[n])
    places[n] = (at, at + width)
    at += width


def decode(filled):
    """The cells at the gaps, in the table's own values."""
    out = []
    for row, n in gaps:
        first, last = places[n]
        block = filled[row, first:last]
        if numeric[n]:
            known = np.array([float(c) for c in training[n] if c is not None])
            out.append(float(block[0] * (known.std() or 1) + known.mean()))
        else:
            out.append(values[n][int(np.argmax(block))])
    return out


x = encode(training)
some = x[np.random.default_rng(0).permutation(len(x))[:4000]]
test = encode(gappy)
result = {}
middle = np.nanmedian(some, axis=0)
result["median or mode"] = {"fills": decode(np.where(np.isnan(test), np.where(np.arange(test.shape[1]) >= 0, np.nanmean(some, axis=0), middle), test)), "draws": []}
for n in names:
    if numeric[n]:
        first, _ = places[n]
        column = test[:, first]
        test_middle = middle[first]
        known = np.array([float(c) for c in training[n] if c is not None])
        for i, (row, gap) in enumerate(gaps):
            if gap == n:
                result["median or mode"]["fills"][i] = float(test_middle * (known.std() or 1) + known.mean())
result["KNNImputer"] = {"fills": decode(KNNImputer(n_neighbors=10).fit(some).transform(test)), "draws": []}
iterative = IterativeImputer(max_iter=10, random_state=0).fit(some)
result["IterativeImputer"] = {"fills": decode(iterative.transform(test)), "draws": []}
posterior = IterativeImputer(max_iter=10, sample_posterior=True, random_state=0).fit(some)
result["IterativeImputer"]["draws"] = [decode(posterior.transform(test)) for _ in range(8)]
forest = IterativeImputer(
    RandomForestRegressor(n_estimators=10, min_samples_leaf=3, random_state=0, n_jobs=1),
    max_iter=2,
    random_state=0,
).fit(some[:1500])
result["forests"] = {"fills": decode(forest.transform(test)), "draws": []}
print(json.dumps(result))
