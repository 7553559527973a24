"""sbi's neural posterior estimation with its defaults on simulations from a file, and sbi's own C2ST of its draws and of others.

    python npe_peer.py FOLDER

FOLDER/task.json: dims, simulations (theta, x), observations, reference and couplet draws for each. Writes FOLDER/npe.json.
"""
import json
import sys
import time

import torch
from sbi.inference import NPE
from sbi.utils import BoxUniform
from sbi.utils.metrics import c2st

folder = sys.argv[1]
task = json.load(open(f"{folder}/task.json"))
torch.manual_seed(1)
torch.set_num_threads(int(sys.argv[2]) if len(sys.argv) > 2 else 2)
dims = task["dims"]
tensor = lambda rows: torch.tensor(rows, dtype=torch.float32)
prior = (
    BoxUniform(-torch.ones(dims), torch.ones(dims))
    if task["box"]
    else torch.distributions.MultivariateNormal(torch.zeros(dims), 0.1 * torch.eye(dims))
)
began = time.time()
inference = NPE(prior=prior, show_progress_bars=False)
inference.append_simulations(tensor(task["theta"]), tensor(task["x"])).train()
seconds = time.time() - began
posterior = inference.build_posterior()
scores = {"sbi": [], "couplet": []}
for one in task["observations"]:
    reference = tensor(one["reference"])
    draws = posterior.sample((len(reference),), x=tensor(one["x"]), show_progress_bars=False)
    scores["sbi"].append(float(c2st(reference, draws, classifier="mlp")))
    scores["couplet"].append(float(c2st(reference, tensor(one["couplet"]), classifier="mlp")))
    print(f"  {scores['sbi'][-1]:.3f} {scores['couplet'][-1]:.3f}", file=sys.stderr, flush=True)
json.dump({"seconds": seconds, "scores": scores}, open(f"{folder}/npe.json", "w"))
