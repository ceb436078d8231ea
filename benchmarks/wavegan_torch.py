"""The sampler's default networks and their training step, written in PyTorch.

The layers, the phase shuffle, the spectral branch, the generated amplitude, the losses and the
penalty are those of `eegaug.gan`, in PyTorch's layout (batch, channels, time). The weights of the
Keras networks can be loaded, so `step.py` can check that both compute the same. `PaperWaveGAN` is
WaveGAN as published, a peer of `time_to_quality.py`.
"""

from itertools import pairwise

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

CRITIC_KERNEL, GENERATOR_KERNEL, STRIDE, SLOPE = 25, 9, 4, 0.2
SPECTRUM_WEIGHT, SPECTRUM_UNITS, AMPLITUDE_UNITS = 0.3, 64, 32
MAX_SOURCES = 8
PAPER_WIDTH, PAPER_LATENT_DIM, PAPER_BATCH, PAPER_N_CRITIC = 32, 100, 64, 5


class SummedConv1d(nn.Conv1d):
    """Repeat each sample and convolve, after the taps that meet equal samples were summed."""

    def __init__(self, *sizes, **options):
        super().__init__(*sizes, **options)
        size = self.kernel_size[0]
        met = (np.arange(STRIDE)[:, None] + np.arange(size) - (size - 1) // 2) // STRIDE
        self.reach = int(np.abs(met).max())
        offsets = np.arange(-self.reach, self.reach + 1)[:, None, None]
        self.register_buffer("sums", torch.tensor((met == offsets).astype(np.float32)))

    def forward(self, x):
        short = torch.einsum("opk,fik->pfio", self.sums, self.weight).flatten(0, 1)
        phases = F.conv1d(x, short, padding=self.reach).unflatten(1, (STRIDE, -1))
        return phases.permute(0, 2, 3, 1).flatten(2) + self.bias[:, None]


class RepeatedConv1d(nn.Conv1d):
    """Repeat each sample and convolve."""

    def forward(self, x):
        return super().forward(F.interpolate(x, scale_factor=STRIDE, mode="nearest"))


class Generator(nn.Module):
    """Latents to windows by stages of upsampling and convolution, times a generated amplitude.

    `summed` chooses the layer of a stage that needs a third of the arithmetic, as eegaug's does.
    """

    def __init__(self, latent_dim, n_times, n_channels, width, n_stages, summed=True):
        super().__init__()
        filters = [width * 2**stage for stage in range(n_stages + 1)]
        self.n_times, self.start = n_times, -(-n_times // STRIDE**n_stages)
        self.dense = nn.Linear(latent_dim, self.start * filters[-1])
        kinds = {"kernel_size": GENERATOR_KERNEL, "padding": GENERATOR_KERNEL // 2}
        self.stages = nn.ModuleList(
            (SummedConv1d if summed else RepeatedConv1d)(
                filters[stage + 1], filters[stage], **kinds
            )
            for stage in reversed(range(n_stages))
        )
        self.last = nn.Conv1d(filters[0], n_channels, **kinds)
        self.amplitude = nn.Sequential(
            nn.Linear(latent_dim, AMPLITUDE_UNITS),
            nn.LeakyReLU(SLOPE),
            nn.Linear(AMPLITUDE_UNITS, 1),
        )

    def forward(self, latents):
        x = F.leaky_relu(self.dense(latents).view(len(latents), -1, self.start), SLOPE)
        for stage in self.stages:
            x = F.leaky_relu(stage(x), SLOPE)
        x = self.last(x)[:, :, : self.n_times]
        return x * torch.exp(self.amplitude(latents))[:, :, None]

    def load(self, weights):
        """Take the weights of the Keras generator: its dense layers, then its convolutions."""
        first, *amplitude = weights["dense"]
        # Keras makes (time, filters) of the features, PyTorch (filters, time).
        kernel, bias = (
            np.moveaxis(part.reshape(*part.shape[:-1], self.start, -1), -1, -2).reshape(part.shape)
            for part in first
        )
        _set_dense(self.dense, (kernel, bias))
        for layer, pair in zip((self.amplitude[0], self.amplitude[2]), amplitude, strict=True):
            _set_dense(layer, pair)
        for layer, pair in zip((*self.stages, self.last), weights["conv"], strict=True):
            _set_conv(layer, pair)


class Critic(nn.Module):
    """Windows to logits by strided convolutions, and by the log spectrum beside them."""

    def __init__(self, n_times, n_channels, width, n_stages):
        super().__init__()
        self.front = None
        if n_channels > MAX_SOURCES:
            self.front = nn.Conv1d(n_channels, MAX_SOURCES, 1, bias=False)
            n_channels = MAX_SOURCES
        filters = [n_channels, *(width * 2**stage for stage in range(n_stages + 1))]
        self.convs = nn.ModuleList(
            nn.Conv1d(one, other, CRITIC_KERNEL, STRIDE) for one, other in pairwise(filters)
        )
        self.register_buffer("taper", torch.hann_window(n_times + 2, periodic=False)[1:-1])
        self.spectrum = nn.Sequential(
            nn.Linear(n_channels * (n_times // 2 + 1), SPECTRUM_UNITS),
            nn.LeakyReLU(SLOPE),
            nn.Linear(SPECTRUM_UNITS, SPECTRUM_UNITS),
            nn.LeakyReLU(SLOPE),
        )
        length = n_times
        for _ in self.convs:
            length = -(-length // STRIDE)
        self.head = nn.Linear(filters[-1] * length + SPECTRUM_UNITS, 1)

    def forward(self, windows, shuffle=True):
        x = windows = windows if self.front is None else self.front(windows)
        for conv in self.convs:
            x = F.leaky_relu(conv(_pad_same(x)), SLOPE)
            if shuffle and x.shape[2] >= 32:
                x = phase_shuffle(x, 2 if x.shape[2] >= 64 else 1)
        bins = torch.fft.rfft(windows * self.taper)
        power = (bins.real.square() + bins.imag.square()) / windows.shape[2]
        branch = self.spectrum(SPECTRUM_WEIGHT * torch.log(power + 1e-3).flatten(1))
        return self.head(torch.cat([x.flatten(1), branch], dim=1))

    def load(self, weights):
        """Take the weights of the Keras critic: its dense layers, then its convolutions."""
        first, rest = (
            ([], weights["conv"])
            if self.front is None
            else (weights["conv"][:1], weights["conv"][1:])
        )
        for (kernel,) in first:
            self.front.weight.data = torch.tensor(kernel.transpose(2, 1, 0))
        for layer, pair in zip(self.convs, rest, strict=True):
            _set_conv(layer, pair)
        *branch, (kernel, bias) = weights["dense"]
        for layer, pair in zip((self.spectrum[0], self.spectrum[2]), branch, strict=True):
            _set_dense(layer, pair)
        n_filters, n_features = self.convs[-1].out_channels, len(kernel) - SPECTRUM_UNITS
        # Keras flattens (time, filters), PyTorch (filters, time).
        features = kernel[:n_features].reshape(-1, n_filters).T.reshape(-1, 1)
        _set_dense(self.head, (np.concatenate([features, kernel[n_features:]]), bias))


class PaperGenerator(nn.Module):
    """Latents to windows."""

    def __init__(self, n_times, n_stages):
        super().__init__()
        filters = _paper_filters(n_stages)
        self.n_times, self.start = n_times, -(-n_times // STRIDE**n_stages)
        self.dense = nn.Linear(PAPER_LATENT_DIM, self.start * filters[-1])
        self.stages = nn.ModuleList(
            nn.ConvTranspose1d(
                filters[stage + 1],
                filters[stage],
                CRITIC_KERNEL,
                STRIDE,
                padding=11,
                output_padding=1,
            )
            for stage in reversed(range(n_stages))
        )

    def forward(self, latents):
        x = self.dense(latents).view(len(latents), -1, self.start)
        for stage in self.stages:
            x = stage(torch.relu(x))
        return torch.tanh(x)[:, :, : self.n_times]


class PaperCritic(nn.Module):
    """Windows to logits."""

    def __init__(self, n_times, n_stages):
        super().__init__()
        filters, length = _paper_filters(n_stages), n_times
        self.stages = nn.ModuleList(
            nn.Conv1d(filters[stage], filters[stage + 1], CRITIC_KERNEL, STRIDE, padding=11)
            for stage in range(n_stages)
        )
        for _ in self.stages:
            length = (length + 22 - CRITIC_KERNEL) // STRIDE + 1
        self.head = nn.Linear(filters[-1] * length, 1)

    def forward(self, windows):
        x = windows
        for stage in self.stages:
            x = F.leaky_relu(stage(x), 0.2)
            if stage is not self.stages[-1]:
                x = phase_shuffle(x, 2)
        return self.head(x.flatten(1))


def _paper_filters(n_stages):
    return [1, *(PAPER_WIDTH * 2**stage for stage in range(n_stages))]


class PaperWaveGAN:
    """WaveGAN by the recipe of its paper, trained on windows of one channel.

    Donahue et al. 2019, appendix: transposed convolutions of 25 at stride 4, ReLU and a final
    tanh, windows scaled to [-1, 1]; a critic of such convolutions with a phase shuffle by two
    samples; WGAN-GP with a weight of 10 and five critic steps, Adam at 1e-4 with decays of .5 and
    .9, batches of 64. For a window of some hundred samples in place of 16,384: as many stages as
    leave eight samples at the start, and 32 filters in place of 64, which is quicker.
    """

    def __init__(self, windows, seed):
        torch.manual_seed(seed)
        self.scale = np.abs(windows).max()
        self.real = torch.tensor(windows / self.scale)[:, None]
        n_times, n_stages = windows.shape[1], 1
        while n_times >= 8 * STRIDE ** (n_stages + 1):
            n_stages += 1
        self.networks = [kind(n_times, n_stages) for kind in (PaperGenerator, PaperCritic)]
        self.optimizers = [
            torch.optim.Adam(network.parameters(), 1e-4, (0.5, 0.9), fused=True)
            for network in self.networks
        ]

    def train(self, before, steps):
        """Go on from a number of steps to another."""
        for _ in range(steps - before):
            chosen = torch.randint(len(self.real), (PAPER_BATCH * PAPER_N_CRITIC,))
            train_step(
                *self.networks,
                self.optimizers,
                self.real[chosen],
                PAPER_LATENT_DIM,
                PAPER_N_CRITIC,
            )

    def draw(self, n):
        """Make windows in the unit of the data."""
        with torch.no_grad():
            parts = torch.randn(n, PAPER_LATENT_DIM).split(512)
            made = torch.cat([self.networks[0](part) for part in parts])
        return made[:, 0].numpy() * self.scale


def gradient_penalty(critic, real, synthetic, mix, **options):
    """Penalise gradient norms other than 1 on the way from real to synthetic windows."""
    between = (real + mix * (synthetic - real)).requires_grad_()
    logits = critic(between, **options)
    (gradient,) = torch.autograd.grad(logits.sum(), between, create_graph=True)
    norm = torch.sqrt(gradient.square().sum(dim=(1, 2)) + 1e-12)
    return (norm - 1).square().mean()


def critic_loss(critic, real, synthetic, objective="wgan-gp", **options):
    real, synthetic = critic(real, **options), critic(synthetic, **options)
    if objective == "bce":
        return 0.5 * (F.softplus(-real).mean() + F.softplus(synthetic).mean())
    return synthetic.mean() - real.mean()


def train_step(
    generator, critic, optimizers, real, latent_dim, n_critic=1, weight=10.0, objective="wgan-gp"
):
    """Take `n_critic` steps of the critic, on windows of their own, and one of the generator."""
    generator_optimizer, critic_optimizer = optimizers
    for part in real.chunk(n_critic):
        with torch.no_grad():
            synthetic = generator(torch.randn(len(part), latent_dim))
        loss = critic_loss(critic, part, synthetic, objective)
        if objective == "wgan-gp":
            mix = torch.rand(len(part), 1, 1)
            loss = loss + weight * gradient_penalty(critic, part, synthetic, mix)
        _apply(loss, critic, critic_optimizer)
    logits = critic(generator(torch.randn(len(part), latent_dim)))
    loss = F.softplus(-logits).mean() if objective == "bce" else -logits.mean()
    _apply(loss, generator, generator_optimizer)


def _apply(loss, network, optimizer):
    # `grad`, not `backward`: the other network's gradients are not asked for.
    parameters = list(network.parameters())
    for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
        parameter.grad = gradient
    optimizer.step()


def _pad_same(x):
    """Pad as TensorFlow's "same" does, which depends on the length."""
    length = x.shape[2]
    total = max((-(-length // STRIDE) - 1) * STRIDE + CRITIC_KERNEL - length, 0)
    return F.pad(x, (total // 2, total - total // 2))


def phase_shuffle(x, n):
    """Shift each window's activations by at most `n` samples, reflecting at the edge."""
    last = x.shape[2] - 1
    shifts = torch.randint(-n, n + 1, (len(x), 1))
    source = last - (last - (torch.arange(last + 1) + shifts).abs()).abs()
    return x.gather(2, source[:, None].expand(-1, x.shape[1], -1))


def _set_dense(layer, pair):
    _set(layer, pair, (1, 0))


def _set_conv(layer, pair):
    _set(layer, pair, (2, 1, 0))


def _set(layer, pair, axes):
    kernel, bias = pair
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(np.ascontiguousarray(kernel.transpose(axes))))
        layer.bias.copy_(torch.tensor(bias))
