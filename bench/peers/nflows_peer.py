"""nflows: the reference implementation of neural spline flows."""

import warnings
from importlib.metadata import version

warnings.filterwarnings("ignore")

from nflows.distributions.normal import StandardNormal
from nflows.flows import Flow
from nflows.transforms import (
    AffineCouplingTransform,
    CompositeTransform,
    LULinear,
    PiecewiseRationalQuadraticCouplingTransform,
    RandomPermutation,
)

from protocol import serve
from torch_peer import TorchPeer, conditioner, half_mask


class Nflows(TorchPeer):
    def version(self):
        return version("nflows")

    def build(self, model):
        dims, net = model["dims"], conditioner(model)
        layers = []
        for i in range(model["couplings"]):
            if model["linear"] == "lu":
                layers += [RandomPermutation(dims), LULinear(dims, identity_init=True)]
            mask = half_mask(dims, i).int()
            if model["transform"] == "affine":
                layers.append(AffineCouplingTransform(mask, net))
            else:
                layers.append(
                    PiecewiseRationalQuadraticCouplingTransform(
                        mask, net, num_bins=model["bins"], tails="linear", tail_bound=model["bound"]
                    )
                )
        return Flow(CompositeTransform(layers), StandardNormal([dims]))

    def log_density(self, flow, x):
        return flow.log_prob(x)

    def draw(self, flow, rows):
        return flow.sample(rows)


serve(Nflows())
