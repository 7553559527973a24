"""Splines whose knot slopes are tied to the harmonic mean of the neighbouring bins' slopes, against the usual ones, in PyTorch.

    python tied_slopes_peer.py POINTS.json [STEPS]

POINTS.json: {name: {"train": rows, "fresh": rows, "truth": log-densities of fresh}}. For each data set and both kinds: forward KL with its
standard error, and of |decode(encode(x)) - x| in float32 the 99.9th percentile and the most; then the same of one spline with raw parameters
N(0, 5^2), where slopes are extreme.
"""
import json
import math
import sys

import torch

BINS, BOUND = 8, 3.0
torch.set_num_threads(1)


def knots(raw, least):
    sizes = least + (1 - BINS * least) * torch.softmax(raw, -1)
    ends = torch.cumsum(sizes, -1)
    ends = torch.cat([torch.zeros_like(ends[..., :1]), ends[..., :-1], torch.ones_like(ends[..., :1])], -1)
    ends = 2 * BOUND * ends - BOUND
    return ends, ends[..., 1:] - ends[..., :-1]


def spline(x, raw, tied, inverse=False):
    """Value and log-slope; raw has 3 BINS - 1 numbers in its last axis. Identity outside the box, slope 1 at its ends."""
    least = 1e-2 if tied else 1e-3
    xs, w = knots(raw[..., :BINS], least)
    ys, h = knots(raw[..., BINS : 2 * BINS], least)
    s, d = h / w, raw[..., 2 * BINS :]
    if tied:
        harmonic = 2 / (1 / s[..., 1:] + 1 / s[..., :-1])
        inner = harmonic * torch.exp(math.log(10) * torch.tanh(d / math.log(10)))
    else:
        inner = 1e-3 + torch.nn.functional.softplus(d + math.log(math.exp(1 - 1e-3) - 1))
    one = torch.ones_like(inner[..., :1])
    d = torch.cat([one, inner, one], -1)
    inside = x.abs() < BOUND
    at = x.clamp(-BOUND, BOUND)
    k = ((ys if inverse else xs)[..., 1:-1] <= at[..., None]).sum(-1, keepdim=True)
    pick = lambda v: torch.gather(v, -1, k)[..., 0]
    x0, y0, wk, hk, sk, d0, d1 = map(pick, (xs[..., :-1], ys[..., :-1], w, h, s, d[..., :-1], d[..., 1:]))
    q = d0 + d1 - 2 * sk
    if inverse:
        z = ((at - y0) / hk).clamp(0, 1)
        c = -sk * z
        b = d0 - q * z
        a = sk - b
        root = torch.sqrt((b * b - 4 * a * c).clamp(min=0))
        t = torch.where(b >= 0, 2 * c / (-b - root), (-b + root) / (2 * a)).clamp(0, 1)
        return torch.where(inside, x0 + t * wk, x), None
    t = ((at - x0) / wk).clamp(0, 1)
    mid = t * (1 - t)
    below = sk + q * mid
    y = y0 + hk * (sk * t * t + d0 * mid) / below
    slope = 2 * torch.log(sk) + torch.log(d1 * t * t + 2 * sk * mid + d0 * (1 - t) ** 2) - 2 * torch.log(below)
    return torch.where(inside, y, x), torch.where(inside, slope, torch.zeros_like(slope))


class Flow(torch.nn.Module):
    """Couplings in turn on two variables, each by a network of two hidden layers; the last starts at zero."""

    def __init__(self, tied, couplings=6, width=48):
        super().__init__()
        self.tied = tied
        last = [torch.nn.Linear(width, 3 * BINS - 1) for _ in range(couplings)]
        for layer in last:
            torch.nn.init.zeros_(layer.weight)
            torch.nn.init.zeros_(layer.bias)
        self.networks = torch.nn.ModuleList(
            torch.nn.Sequential(
                torch.nn.Linear(1, width), torch.nn.ReLU(), torch.nn.Linear(width, width), torch.nn.ReLU(), head
            )
            for head in last
        )

    def encode(self, x):
        parts, total = list(x.T), 0
        for i, network in enumerate(self.networks):
            parts[i % 2], slope = spline(parts[i % 2], network(parts[1 - i % 2][:, None]), self.tied)
            total = total + slope
        return torch.stack(parts, 1), total

    def decode(self, z):
        parts = list(z.T)
        for i in reversed(range(len(self.networks))):
            raw = self.networks[i](parts[1 - i % 2][:, None])
            parts[i % 2], _ = spline(parts[i % 2], raw, self.tied, inverse=True)
        return torch.stack(parts, 1)

    def log_prob(self, x):
        z, slope = self.encode(x)
        return -0.5 * (z**2).sum(1) - math.log(2 * math.pi) + slope


def quantiles(errors):
    return f"{errors.quantile(0.999).item():.1e}, most {errors.max().item():.1e}"


def main():
    steps = int(sys.argv[2]) if len(sys.argv) > 2 else 1500
    for name, data in json.load(open(sys.argv[1])).items():
        train = torch.tensor(data["train"])
        shift, scale = train.mean(0), train.std(0)
        train, fresh = (train - shift) / scale, (torch.tensor(data["fresh"]) - shift) / scale
        truth = torch.tensor(data["truth"]) + scale.log().sum()
        for tied in (False, True):
            torch.manual_seed(1)
            flow = Flow(tied)
            optimiser = torch.optim.Adam(flow.parameters(), 2e-3)
            schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
            for _ in range(steps):
                loss = -flow.log_prob(train[torch.randint(len(train), (256,))]).mean()
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                schedule.step()
            with torch.no_grad():
                gaps = truth - flow.log_prob(fresh)
                errors = (flow.decode(flow.encode(fresh)[0]) - fresh).abs().max(1).values
            kind = "harmonic" if tied else "usual"
            error = gaps.std() / len(gaps) ** 0.5
            print(f"{name:15} {kind:9} KL {gaps.mean():.3f} +- {error:.3f}   inverse, float32: 99.9 % {quantiles(errors)}", flush=True)
    torch.manual_seed(2)
    x = (2 * torch.rand(100_000) - 1) * BOUND
    raw = 5 * torch.randn(100_000, 3 * BINS - 1)
    for tied in (False, True):
        there, _ = spline(x, raw, tied)
        back, _ = spline(there, raw, tied, inverse=True)
        kind = "harmonic" if tied else "usual"
        print(f"{'N(0, 5^2)':15} {kind:9} inverse, float32: 99.9 % {quantiles((back - x).abs())}", flush=True)


main()
