"""The RevNet of `couplet/reversible` in PyTorch: `stored` by plain autograd, `rebuilt` by memcnn.

Stem of 3 x 3, stages of pairs of additive couplings whose functions are K2 relu(norm(K1 relu(norm(x)))), between stages a convolution of
2 x 2 with stride 2, a head of average pooling and one linear layer. Norms are GroupNorm with one group: PyTorch's layer norm over the
channels of a pixel would have to turn the tensors.
"""

import os
import warnings

os.environ["CUDA_VISIBLE_DEVICES"] = ""
warnings.filterwarnings("ignore")

import torch
from torch import nn
from torch.nn import functional as F

from protocol import Unsupported, serve


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.norms = nn.ModuleList([nn.GroupNorm(1, channels), nn.GroupNorm(1, channels)])
        self.convolutions = nn.ModuleList([nn.Conv2d(channels, channels, 3, padding=1) for _ in range(2)])

    def forward(self, x):
        for norm, convolution in zip(self.norms, self.convolutions):
            x = convolution(F.relu(norm(x)))
        return x


class Coupling(nn.Module):
    """y1 = x1 + F(x2), y2 = x2 + G(y1) on halves of the channels, stored by autograd."""

    def __init__(self, f, g):
        super().__init__()
        self.f, self.g = f, g

    def forward(self, x):
        x1, x2 = x.chunk(2, 1)
        y1 = x1 + self.f(x2)
        return torch.cat([y1, x2 + self.g(y1)], 1)


def rebuilt_coupling(f, g):
    try:
        import memcnn
    except ImportError as error:
        raise Unsupported(f"memcnn does not load: {error}")
    coupling = memcnn.AdditiveCoupling(Fm=f, Gm=g)
    return memcnn.InvertibleModuleWrapper(fn=coupling, keep_input=False, keep_input_inverse=False)


class RevNet(nn.Module):
    def __init__(self, shape, channels, units, classes, make):
        super().__init__()
        layers = [nn.Conv2d(shape[2], channels[0], 3, padding=1)]
        before = channels[0]
        for width in channels:
            if width != before:
                layers.append(nn.Conv2d(before, width, 2, stride=2))
            layers += [make(Residual(width // 2), Residual(width // 2)) for _ in range(units)]
            before = width
        self.body = nn.Sequential(*layers)
        self.norm = nn.GroupNorm(1, before)
        self.head = nn.Linear(before, classes)

    def forward(self, x):
        return self.head(F.relu(self.norm(self.body(x))).mean((2, 3)))


class Peer:
    def version(self):
        return torch.__version__

    def setup(self, model, threads, data):
        torch.set_num_threads(threads)
        torch.manual_seed(7)
        make = Coupling if model["mode"] == "stored" else rebuilt_coupling
        height, width, channels = model["shape"]
        self.net = RevNet(model["shape"], model["channels"], model["units"], model["classes"], make)
        self.adam = torch.optim.Adam(self.net.parameters(), lr=1e-3, fused=True)
        count = model["batch"]
        values = torch.sin(torch.arange(count * height * width * channels) * 0.7) * 1.4
        self.images = values.reshape(count, channels, height, width).contiguous(memory_format=torch.channels_last)
        self.net.to(memory_format=torch.channels_last)
        self.labels = torch.arange(count) % model["classes"]
        return sum(p.numel() for p in self.net.parameters())

    def train(self, iterations):
        for _ in range(iterations):
            loss = F.cross_entropy(self.net(self.images), self.labels)
            self.adam.zero_grad(set_to_none=True)
            loss.backward()
            self.adam.step()
        return loss.item()

    def log_prob(self, iterations, rows):
        """Bytes that autograd keeps between the ways there and back: each storage counts once, and those that memcnn has freed count nothing."""
        kept = {}
        own = {parameter.data_ptr() for parameter in self.net.parameters()}

        def pack(tensor):
            if tensor.data_ptr() not in own:
                kept[tensor.untyped_storage()._cdata] = tensor.untyped_storage()
            return tensor

        with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
            loss = F.cross_entropy(self.net(self.images), self.labels)
        total = sum(storage.nbytes() for storage in kept.values())
        loss.backward()
        return float(total)


serve(Peer())
