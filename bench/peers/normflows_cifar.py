"""normflows' Glow on images of bytes for so many minutes of processor time, for bench/cifar.mjs: one JSON line with its test bits per dimension."""

import json
import math
import sys
import time

import torch

from normflows_peer import image_flow
from torch_images import noisy

CHUNK = 100
WARM_UP, CLIP_NORM = 0.05, 5.0


def rate_at(part):
    """The rate after so much of the time, as a part of the highest: couplet's schedule."""
    if part < WARM_UP:
        return part / WARM_UP
    return (1 + math.cos(math.pi * min(1, (part - WARM_UP) / (1 - WARM_UP)))) / 2


def images(path, dims):
    with open(path, "rb") as file:
        return torch.frombuffer(bytearray(file.read()), dtype=torch.uint8).view(-1, dims)


def main():
    request = json.loads(sys.argv[1])
    model, samples = request["model"], request["samples"]
    dims, batch = model["dims"], model["batch"]
    torch.set_num_threads(1)
    torch.manual_seed(1)
    train, test = images(request["train"], dims), images(request["test"], dims)
    began = time.process_time()
    flow = image_flow(model)
    parameters = [p for p in flow.parameters() if p.requires_grad]
    adam = torch.optim.Adam(parameters, lr=request["learningRate"], fused=True)
    flow.train()
    steps, skipped, sum_of_losses = 0, 0, 0.0
    while time.process_time() - began < 60 * request["minutes"]:
        for rows in torch.randperm(len(train)).split(batch):
            if len(rows) < batch:
                continue
            loss = -flow.log_prob(noisy(train[rows].float(), model["shape"]), None).mean()
            adam.zero_grad(set_to_none=True)
            # A step without a finite loss would end the model: it is left out and counted.
            if torch.isfinite(loss):
                loss.backward()
                torch.nn.utils.clip_grad_norm_(parameters, CLIP_NORM)
                for group in adam.param_groups:
                    group["lr"] = request["learningRate"] * rate_at((time.process_time() - began) / (60 * request["minutes"]))
                adam.step()
                sum_of_losses += loss.item()
            else:
                skipped += 1
            steps += 1
            if steps % 200 == 0:
                bits = sum_of_losses / 200 / dims / math.log(2) + 8
                print(f"normflows: {time.process_time() - began:.0f} s, step {steps}, {bits:.3f} bits/dim of the last 200 batches", file=sys.stderr)
                sum_of_losses = 0.0
            if time.process_time() - began >= 60 * request["minutes"]:
                break
    seconds = time.process_time() - began
    flow.eval()
    nats = []
    with torch.inference_mode():
        for part in test.split(CHUNK):
            scores = torch.stack([flow.log_prob(noisy(part.float(), model["shape"]), None) for _ in range(samples)])
            nats.append(torch.logsumexp(scores.double(), 0) - math.log(samples))
    # Density of (x + u) / 256: 8 bits a dimension more than that of x + u.
    bits = 8 - torch.cat(nats) / dims / math.log(2)
    print(
        json.dumps(
            {
                "side": "normflows",
                "parameters": sum(p.numel() for p in parameters),
                "steps": steps,
                "skipped": skipped,
                "seconds": seconds,
                "bits": bits.mean().item(),
                "standardError": (bits.std() / math.sqrt(len(bits))).item(),
            }
        )
    )


main()
