"""Classical detectors of scikit-learn on the splits that anomalies.mjs makes, with PyOD's default settings and standardised columns.

python detectors.py FILE.npz < splits.json, where splits.json is [{"train": [rows], "test": [rows]}, ...]; prints {name: [AUROC per split]}.
"""

import json
import sys
import warnings

import numpy as np
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import LocalOutlierFactor, NearestNeighbors
from sklearn.preprocessing import StandardScaler
from sklearn.svm import OneClassSVM

warnings.filterwarnings("ignore")
data = np.load(sys.argv[1])
rows, labels = data["X"].astype(float), data["y"]


def pca_distance(train, test):
    """PyOD's: distances from the eigenvectors, each weighted by its inverse variance."""
    pca = PCA().fit(train)
    weights = np.maximum(pca.explained_variance_ratio_, 1e-12)
    distances = np.sqrt(((test[:, None, :] - pca.components_[None]) ** 2).sum(-1))
    return (distances / weights).sum(1)


detectors = {
    "IForest": lambda train, test, seed: -IsolationForest(n_estimators=100, random_state=seed).fit(train).score_samples(test),
    "LOF": lambda train, test, _: -LocalOutlierFactor(n_neighbors=20, novelty=True).fit(train).score_samples(test),
    "kNN": lambda train, test, _: NearestNeighbors(n_neighbors=5).fit(train).kneighbors(test)[0][:, -1],
    "OCSVM": lambda train, test, _: -OneClassSVM(nu=0.5).fit(train).decision_function(test),
    "PCA": lambda train, test, _: pca_distance(train, test),
}
result = {name: [] for name in detectors}
for seed, split in enumerate(json.load(sys.stdin)):
    scale = StandardScaler().fit(rows[split["train"]])
    train, test = scale.transform(rows[split["train"]]), scale.transform(rows[split["test"]])
    for name, detect in detectors.items():
        result[name].append(roc_auc_score(labels[split["test"]], detect(train, test, seed)))
print(json.dumps(result))
