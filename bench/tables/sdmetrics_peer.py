"""SDMetrics' figures for the rows that one-table.mjs wrote: python sdmetrics_peer.py FOLDER prints one JSON object.

`shapes` and `trends` are means of its metrics (KSComplement, TVComplement, CorrelationSimilarity, ContingencySimilarity) over all columns and all pairs, a
missing category counted as one more value; `report` is what its QualityReport says, which leaves out pairs that hang together weakly in the real rows.
"""

import itertools
import json
import math
import sys
import warnings

import numpy as np
import pandas as pd
from sdmetrics.column_pairs import ContingencySimilarity, CorrelationSimilarity
from sdmetrics.reports.single_table import QualityReport
from sdmetrics.single_column import KSComplement, TVComplement

warnings.filterwarnings("ignore")
folder = sys.argv[1]
with open(f"{folder}/schema.json") as file:
    schema = json.load(file)
real, samples = (pd.read_csv(f"{folder}/{name}.csv", low_memory=False) for name in ("real", "samples"))
CATEGORICAL = ("category", "ordered", "boolean")
modelled = [c for c in schema["columns"] if c["name"] in real and c["type"] not in ("constant", "identifier", "text")]
numbers = []
for column in modelled:
    name = column["name"]
    if column["type"] in ("date", "datetime"):
        for table in (real, samples):
            table[name] = pd.to_datetime(table[name]).astype("int64").astype(float)
    if column["type"] in CATEGORICAL:
        for table in (real, samples):
            table[name] = table[name].map(lambda value: "missing" if pd.isna(value) else str(value))
    else:
        numbers.append(name)
names = [c["name"] for c in modelled]
real, samples = real[names], samples[names]


def finite(value):
    return None if value is None or math.isnan(value) else float(value)


def shape(name):
    return (KSComplement if name in numbers else TVComplement).compute(real[name], samples[name])


def trend(a, b):
    if a in numbers and b in numbers:
        return CorrelationSimilarity.compute(real[[a, b]].dropna(), samples[[a, b]].dropna())
    continuous = [name for name in (a, b) if name in numbers]
    return ContingencySimilarity.compute(real[[a, b]].copy(), samples[[a, b]].copy(), continuous_column_names=continuous)


per_column = {name: finite(shape(name)) for name in names}
per_pair = [[a, b, finite(trend(a, b))] for a, b in itertools.combinations(names, 2)]
report = QualityReport()
metadata = {name: {"sdtype": "numerical" if name in numbers else "categorical"} for name in names}
report.generate(real, samples, {"columns": metadata}, verbose=False)
properties = report.get_properties().set_index("Property")["Score"]
print(
    json.dumps(
        {
            "shapes": float(np.mean(list(per_column.values()))),
            "trends": float(np.mean([score for _, _, score in per_pair])),
            "report": {
                "shapes": finite(properties["Column Shapes"]),
                "trends": finite(properties["Column Pair Trends"]),
                "score": finite(report.get_score()),
            },
            "perColumn": per_column,
            "perPair": per_pair,
        }
    )
)
