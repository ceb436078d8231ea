"""The same training step in eegaug, in a plain Keras loop and in PyTorch, for `step.py`.

Each engine takes a recipe (sizes, rates, batch) and has `seconds(n_steps, n_blocks)`, the wall
times of blocks of steps after a first one; `check(inputs)`, what networks of the
shared weights give on one batch, randomness off; `mflop()`, the arithmetic of a step in matrix
products and convolutions, as its framework counts it; `n_parameters()`; and `matmul(size)`, which
runs one matrix product.
"""

import time

import numpy as np

N_WINDOWS = 512


class TensorFlowEngine:
    """What the two engines in TensorFlow share: networks, optimizers, counts."""

    def __init__(self, recipe):
        from eegaug.gan import GANGenerator
        from eegaug.gan.training import Training

        self.recipe = recipe
        self.settings = GANGenerator(**recipe["settings"])._settings()
        self.training = Training(self.settings, recipe["n_times"], recipe["n_channels"], 1)
        self.gan = self.training.gan
        self.generator, self.critic = self.gan.generator, self.gan.discriminator

    def windows(self, n):
        size = (n, self.recipe["n_times"], self.recipe["n_channels"])
        return np.random.default_rng(0).normal(size=size).astype(np.float32)

    def batch(self):
        return self.settings["batch_size"] * self.settings["n_critic"]

    def weights(self):
        """Return the weights by network and kind of layer, in the order of the layers."""
        import keras

        found, kinds = {}, {"dense": keras.layers.Dense, "conv": keras.layers.Conv1D}
        for name, network in (("generator", self.generator), ("critic", self.critic)):
            for kind, of_kind in kinds.items():
                found[f"{name}_{kind}"] = [
                    layer.get_weights() for layer in network.layers if isinstance(layer, of_kind)
                ]
        return found

    def check(self, inputs):
        real, latents, mix = (inputs[name] for name in ("real", "latents", "mix"))
        synthetic = self.generator(latents, training=False)
        loss, penalty = self.losses(real, synthetic, mix)
        return {
            "synthetic_mean_square": float(np.mean(np.square(synthetic))),
            "critic_loss": float(loss),
            "penalty": float(penalty),
        }

    def n_parameters(self):
        return [self.generator.count_params(), self.critic.count_params()]

    def mflop(self):
        import tensorflow as tf
        from tensorflow.python.framework import ops
        from tensorflow.python.profiler.internal import flops_registry  # noqa: F401

        size = (self.batch(), self.recipe["n_times"], self.recipe["n_channels"])
        step = tf.function(self.model().train_step, autograph=False)
        graph = step.get_concrete_function(tf.TensorSpec(size)).graph
        # What no result and no update needs is in the graph, but never runs.
        needed = [*graph.control_outputs, *(tensor.op for tensor in graph.outputs)]
        run = tf.compat.v1.graph_util.extract_sub_graph(
            graph.as_graph_def(), [operation.name for operation in needed]
        )
        nodes = [
            graph.get_operation_by_name(node.name).node_def
            for node in run.node
            if node.op.startswith(("Conv", "MatMul"))
        ]
        counts = [ops.get_stats_for_node_def(graph, node, "flops").value or 0 for node in nodes]
        return float(sum(counts)) / 1e6

    def matmul(self, size):
        import tensorflow as tf

        if not hasattr(self, "_square"):
            self._square = tf.random.normal((size, size))
        tf.linalg.matmul(self._square, self._square).numpy()


class EegaugEngine(TensorFlowEngine):
    """The sampler's own loop, as every fit runs it."""

    def model(self):
        return self.gan

    def losses(self, real, synthetic, mix):
        def judge(windows):
            return self.critic(windows, training=False)

        objective = self.gan.objective
        loss = objective.critic_loss(judge(real), judge(synthetic))
        penalty = objective.penalty
        return loss, penalty(judge, real, synthetic, mix) if penalty else 0.0

    def seconds(self, n_steps, n_blocks):
        data = self.windows(N_WINDOWS), np.ones((N_WINDOWS, 1), np.float32), np.ones(N_WINDOWS)
        found = []
        for _ in range(n_blocks + 1):
            start = time.perf_counter()
            self.training.run(*data, n_steps=n_steps, n_rounds=1, seed=0)
            found.append(time.perf_counter() - start)
        return found[1:]


class KerasEngine(TensorFlowEngine):
    """`keras.Model.fit` of a model with a `train_step` of its own; `options` go to `compile`."""

    def __init__(self, recipe, **options):
        import keras
        from wavegan_keras import PlainWGAN

        super().__init__(recipe)
        self.plain = PlainWGAN(
            self.critic,
            self.generator,
            self.settings["latent_dim"],
            self.settings["n_critic"],
            recipe["penalty_weight"],
            self.settings["objective"],
        )
        adam = recipe["adam"]
        rate, betas = adam["learning_rate"], {"beta_1": adam["beta_1"], "beta_2": adam["beta_2"]}
        self.plain.compile(
            keras.optimizers.Adam(rate, **betas), keras.optimizers.Adam(rate, **betas), **options
        )

    def model(self):
        return self.plain

    def losses(self, real, synthetic, mix):
        loss = self.plain.critic_loss(real, synthetic, training=False)
        if self.settings["objective"] == "bce":
            return loss, 0.0
        return loss, self.plain.gradient_penalty(real, synthetic, mix, training=False)

    def seconds(self, n_steps, n_blocks):
        import keras

        edges = []
        clock = keras.callbacks.LambdaCallback(
            on_epoch_end=lambda epoch, logs: edges.append(time.perf_counter())
        )
        self.plain.fit(
            self.windows(n_steps * self.batch()),
            batch_size=self.batch(),
            epochs=n_blocks + 1,
            callbacks=[clock],
            verbose=0,
        )
        return np.diff(edges).tolist()


class TorchEngine:
    """The networks and the step of `wavegan_torch.py`; `options` go to the generator."""

    def __init__(self, recipe, **options):
        import torch
        import wavegan_torch

        self.torch, self.module, self.recipe = torch, wavegan_torch, recipe
        torch.manual_seed(0)
        sizes = [recipe["n_times"], recipe["n_channels"], recipe["width"], recipe["n_stages"]]
        self.generator = wavegan_torch.Generator(recipe["latent_dim"], *sizes, **options)
        self.critic = wavegan_torch.Critic(*sizes)
        adam = recipe["adam"]
        self.optimizers = [
            torch.optim.Adam(
                network.parameters(),
                adam["learning_rate"],
                (adam["beta_1"], adam["beta_2"]),
                fused=True,
            )
            for network in (self.generator, self.critic)
        ]

    def load(self, weights):
        for name, network in (("generator", self.generator), ("critic", self.critic)):
            network.load({kind: weights[f"{name}_{kind}"] for kind in ("dense", "conv")})

    def step(self):
        size = (
            self.recipe["batch_size"] * self.recipe["n_critic"],
            self.recipe["n_channels"],
            self.recipe["n_times"],
        )
        if not hasattr(self, "_windows"):
            self._windows = self.torch.randn(N_WINDOWS, *size[1:])
        real = self._windows[self.torch.randint(N_WINDOWS, size[:1])]
        self.module.train_step(
            self.generator,
            self.critic,
            self.optimizers,
            real,
            self.recipe["latent_dim"],
            self.recipe["n_critic"],
            self.recipe["penalty_weight"],
            self.recipe["settings"]["objective"],
        )

    def seconds(self, n_steps, n_blocks):
        found = []
        for _ in range(n_blocks + 1):
            start = time.perf_counter()
            for _ in range(n_steps):
                self.step()
            found.append(time.perf_counter() - start)
        return found[1:]

    def check(self, inputs):
        real, latents, mix = (self.torch.tensor(inputs[key]) for key in ("real", "latents", "mix"))
        real = real.transpose(1, 2)
        objective = self.recipe["settings"]["objective"]
        networks = (self.critic, real, self.generator(latents).detach())
        loss = self.module.critic_loss(*networks, objective, shuffle=False)
        penalty = self.torch.tensor(0.0)
        if objective == "wgan-gp":
            penalty = self.module.gradient_penalty(*networks, mix, shuffle=False)
        return {
            "synthetic_mean_square": float(networks[2].square().mean()),
            "critic_loss": float(loss.detach()),
            "penalty": float(penalty.detach()),
        }

    def n_parameters(self):
        networks = (self.generator, self.critic)
        return [sum(p.numel() for p in network.parameters()) for network in networks]

    def mflop(self):
        from torch.utils._python_dispatch import TorchDispatchMode
        from torch.utils.flop_counter import flop_registry

        # PyTorch's own FlopCounterMode also follows modules, which `autograd.grad` does not allow.
        class Counter(TorchDispatchMode):
            total = 0

            def __torch_dispatch__(self, function, types, args=(), kwargs=None):
                out = function(*args, **(kwargs or {}))
                count = flop_registry.get(function._overloadpacket)
                if count:
                    self.total += count(*args, **(kwargs or {}), out_val=out)
                return out

        with Counter() as counter:
            self.step()
        return counter.total / 1e6

    def matmul(self, size):
        if not hasattr(self, "_square"):
            self._square = self.torch.randn(size, size)
        self._square @ self._square
