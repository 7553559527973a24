"""PyTorch's conv2d (oneDNN), channels last: one 3 x 3 convolution with bias, forward and with its gradients."""

import os

os.environ["CUDA_VISIBLE_DEVICES"] = ""

import torch
from torch.nn import functional as F

from protocol import serve


def channels_last(*sizes):
    return (torch.sin(torch.arange(torch.Size(sizes).numel()) * 0.7) * 0.1).reshape(sizes).contiguous(memory_format=torch.channels_last)


class Convolution:
    def version(self):
        return torch.__version__

    def setup(self, model, threads, data):
        torch.set_num_threads(threads)
        side, inputs, outputs, images = model["side"], model["inputs"], model["outputs"], model["images"]
        self.x = channels_last(images, inputs, side, side).requires_grad_()
        self.w = channels_last(outputs, inputs, 3, 3).requires_grad_()
        self.bias = torch.zeros(outputs, requires_grad=True)
        self.cotangent = channels_last(images, outputs, side, side)
        return self.w.numel() + outputs

    def log_prob(self, iterations, rows):
        with torch.inference_mode():
            for _ in range(iterations):
                y = F.conv2d(self.x, self.w, self.bias, padding=1)
        return y.sum().item()

    def train(self, iterations):
        for _ in range(iterations):
            y = F.conv2d(self.x, self.w, self.bias, padding=1)
            gradients = torch.autograd.grad(y, (self.x, self.w, self.bias), self.cotangent)
        return gradients[1].sum().item()


serve(Convolution())
