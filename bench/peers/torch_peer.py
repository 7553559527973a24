"""What the PyTorch peers share: threads, the data, Adam, the conditioners and the three loops.

A library's file builds the model and says how to score and to sample with it; nothing here is timed but PyTorch itself.
"""

import os

os.environ["CUDA_VISIBLE_DEVICES"] = ""

import torch
from torch import nn
from torch.nn import functional as F

from protocol import read_rows
from torch_images import noisy


def half_mask(dims, index):
    """True where coupling `index` transforms: the second half first, then the first."""
    mask = torch.zeros(dims, dtype=torch.bool)
    if index % 2 == 0:
        mask[dims // 2 :] = True
    else:
        mask[: dims // 2] = True
    return mask


class Mlp(nn.Module):
    """`depth` hidden ReLU layers of `width`. The second argument of the call is the context that nflows passes."""

    def __init__(self, inputs, outputs, width, depth):
        super().__init__()
        self.hidden_features = width
        self.hidden_channels = width
        sizes = [inputs] + [width] * depth
        layers = []
        for before, after in zip(sizes[:-1], sizes[1:]):
            layers += [nn.Linear(before, after), nn.ReLU()]
        self.layers = nn.Sequential(*layers, nn.Linear(width, outputs))
        small(self.layers[-1])

    def forward(self, x, context=None):
        return self.layers(x)


class ResidualMlp(nn.Module):
    """linear, then `blocks` of x + linear(relu(linear(relu(x)))), then linear: the conditioner of the NSF paper."""

    def __init__(self, inputs, outputs, width, blocks):
        super().__init__()
        self.hidden_features = width
        self.hidden_channels = width
        self.first = nn.Linear(inputs, width)
        self.blocks = nn.ModuleList(nn.ModuleList([nn.Linear(width, width), nn.Linear(width, width)]) for _ in range(blocks))
        self.last = nn.Linear(width, outputs)
        small(self.last)

    def forward(self, x, context=None):
        x = self.first(x)
        for one, two in self.blocks:
            x = x + two(F.relu(one(F.relu(x))))
        return self.last(x)


def small(linear):
    """A nearly neutral last layer, so that every peer starts near the same flow and none meets its own overflow."""
    with torch.no_grad():
        linear.weight.mul_(0.01)
        linear.bias.zero_()


def conditioner(model):
    """The model's conditioner as a constructor from (inputs, outputs)."""
    spec = model["conditioner"]
    if spec["kind"] == "mlp":
        return lambda inputs, outputs: Mlp(inputs, outputs, spec["width"], spec["depth"])
    return lambda inputs, outputs: ResidualMlp(inputs, outputs, spec["width"], spec["blocks"])


class TorchPeer:
    """A library's subclass gives `build(model)`, `log_density(flow, x)` and `draw(flow, rows)`."""

    def setup(self, model, threads, data):
        torch.set_num_threads(threads)
        torch.manual_seed(7)
        self.batch = model["batch"]
        self.data = torch.from_numpy(read_rows(data, model["dims"]))
        self.shape = model.get("shape")
        self.flow = self.build(model)
        self.at = 0
        parameters = [p for p in self.flow.parameters() if p.requires_grad]
        self.adam = torch.optim.Adam(parameters, lr=model["learningRate"], fused=True)
        return sum(p.numel() for p in parameters)

    def next_rows(self, rows):
        if self.at + rows > len(self.data):
            self.at = 0
        start, self.at = self.at, self.at + rows
        part = self.data[start : self.at]
        return part if self.shape is None else noisy(part, self.shape)

    def train(self, iterations):
        self.flow.train()
        for _ in range(iterations):
            loss = -self.log_density(self.flow, self.next_rows(self.batch)).mean()
            self.adam.zero_grad(set_to_none=True)
            loss.backward()
            self.adam.step()
        return loss.item()

    def log_prob(self, iterations, rows):
        self.flow.eval()
        with torch.inference_mode():
            for _ in range(iterations):
                value = self.log_density(self.flow, self.next_rows(rows))
        return value.mean().item()

    def sample(self, iterations, rows):
        self.flow.eval()
        with torch.inference_mode():
            for _ in range(iterations):
                value = self.draw(self.flow, rows)
        return value.mean().item()
