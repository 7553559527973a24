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


def ecod(train, test):
    """Li et al. 2022: the greatest of three sums of minus log tail probabilities: left, right, and of the side that the skewness says."""
    count, dims = train.shape
    ordered = np.sort(train, axis=0)
    left = np.empty_like(test)
    right = np.empty_like(test)
    for j in range(dims):
        left[:, j] = -np.log(np.maximum(np.searchsorted(ordered[:, j], test[:, j], side="right"), 1) / (count + 1))
        right[:, j] = -np.log(np.maximum(count - np.searchsorted(ordered[:, j], test[:, j], side="left"), 1) / (count + 1))
    skewness = ((train - train.mean(0)) ** 3).mean(0)
    sided = np.where(skewness < 0, left, right)
    return np.maximum.reduce([left.sum(1), right.sum(1), sided.sum(1)])


def mahalanobis(train, test):
    centred = test - train.mean(0)
    return (centred @ np.linalg.pinv(np.cov(train, rowvar=False)) * centred).sum(1)


detectors = {
    "IForest": lambda train, test, seed: -IsolationForest(n_estimators=100, random_state=seed).fit(train).score_samples(test),
    "LOF": lambda train, test, _: -LocalOutlierFactor(n_neighbors=20, novelty=True).fit(train).score_samples(test),
    "kNN": lambda train, test, _: NearestNeighbors(n_neighbors=5).fit(train).kneighbors(test)[0][:, -1],
    "OCSVM": lambda train, test, _: -OneClassSVM(nu=0.5).fit(train).decision_function(test),
    "PCA": lambda train, test, _: pca_distance(train, test),
    "ECOD": lambda train, test, _: ecod(train, test),
    "Mahalanobis": lambda train, test, _: mahalanobis(train, test),
}
result = {name: [] for name in detectors}
for seed, split in enumerate(json.load(sys.stdin)):
    scale = StandardScaler().fit(rows[split["train"]])
    train, test = scale.transform(rows[split["train"]]), scale.transform(rows[split["test"]])
    for name, detect in detectors.items():
        result[name].append(roc_auc_score(labels[split["test"]], detect(train, test, seed)))
print(json.dumps(result))
