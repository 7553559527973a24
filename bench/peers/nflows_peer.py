"""nflows: the reference implementation of neural spline flows."""

import warnings
from importlib.metadata import version

warnings.filterwarnings("ignore")

from nflows.distributions.normal import StandardNormal
from nflows.flows import Flow
from nflows.nn.nets import ConvResidualNet
from nflows.transforms import (
    ActNorm,
    AffineCouplingTransform,
    CompositeTransform,
    LULinear,
    MultiscaleCompositeTransform,
    OneByOneConvolution,
    PiecewiseRationalQuadraticCouplingTransform,
    RandomPermutation,
    SqueezeTransform,
)

import torch

from protocol import serve
from torch_images import GlowNet, scales
from torch_peer import TorchPeer, conditioner, half_mask


def image_network(model, scale):
    spec = model["conditioner"]
    if spec["kind"] == "convolutional":
        width = round(spec["width"] * (1 + scale / 2))
        return lambda inputs, outputs: GlowNet(inputs, outputs, width)
    return lambda inputs, outputs: ConvResidualNet(
        inputs, outputs, hidden_channels=spec["width"], num_blocks=spec["blocks"]
    )


def coupling(model, mask, net):
    """A layer that transforms the part that the mask names, by the model's transform."""
    if model["transform"] == "affine":
        return AffineCouplingTransform(mask, net)
    return PiecewiseRationalQuadraticCouplingTransform(
        mask, net, num_bins=model["bins"], tails="linear", tail_bound=model["bound"]
    )


def image_flow(model):
    """Steps of ActNorm, invertible 1 x 1 convolution and a coupling of channels at each scale, as in nsf's own experiments."""
    count = model["scales"]
    flow = MultiscaleCompositeTransform(num_transforms=count)
    for scale, channels, height, width in scales(model):
        layers = [SqueezeTransform()]
        for _ in range(model["steps"]):
            mask = torch.ones(channels)
            mask[: channels // 2] = -1
            net = image_network(model, scale)
            layers += [ActNorm(channels), OneByOneConvolution(channels)]
            layers.append(coupling(model, mask, net))
        flow.add_transform(CompositeTransform(layers), (channels, height, width))
    return flow


class Nflows(TorchPeer):
    def version(self):
        return version("nflows")

    def build(self, model):
        if "shape" in model:
            return Flow(image_flow(model), StandardNormal([model["dims"]]))
        dims, net = model["dims"], conditioner(model)
        layers = []
        for i in range(model["couplings"]):
            if model["linear"] == "lu":
                layers += [RandomPermutation(dims), LULinear(dims, identity_init=True)]
            mask = half_mask(dims, i).int()
            layers.append(coupling(model, mask, net))
        return Flow(CompositeTransform(layers), StandardNormal([dims]))

    def log_density(self, flow, x):
        return flow.log_prob(x)

    def draw(self, flow, rows):
        return flow.sample(rows)


serve(Nflows())
