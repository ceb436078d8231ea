"""One training step against PyTorch, against a plain Keras loop, and against the processor's peak.

The default networks and batch of `GANOversampler` on windows of 178 samples, under its default
objective and under WGAN-GP with its gradient penalty. Before anything is timed, the weights of one
are loaded into the other and all must have as many parameters and give the same critic loss and
penalty on one batch. Each engine runs in processes of its own, in turns, and the median over
blocks of steps counts; the step's compilation is left out. "repeated samples" is PyTorch without
the layer that repeats and convolves in one, as one would write it first; "keras, compiled by XLA"
is what `compile` chooses by default.

PyTorch comes with `pip install 'eegaug[bench]'`; `--torch-python` names an interpreter that has
it where this one has not. See benchmarks/README.md for what each ratio means.
"""

import pickle
import tempfile
import time
from pathlib import Path

import numpy as np
import results

ENGINES = (
    "eegaug",
    "PyTorch",
    "PyTorch, repeated samples",
    "keras",
    "keras, compiled by XLA",
)
OBJECTIVES = ("bce", "wgan-gp")
N_TIMES, N_CHANNELS = 178, 1
N_MATMUL = 5
NEEDS_TORCH = (
    "PyTorch comes with pip install 'eegaug[bench]'. Name an interpreter that has it by "
    "--torch-python, or leave it out by --engines."
)


def add_arguments(parser):
    """Add what only this case takes."""
    parser.add_argument("--objectives", nargs="+", choices=OBJECTIVES, default=OBJECTIVES)
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--torch-python", help="interpreter that has PyTorch")
    parser.add_argument("--threads", type=int, help="threads of each engine (its own choice)")
    parser.add_argument("--steps", type=int, default=100, help="steps a block")
    parser.add_argument("--blocks", type=int, default=4, help="blocks a process")
    parser.add_argument("--rounds", type=int, default=3, help="processes an engine")
    parser.add_argument("--matmul", type=int, default=2048, help="size of the matrix product")


def step(options):
    """Time a step of each engine under each objective."""
    if options.quick:
        options.steps, options.blocks, options.rounds, options.matmul = 3, 1, 1, 256
    threads = f"{options.threads} threads" if options.threads else "all cores"
    for objective in options.objectives:
        about = {"objective": objective, "threads": threads}
        rows = [about | row for row in compare(options, objective)]
        results.append_run(options.results / "step.jsonl", f"{objective}, {threads}", rows)


def compare(options, objective):
    """Return a row an engine."""
    engines = ["eegaug", *(name for name in options.engines if name != "eegaug")]
    found = {name: [] for name in engines}
    with tempfile.TemporaryDirectory() as folder:
        case = {"recipe": recipe(objective), "folder": folder, "matmul": options.matmul}
        for index in range(options.rounds):
            for name in engines:
                slow = name == "keras, compiled by XLA"
                if slow and index:
                    continue
                size = (5, 1) if slow and not options.quick else (options.steps, options.blocks)
                found[name].append(
                    results.in_fresh_process(
                        "step.py",
                        "step",
                        case | {"engine": name, "n_steps": size[0], "n_blocks": size[1]},
                        python=options.torch_python if name.startswith("PyTorch") else None,
                        threads=options.threads,
                        hint=NEEDS_TORCH if name.startswith("PyTorch") else "",
                    )
                )
                check_equal(found["eegaug"][0], found[name][-1], name)
    peak = max(one["matmul_gflops"] for each in found.values() for one in each)
    rows = []
    for name, each in found.items():
        ms = np.concatenate([one["ms"] for one in each])
        rows.append(
            {
                "engine": name,
                "ms": float(np.median(ms)),
                "ms_least": float(ms.min()),
                "mflop": each[0]["mflop"],
                "peak_gflops": peak,
                "n_parameters": sum(each[0]["n_parameters"]),
                "batch_size": case["recipe"]["batch_size"],
                "critic_loss": each[0]["check"]["critic_loss"],
                "penalty": each[0]["check"]["penalty"],
                "engine_version": each[0]["version"],
            }
        )
    return rows


def check_equal(ours, theirs, name):
    """Stop where an engine does not compute what ours does."""
    if ours["n_parameters"] != theirs["n_parameters"]:
        raise SystemExit(
            f"{name} has {theirs['n_parameters']} parameters, eegaug {ours['n_parameters']}: "
            "bring benchmarks/wavegan_torch.py to the default networks."
        )
    for key, value in ours["check"].items():
        if not np.isclose(theirs["check"][key], value, rtol=1e-3):
            raise SystemExit(
                f"{name} gives {key} = {theirs['check'][key]}, eegaug {value}, from the same "
                "weights: they do not compute the same, so their times say nothing."
            )


def recipe(objective):
    """Return sizes and settings of the sampler's training, as JSON can hold them."""
    from eegaug.gan import GANGenerator
    from eegaug.gan.architectures import NetworkShape

    settings = GANGenerator(objective=objective).get_params(deep=False)
    return {
        "settings": settings,
        "n_times": N_TIMES,
        "n_channels": N_CHANNELS,
        "n_stages": NetworkShape(N_TIMES, N_CHANNELS, settings["width"]).n_stages,
        "penalty_weight": 10.0,
        "adam": {name: settings[name] for name in ("learning_rate", "beta_1", "beta_2")},
        **{name: settings[name] for name in ("latent_dim", "width", "batch_size", "n_critic")},
    }


def measure(engine, recipe, folder, n_steps, n_blocks, matmul):
    """Build an engine, check it and time it."""
    import step_engines

    weights = Path(folder) / "weights.pkl"
    if engine == "eegaug":
        built = step_engines.EegaugEngine(recipe)
        weights.write_bytes(pickle.dumps(built.weights()))
    elif engine.startswith("PyTorch"):
        built = step_engines.TorchEngine(recipe, summed=engine == "PyTorch")
        built.load(pickle.loads(weights.read_bytes()))
    else:
        options = {"jit_compile": False} if engine == "keras" else {}
        built = step_engines.KerasEngine(recipe, **options)
    rng = np.random.default_rng(1)
    sizes = {
        "real": (recipe["batch_size"], recipe["n_times"], recipe["n_channels"]),
        "latents": (recipe["batch_size"], recipe["latent_dim"]),
    }
    inputs = {name: rng.normal(size=size).astype(np.float32) for name, size in sizes.items()}
    inputs["mix"] = rng.uniform(size=(recipe["batch_size"], 1, 1)).astype(np.float32)
    found = {"check": built.check(inputs), "n_parameters": built.n_parameters()}
    found["ms"] = [1000 * s / n_steps for s in built.seconds(n_steps, n_blocks)]
    found["mflop"] = built.mflop()
    seconds = []
    for _ in range(N_MATMUL + 1):
        start = time.perf_counter()
        built.matmul(matmul)
        seconds.append(time.perf_counter() - start)
    found["matmul_gflops"] = 2 * matmul**3 / min(seconds[1:]) / 1e9
    package = "torch" if engine.startswith("PyTorch") else "tensorflow"
    found["version"] = f"{package} {results.versions(package).get(package)}"
    return found


if __name__ == "__main__":
    results.start({"step": measure})
