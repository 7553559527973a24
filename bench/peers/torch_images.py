"""What the PyTorch peers of image flows share: bytes to numbers with noise, Glow's network, the channels of each scale."""

import torch
from torch import nn
from torch.nn import functional as F


def noisy(rows, shape):
    """Images of bytes, channels last, as (x + u) / 256 - 1/2 with uniform u, channels first."""
    height, width, channels = shape
    values = (rows + torch.rand_like(rows)) / 256 - 0.5
    return values.view(-1, height, width, channels).permute(0, 3, 1, 2).contiguous()


class GlowNet(nn.Module):
    """3 x 3, 1 x 1, 3 x 3 of nearly zeros, with ReLU between."""

    def __init__(self, inputs, outputs, width):
        super().__init__()
        self.hidden_channels = width
        self.first = nn.Conv2d(inputs, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 1)
        self.last = nn.Conv2d(width, outputs, 3, padding=1)
        with torch.no_grad():
            self.last.weight.mul_(0.01)
            self.last.bias.zero_()

    def forward(self, x, context=None):
        return self.last(F.relu(self.second(F.relu(self.first(x)))))


def scales(model):
    """(scale, channels, height, width) of each scale after its squeeze: half the channels leave between scales."""
    height, width, channels = model["shape"]
    for scale in range(model["scales"]):
        channels, height, width = 4 * channels, height // 2, width // 2
        yield scale, channels, height, width
        channels //= 2
