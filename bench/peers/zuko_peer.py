"""zuko: lazy transformations on top of torch.distributions."""

import math
from functools import partial
from importlib.metadata import version

import torch
import zuko
from zuko.distributions import DiagNormal
from zuko.flows.coupling import GeneralCouplingTransform
from zuko.lazy import Flow, UnconditionalDistribution, UnconditionalTransform
from zuko.transforms import LULinearTransform, MonotonicAffineTransform, MonotonicRQSTransform, PermutationTransform

from protocol import serve
from torch_peer import TorchPeer, conditioner, half_mask, small


class Zuko(TorchPeer):
    def version(self):
        return version("zuko")

    def build(self, model):
        dims, spec = model["dims"], model["conditioner"]
        if model["transform"] == "affine":
            univariate, shapes = MonotonicAffineTransform, [(), ()]
        else:
            bins = model["bins"]
            univariate = partial(MonotonicRQSTransform, bound=float(model["bound"]))
            shapes = [(bins,), (bins,), (bins - 1,)]
        outputs = sum(math.prod(shape) for shape in shapes)
        layers = []
        for i in range(model["couplings"]):
            if model["linear"] == "lu":
                layers.append(UnconditionalTransform(PermutationTransform, torch.randperm(dims), buffer=True))
                layers.append(UnconditionalTransform(LULinearTransform, torch.eye(dims)))
            frozen = ~half_mask(dims, i)
            hidden = [spec["width"]] * spec.get("depth", 2)
            layer = GeneralCouplingTransform(dims, mask=frozen, univariate=univariate, shapes=shapes, hidden_features=hidden)
            if spec["kind"] == "mlp":
                small(layer.hyper[-1])
            else:
                layer.hyper = conditioner(model)(int(frozen.sum()), int((~frozen).sum()) * outputs)
            layers.append(layer)
        base = UnconditionalDistribution(DiagNormal, torch.zeros(dims), torch.ones(dims), buffer=True)
        return Flow(layers, base)

    def log_density(self, flow, x):
        return flow().log_prob(x)

    def draw(self, flow, rows):
        return flow().sample((rows,))


serve(Zuko())
