"""normflows: a chain from latent to data, scored through its inverse."""

import warnings
from importlib.metadata import version

warnings.filterwarnings("ignore")

import normflows as nf
from normflows.flows.neural_spline.coupling import PiecewiseRationalQuadraticCoupling

from protocol import Unsupported, serve
from torch_images import scales
from torch_peer import TorchPeer, conditioner, half_mask


class SplineCoupling(nf.flows.Flow):
    """normflows' own wrapper (`CoupledRationalQuadraticSpline`) with our conditioner and without its extra unconditional spline."""

    def __init__(self, model, index):
        super().__init__()
        self.prqct = PiecewiseRationalQuadraticCoupling(
            mask=half_mask(model["dims"], index).int(),
            transform_net_create_fn=conditioner(model),
            num_bins=model["bins"],
            tails="linear",
            tail_bound=model["bound"],
            apply_unconditional_transform=False,
        )

    def forward(self, z, context=None):
        z, log_det = self.prqct.inverse(z, context)
        return z, log_det.view(-1)

    def inverse(self, z, context=None):
        z, log_det = self.prqct(z, context)
        return z, log_det.view(-1)


def image_flow(model):
    """The multi-scale Glow of normflows' own examples, without trainable bases."""
    if model["transform"] != "affine":
        raise Unsupported("normflows has no spline coupling for images")
    bases, merges, flows = [], [], []
    levels = list(scales(model))
    for scale, channels, height, width in reversed(levels):
        hidden = round(model["conditioner"]["width"] * (1 + scale / 2))
        blocks = [nf.flows.GlowBlock(channels, hidden, split_mode="channel", scale=True) for _ in range(model["steps"])]
        flows.append(blocks + [nf.flows.Squeeze()])
        is_last = scale == len(levels) - 1
        bases.append(nf.distributions.DiagGaussian((channels if is_last else channels // 2, height, width), trainable=False))
        if not is_last:
            merges.append(nf.flows.Merge())
    return nf.MultiscaleFlow(bases, flows, merges)


class Normflows(TorchPeer):
    def version(self):
        return version("normflows")

    def build(self, model):
        self.images = "shape" in model
        if self.images:
            return image_flow(model)
        dims, net = model["dims"], conditioner(model)
        flows = []
        for i in range(model["couplings"]):
            if model["transform"] == "affine":
                flows += [nf.flows.AffineCouplingBlock(net(dims // 2, dims)), nf.flows.Permute(dims, mode="swap")]
            else:
                flows.append(SplineCoupling(model, i))
            if model["linear"] == "lu":
                flows.append(nf.flows.LULinearPermute(dims))
        return nf.NormalizingFlow(nf.distributions.DiagGaussian(dims, trainable=False), flows)

    def log_density(self, flow, x):
        # MultiscaleFlow asks for the labels, also where it has none.
        return flow.log_prob(x, None) if self.images else flow.log_prob(x)

    def draw(self, flow, rows):
        return flow.sample(rows)[0]


if __name__ == "__main__":
    serve(Normflows())
