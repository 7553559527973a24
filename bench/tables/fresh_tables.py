"""Writes the tables that Python packages ship, as they are, for `npm run bench:tables`: python fresh_tables.py FOLDER

breast-cancer  scikit-learn (BSD): 569 tumours, 30 measurements, the diagnosis (UCI, CC BY 4.0)
governments    lifelines (MIT): 1,808 governments, their country, region, regime, beginning and duration (Cheibub, Gandhi and Vreeland 2010)
"""

import sys
from importlib.util import find_spec
from pathlib import Path

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)


def shipped(package, path):
    return Path(find_spec(package).origin).parent / path


def write(name, lines):
    (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


measures = (
    "radius texture perimeter area smoothness compactness concavity concave_points symmetry fractal_dimension".split()
)
names = [f"{of}_{measure}" for of in ("mean", "error", "worst") for measure in measures]
# The first line of scikit-learn's file counts rows and columns and names the classes: 0 is malignant, 1 benign.
_, *rows = shipped("sklearn", "datasets/data/breast_cancer.csv").read_text().strip().split("\n")
cells = [row.strip().split(",") for row in rows]
write(
    "breast-cancer",
    [",".join([*names, "diagnosis"])]
    + [",".join([*row[:-1], ("malignant", "benign")[int(row[-1])]]) for row in cells],
)
write("governments", shipped("lifelines", "datasets/dd.csv").read_text(encoding="utf-8").strip().splitlines())
