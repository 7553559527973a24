"""Splines whose knot slopes are tied to the harmonic mean of the neighbouring bins' slopes, against the usual ones, in PyTorch.

    python tied_slopes_peer.py POINTS.json [STEPS] [SEEDS]

POINTS.json: {name: {"train": rows, "fresh": rows, "context": numbers at a row's end that it is given}}. For each data set and seed both kinds
are trained on the same batches; of the fresh rows: mean log-density in nats, the difference tied - usual with its standard error (paired by
row, and over seeds), and of |decode(encode(x)) - x| in float32 the 99.9th percentile and the most. Then the same of one spline with raw
parameters N(0, 5^2), where slopes are extreme.
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
    """Permutations and couplings on half of the variables, each by a network of two hidden layers whose last one starts at zero."""

    def __init__(self, dims, context, tied, couplings=6, width=64):
        super().__init__()
        self.tied, self.held = tied, dims // 2
        moved = dims - self.held
        self.orders = [torch.randperm(dims) if dims > 2 else torch.tensor([i % 2, 1 - i % 2]) for i in range(couplings)]
        self.networks = torch.nn.ModuleList()
        for _ in range(couplings):
            last = torch.nn.Linear(width, moved * (3 * BINS - 1))
            torch.nn.init.zeros_(last.weight)
            torch.nn.init.zeros_(last.bias)
            first = torch.nn.Linear(self.held + context, width)
            middle = torch.nn.Linear(width, width)
            self.networks.append(torch.nn.Sequential(first, torch.nn.ReLU(), middle, torch.nn.ReLU(), last))

    def raw(self, i, held, given):
        return self.networks[i](torch.cat([held, given], 1)).view(len(held), -1, 3 * BINS - 1)

    def encode(self, x, given):
        total = 0
        for i, order in enumerate(self.orders):
            x = x[:, order]
            held, moved = x[:, : self.held], x[:, self.held :]
            moved, slope = spline(moved, self.raw(i, held, given), self.tied)
            x, total = torch.cat([held, moved], 1), total + slope.sum(1)
        return x, total

    def decode(self, z, given):
        for i, order in reversed(list(enumerate(self.orders))):
            held, moved = z[:, : self.held], z[:, self.held :]
            moved, _ = spline(moved, self.raw(i, held, given), self.tied, inverse=True)
            z = torch.cat([held, moved], 1)[:, torch.argsort(order)]
        return z

    def log_prob(self, x, given):
        z, slope = self.encode(x, given)
        return -0.5 * (z**2).sum(1) - x.shape[1] / 2 * math.log(2 * math.pi) + slope


def trained(train, given, context, tied, seed, steps):
    torch.manual_seed(seed)
    flow = Flow(train.shape[1], context, tied)
    optimiser = torch.optim.Adam(flow.parameters(), 2e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    for _ in range(steps):
        rows = torch.randint(len(train), (256,))
        loss = -flow.log_prob(train[rows], given[rows]).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return flow


def quantiles(errors):
    return f"{errors.quantile(0.999).item():.1e}, most {errors.max().item():.1e}"


def compare(name, data, steps, seeds):
    context = data.get("context", 0)
    train, fresh = torch.tensor(data["train"]), torch.tensor(data["fresh"])
    shift, scale = train.mean(0), train.std(0)
    dims = train.shape[1] - context
    (train, given), (fresh, asked) = (
        ((rows - shift) / scale).split([dims, context], 1) for rows in (train, fresh)
    )
    units = scale[:dims].log().sum()
    found = {False: [], True: []}
    for tied in (False, True):
        errors = []
        for seed in range(1, seeds + 1):
            flow = trained(train, given, context, tied, seed, steps)
            with torch.no_grad():
                found[tied].append(flow.log_prob(fresh, asked) - units)
                errors.append((flow.decode(flow.encode(fresh, asked)[0], asked) - fresh).abs().max(1).values)
        nats = torch.stack(found[tied]).mean()
        kind = "harmonic" if tied else "usual"
        print(f"{name:15} {kind:9} {nats:8.3f} nats   inverse, float32: 99.9 % {quantiles(torch.cat(errors))}", flush=True)
    differences = torch.stack(found[True]) - torch.stack(found[False])
    rows, runs = differences.mean(0), differences.mean(1)
    luck = runs.var() / seeds if seeds > 1 else 0
    error = (rows.var() / len(rows) + luck) ** 0.5
    print(f"{name:15} harmonic - usual {differences.mean():+.3f} +- {error:.3f} nats ({seeds} seeds)", flush=True)


def main():
    steps = int(sys.argv[2]) if len(sys.argv) > 2 else 1500
    seeds = int(sys.argv[3]) if len(sys.argv) > 3 else 2
    for name, data in json.load(open(sys.argv[1])).items():
        compare(name, data, steps, seeds)
    torch.manual_seed(2)
    x = (2 * torch.rand(100_000) - 1) * BOUND
    raw = 5 * torch.randn(100_000, 3 * BINS - 1)
    for tied in (False, True):
        there, _ = spline(x, raw, tied)
        back, _ = spline(there, raw, tied, inverse=True)
        kind = "harmonic" if tied else "usual"
        print(f"{'N(0, 5^2)':15} {kind:9} inverse, float32: 99.9 % {quantiles((back - x).abs())}", flush=True)


main()
