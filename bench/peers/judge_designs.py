"""Judges designs: gradient-boosted trees fitted to the training rows predict the property of designs, of plain draws, and of test rows."""
import json
import sys

import numpy as np
from sklearn.ensemble import GradientBoostingRegressor

with open(sys.argv[1]) as file:
    data = json.load(file)
training, test = np.array(data["training"]), np.array(data["test"])
trees = GradientBoostingRegressor(
    n_estimators=600, learning_rate=0.05, max_depth=4, subsample=0.7, random_state=0
)
trees.fit(training[:, :-1], training[:, -1])


def error(kind):
    return float(
        np.mean(
            [
                np.mean(np.abs(trees.predict(np.array(case[kind])) - case["strength"]))
                for case in data["ranked"]
            ]
        )
    )


print(
    json.dumps(
        {
            "ownError": float(np.mean(np.abs(trees.predict(test[:, :-1]) - test[:, -1]))),
            "designs": error("designs"),
            "samples": error("samples"),
        }
    )
)
