"""Measures by other packages: python judge.py TABLE_FOLDER FOLDER LABEL prints one JSON object about the samples in FOLDER.

quality   SDMetrics' QualityReport: its column shapes, pair trends (of pairs that hang together in the real rows) and their mean
validity  SDMetrics' DiagnosticReport, Data Validity: shares of cells within the range and the categories of the training rows
coverage  the mean of SDMetrics' RangeCoverage and CategoryCoverage over the columns: how much of each range and list the samples reach
auc       gradient-boosted trees (scikit-learn) tell all rows of the table from the samples, cross-fitted in five folds; 0.5 is alike
accuracy  the same trees, trained on the samples, judged on held-out rows: accuracy of a category, R2 of a number
"""

import json
import math
import os
import sys
import warnings

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"

# Before the imports: SDMetrics warns on import that the reports of one table will move.
warnings.filterwarnings("ignore")

import numpy as np
import pandas as pd
from sdmetrics.reports.single_table import DiagnosticReport, QualityReport
from sdmetrics.single_column import CategoryCoverage, RangeCoverage
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

table_folder, folder, label = sys.argv[1:4]
CATEGORICAL = ("category", "ordered", "boolean")
FOLDS = 5


def read(path):
    return pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""])


with open(f"{table_folder}/schema.json", encoding="utf-8") as file:
    schema = json.load(file)
rows, training, held_out = (read(f"{table_folder}/{name}.csv") for name in ("rows", "training", "heldout"))
samples = read(f"{folder}/samples.csv")
modelled = [c for c in schema["columns"] if c["name"] in rows and c["type"] not in ("constant", "identifier", "text")]
names = [c["name"] for c in modelled]
numbers = [c["name"] for c in modelled if c["type"] not in CATEGORICAL]


def value_of(cell):
    """One spelling for each value: what pandas reads as a number loses its trailing zeros."""
    if pd.isna(cell):
        return "missing"
    try:
        return f"{float(cell):.12g}"
    except ValueError:
        return str(cell).strip().lower() if str(cell).strip().lower() in ("true", "false") else str(cell)


for column in modelled:
    name = column["name"]
    for table in (rows, training, held_out, samples):
        if name not in numbers:
            table[name] = table[name].map(value_of)
        elif column["type"] in ("date", "datetime"):
            read_dates = pd.to_datetime(table[name], errors="coerce", format="mixed")
            table[name] = (read_dates - pd.Timestamp(0)) / pd.Timedelta(seconds=1)
        else:
            table[name] = pd.to_numeric(table[name], errors="coerce")
rows, training, held_out, samples = (table[names] for table in (rows, training, held_out, samples))


def finite(value):
    return None if value is None or math.isnan(value) else float(value)


metadata = {
    "columns": {name: {"sdtype": "numerical" if name in numbers else "categorical"} for name in names}
}
quality = QualityReport()
quality.generate(training, samples, metadata, verbose=False)
properties = quality.get_properties().set_index("Property")["Score"]
diagnostic = DiagnosticReport()
diagnostic.generate(training, samples, metadata, verbose=False)
validity = diagnostic.get_properties().set_index("Property")["Score"]["Data Validity"]
coverage = [
    finite((RangeCoverage if name in numbers else CategoryCoverage).compute(training[name], samples[name]))
    for name in names
]


def features(table, leave_out=()):
    """Numbers as they are; categories as ranks by their frequency in all rows, unseen ones behind them."""
    columns = []
    for name in names:
        if name in leave_out:
            continue
        if name in numbers:
            columns.append(table[name].to_numpy(float))
        else:
            order = {value: i for i, value in enumerate(rows[name].value_counts(sort=True).index)}
            columns.append(table[name].map(order).fillna(len(order)).to_numpy(float))
    return np.column_stack(columns)


def auc():
    x = np.vstack([features(rows), features(samples)])
    y = np.repeat([0, 1], [len(rows), len(samples)])
    scores = np.zeros(len(y))
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(x, y):
        trees = HistGradientBoostingClassifier(random_state=0).fit(x[train], y[train])
        scores[test] = trees.predict_proba(x[test])[:, 1]
    return roc_auc_score(y, scores)


def accuracy():
    known = samples[label].notna() if label in numbers else samples[label] != "missing"
    judged = held_out[label].notna() if label in numbers else held_out[label] != "missing"
    x, y = features(samples, [label])[known], samples[label][known]
    if y.nunique() < 2:
        return 0.0 if label in numbers else float((held_out[label][judged] == y.iloc[0]).mean())
    trees = (HistGradientBoostingRegressor if label in numbers else HistGradientBoostingClassifier)(random_state=0)
    return trees.fit(x, y).score(features(held_out, [label])[judged], held_out[label][judged])


print(
    json.dumps(
        {
            "report": {
                "shapes": finite(properties["Column Shapes"]),
                "trends": finite(properties["Column Pair Trends"]),
                "score": finite(quality.get_score()),
            },
            "validity": finite(validity),
            "coverage": float(np.mean([score for score in coverage if score is not None])),
            "auc": float(auc()),
            "accuracy": float(accuracy()),
        }
    )
)
