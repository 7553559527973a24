"""Predicts a column with scikit-learn's gradient boosting: in.json of a folder in, one line of JSON out. Started by bench/conditions.mjs."""

import json
import sys
from pathlib import Path

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

given = json.loads((Path(sys.argv[1]) / "in.json").read_text())
training, asked, target = given["training"], given["asked"], given["target"]
names = [n for n in training if n != target]
numeric = {n: all(c is None or isinstance(c, (int, float)) for c in training[n]) for n in names}
values = {n: sorted({c for c in training[n] if c is not None})[:254] for n in names if not numeric[n]}


def encode(rows):
    """Numbers as they are, categories by their place; missing cells stay missing, which these trees handle."""
    columns = []
    for n in names:
        place = {v: float(i) for i, v in enumerate(values.get(n, []))}
        columns.append([np.nan if c is None else float(c) if numeric[n] else place.get(c, np.nan) for c in rows[n]])
    return np.array(columns).T


known = [i for i, c in enumerate(training[target]) if c is not None]
x, y = encode(training)[known], [training[target][i] for i in known]
test = encode(asked)
options = {"random_state": 0, "categorical_features": [not numeric[n] for n in names]}
if all(isinstance(c, (int, float)) for c in y):
    quantiles = {
        q: HistGradientBoostingRegressor(loss="quantile", quantile=q, **options).fit(x, y).predict(test).tolist()
        for q in (0.05, 0.5, 0.95)
    }
    print(json.dumps({"kind": "number", "low": quantiles[0.05], "median": quantiles[0.5], "high": quantiles[0.95]}))
else:
    model = HistGradientBoostingClassifier(**options).fit(x, [str(c) for c in y])
    shares = model.predict_proba(test)
    best = [str(model.classes_[k]) for k in shares.argmax(axis=1)]
    print(json.dumps({"kind": "category", "values": [str(c) for c in model.classes_], "probabilities": shares.ravel().tolist(), "best": best}))
