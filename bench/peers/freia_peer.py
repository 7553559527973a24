"""FrEIA: two-sided coupling blocks. Two couplings make one `GLOWCouplingBlock`."""

import math
from importlib.metadata import version

import torch
import FrEIA.framework as Ff
import FrEIA.modules as Fm

from protocol import Unsupported, serve
from torch_peer import TorchPeer, conditioner


class Freia(TorchPeer):
    def version(self):
        return version("FrEIA")

    def build(self, model):
        if model["transform"] != "affine":
            raise Unsupported("the FrEIA on PyPI has no spline")
        if model["linear"] != "none":
            raise Unsupported("FrEIA has no LU layer")
        self.dims = model["dims"]
        flow = Ff.SequenceINN(self.dims)
        for _ in range(model["couplings"] // 2):
            flow.append(Fm.GLOWCouplingBlock, subnet_constructor=conditioner(model), clamp=2.0)
        return flow

    def log_density(self, flow, x):
        z, log_det = flow(x)
        return log_det - 0.5 * z.square().sum(1) - 0.5 * self.dims * math.log(2 * math.pi)

    def draw(self, flow, rows):
        return flow(torch.randn(rows, self.dims), rev=True, jac=False)[0]


serve(Freia())
