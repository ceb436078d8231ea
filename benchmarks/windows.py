"""How the windows of samplers and generators resemble those of recordings held out.

Every architecture with a sensible set of objectives, and each switch of the GAN, on the seizures
of the Epileptic Seizure Recognition CSV; some samplers, and changes of channels that the critic
sees, on neonatal and simulated windows of 18 channels. A run that was stopped goes on from its
file.
"""

import warnings

import data
import models
from results import append, done, drop, facts

from eegaug import GANOversampler, SmallClassWarning
from eegaug.evaluation import compare_generators
from eegaug.gan import GANGenerator, TrainingWarning
from eegaug.transforms import ChannelAugmenter

ARCHITECTURES = {
    "dense": ["bce", "wgan-gp"],
    "dcgan": ["bce", "hinge", "wgan-gp"],
    "wavegan": ["bce", "lsgan", "hinge", "wgan-gp", "r1", "r3gan"],
    "residual": ["wgan-gp", "r3gan"],
}
#: Each differs in one thing from the default.
SWITCHES = {
    "no extras": models.PLAIN_GAN | {"architecture": "wavegan"},
    "without spectral critic": {"spectral_critic": False},
    "without generated amplitude": {"generated_amplitude": False},
    "without post-filter": {"post_filter": None},
    "learned post-filter": {"post_filter": "learned"},
    "without averaged weights": {"ema": 0.0},
    "critic's rate twice the generator's": {"learning_rate": (5e-4, 1e-3)},
    "three critic steps": {"n_critic": 3},
    "augmentation in the critic": {"augmentation": ("shift", "scale", "polarity")},
    "spectral normalisation": {"spectral_norm": True, "objective": "hinge"},
    "shared conditioning, 1,300 steps": {"n_steps": 1300},
    "500 steps": {"n_steps": 500},
    "1,000 steps at 2e-4": {
        "n_steps": 1000,
        "learning_rate": 2e-4,
    },
}
VARIANTS = {
    f"{architecture}, {objective}": {"architecture": architecture, "objective": objective}
    for architecture, objectives in ARCHITECTURES.items()
    for objective in objectives
} | SWITCHES
BASELINES = ("jitter", "kernel density", "Gaussian mixture", "plain DCGAN")
NEONATAL = ("SMOTE", "jitter", "generator alone", "GANOversampler")
#: What the critic sees done to channels.
CHANNELS = {
    "reflected in the critic": {},
    "reflected and turned in the critic": {"rotation": 8.0},
    "dropped in the critic": {"reflect": 0.0, "dropout": 0.1},
}
#: Data set, numbers of seizure recordings in training, and samplers.
PLAN = [
    ("bonn", (5, 20), [*BASELINES, *VARIANTS]),
    ("neonatal", (5,), [*NEONATAL, *CHANNELS]),
    ("simulated, 18 channels", (4,), ["generator alone", *CHANNELS]),
]


def add_arguments(parser):
    """Add what only this case takes."""
    parser.add_argument("--samplers", nargs="+", default=None, help="some of them alone")
    parser.add_argument("--sets", nargs="+", choices=[each for each, _, _ in PLAN], default=None)
    parser.add_argument("--steps", type=int, help="steps of each training, to try the case")


def windows(options):
    """Add a row for each data set, number of recordings, sampler and seed."""
    path, about = options.results / "windows.jsonl", facts()
    for name, numbers, samplers in PLAN:
        if options.sets and name not in options.sets:
            continue
        samplers = [each for each in samplers if each in (options.samplers or samplers)]
        if options.again:
            drop(path, set=[name], sampler=samplers)
        known = done(path, ["set", "k", "sampler", "seed"])
        loaded = data.load(name, options.data)
        # Samplers outermost: a network is traced once and serves all its runs.
        for sampler in samplers:
            for k in numbers:
                for seed in options.seeds:
                    if (name, str(k), sampler, seed) not in known:
                        row = measure(loaded, sampler, k, seed, options.steps)
                        append(path, [{"set": name, "k": k} | row | about])
                        print(name, k, sampler, seed)


def measure(loaded, name, k, seed, steps=None):
    """Compare the windows of one sampler with those of recordings held out."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        row = compare_generators(
            {name: sampler_of(name, loaded, seed, steps)},
            loaded.X,
            loaded.y,
            groups=loaded.groups,
            n_groups=k,
            seeds=[seed],
            sfreq=loaded.sfreq,
        ).iloc[0]
    # Where the class fell back to a simpler method, the row is not the generator's.
    kinds = (TrainingWarning, SmallClassWarning)
    found = [str(each.message) for each in caught if issubclass(each.category, kinds)]
    return row.drop("n_groups").to_dict() | {"warnings": "; ".join(found)}


def sampler_of(name, loaded, seed, steps):
    """Make a sampler of `models.SAMPLERS`, or the generator of a variant, its windows alone."""
    if name in CHANNELS:
        channels = ChannelAugmenter(loaded.ch_names, **CHANNELS[name])
        sampler = models.alone(GANGenerator(channels=channels), loaded.sfreq, seed)
    elif name not in VARIANTS:
        sampler = models.SAMPLERS[name](loaded.sfreq, seed)
    else:
        sampler = models.alone(GANGenerator(**VARIANTS[name]), loaded.sfreq, seed)
        if name.startswith("shared conditioning"):
            sampler.set_params(conditioning="shared")
    if steps and isinstance(sampler, GANOversampler):
        generator = sampler.generator or GANGenerator()
        if "n_steps" in generator.get_params():
            sampler.set_params(generator=generator.set_params(n_steps=steps))
    return sampler
