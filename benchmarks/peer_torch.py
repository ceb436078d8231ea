"""A plain WaveGAN in PyTorch for `time_to_quality.py`, by the recipe of its paper.

Donahue et al. 2019, appendix: transposed convolutions of 25 at stride 4, ReLU and a final tanh,
windows scaled to [-1, 1]; a critic of such convolutions with a phase shuffle by two samples;
WGAN-GP with a weight of 10 and five critic steps, Adam at 1e-4 with decays of .5 and .9, batches
of 64. For a window of some hundred samples in place of 16,384: as many stages as leave eight
samples at the start, and 32 filters in place of 64, which is quicker.
"""

import time
from pathlib import Path

import children
import numpy as np
import torch
import wavegan_torch
from torch import nn
from torch.nn import functional as F

WIDTH, LATENT_DIM, BATCH, N_CRITIC, STRIDE, KERNEL = 32, 100, 64, 5, 4, 25


class Generator(nn.Module):
    """Latents to windows."""

    def __init__(self, n_times, n_stages):
        super().__init__()
        filters = _filters(n_stages)
        self.n_times, self.start = n_times, -(-n_times // STRIDE**n_stages)
        self.dense = nn.Linear(LATENT_DIM, self.start * filters[-1])
        self.stages = nn.ModuleList(
            nn.ConvTranspose1d(
                filters[stage + 1], filters[stage], KERNEL, STRIDE, padding=11, output_padding=1
            )
            for stage in reversed(range(n_stages))
        )

    def forward(self, latents):
        x = self.dense(latents).view(len(latents), -1, self.start)
        for stage in self.stages:
            x = stage(torch.relu(x))
        return torch.tanh(x)[:, :, : self.n_times]


class Critic(nn.Module):
    """Windows to logits."""

    def __init__(self, n_times, n_stages):
        super().__init__()
        filters, length = _filters(n_stages), n_times
        self.stages = nn.ModuleList(
            nn.Conv1d(filters[stage], filters[stage + 1], KERNEL, STRIDE, padding=11)
            for stage in range(n_stages)
        )
        for _ in self.stages:
            length = (length + 22 - KERNEL) // STRIDE + 1
        self.head = nn.Linear(filters[-1] * length, 1)

    def forward(self, windows):
        x = windows
        for stage in self.stages:
            x = F.leaky_relu(stage(x), 0.2)
            if stage is not self.stages[-1]:
                x = wavegan_torch.phase_shuffle(x, 2)
        return self.head(x.flatten(1))


def _filters(n_stages):
    return [1, *(WIDTH * 2**stage for stage in range(n_stages))]


def measure(folder, budgets, seed, limit, n_made, n_measured, options):
    """Train once and draw windows at each number of steps; drawing in between is not timed."""
    data = np.load(Path(folder) / "data.npz")
    windows = data["X"][data["y"] == 1]
    torch.manual_seed(seed)
    start = time.perf_counter()
    scale = np.abs(windows).max()
    real = torch.tensor(windows / scale)[:, None]
    n_stages = 1
    while windows.shape[1] >= 8 * STRIDE ** (n_stages + 1):
        n_stages += 1
    generator, critic = (kind(windows.shape[1], n_stages) for kind in (Generator, Critic))
    optimizers = [
        torch.optim.Adam(network.parameters(), 1e-4, (0.5, 0.9), fused=True)
        for network in (generator, critic)
    ]
    trials, trained = [], time.perf_counter() - start
    for before, steps in zip([0, *budgets[:-1]], budgets, strict=True):
        start = time.perf_counter()
        for _ in range(steps - before):
            batch = real[torch.randint(len(real), (BATCH * N_CRITIC,))]
            wavegan_torch.train_step(generator, critic, optimizers, batch, LATENT_DIM, N_CRITIC)
        trained += time.perf_counter() - start
        start = time.perf_counter()
        with torch.no_grad():
            parts = torch.randn(n_made, LATENT_DIM).split(512)
            made = torch.cat([generator(part) for part in parts])[:, 0].numpy() * scale
        seconds = trained + time.perf_counter() - start
        path = Path(folder) / f"torch_{steps}.npy"
        np.save(path, made[:n_measured])
        trials.append({"budget": steps, "seconds": seconds, "windows": str(path)})
        if seconds > limit:
            break
    return {"trials": trials, "version": f"torch {torch.__version__}"}


if __name__ == "__main__":
    children.start(None, measure)
