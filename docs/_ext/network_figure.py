"""The default networks, drawn from the Keras layers that they are made of."""

from docutils import nodes
from drawing import Box, draw
from sphinx.util.docutils import SphinxDirective


class NetworkFigure(SphinxDirective):
    """The generator or the critic that a `GANOversampler` trains by default."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the figure."""
        self.env.note_reread()
        from eegaug.gan import GANGenerator
        from eegaug.gan.training import Training

        settings = GANGenerator()._settings()
        gan = Training(settings, n_times=178, n_channels=1, n_labels=1).gan
        network = {"generator": gan.generator, "critic": gan.discriminator}[self.arguments[0]]
        return [draw(*boxes_and_arrows(network), width=190, label=f"Layers of the {network.name}")]


def boxes_and_arrows(network) -> tuple[dict[str, Box], list[tuple[str, str]]]:
    """Put each layer with weights in a box, with the layers without weights that follow it."""
    parents = {layer: _parents(layer) for layer in network.operations}
    children = {layer: [c for c in parents if layer in parents[c]] for layer in parents}
    home, chains = {}, {}
    for layer, above in parents.items():
        if above and not _starts_box(layer, above, children):
            home[layer] = home[above[0]]
        else:
            home[layer] = layer
        chains.setdefault(home[layer], []).append(layer)
    sources = {first: [home[p] for p in parents[first]] for first in chains}
    rows, columns = {}, {}
    for first, above in sources.items():
        rows[first] = 1 + max((rows[box] for box in above), default=-1)
        siblings = [box for box in sources if sources[box][:1] == above[:1]]
        columns[first] = columns[above[0]] + siblings.index(first) if above else 0
    # A branch leaves at once and ends just above what it joins: its arrows pass all boxes.
    for first, above in reversed(sources.items()):
        below = [rows[box] for box in sources if first in sources[box]]
        if above and columns[above[0]] and below:
            rows[first] = min(below) - 1
    boxes = {
        first.name: Box(
            columns[first],
            rows[first],
            [_describe(layer) for layer in chain],
            " × ".join(str(size) for size in chain[-1].output.shape[1:]),
        )
        for first, chain in chains.items()
    }
    arrows = [(box.name, first.name) for first, above in sources.items() for box in above]
    return boxes, arrows


def _parents(layer) -> list:
    tensors = layer._inbound_nodes[0].input_tensors
    return [tensor._keras_history.operation for tensor in tensors]


def _starts_box(layer, above: list, children: dict) -> bool:
    if len(above) > 1 or len(children[above[0]]) > 1 or not _parents(above[0]):
        return True
    if type(layer).__name__ == "UpSampling1D":
        return True
    return bool(getattr(layer, "weights", ())) and type(above[0]).__name__ != "UpSampling1D"


def _describe(layer) -> str:
    kind = type(layer).__name__
    if kind == "InputLayer":
        return layer.name
    if kind == "Dense":
        return f"dense, {layer.units}"
    if kind == "UpsampledConv1D":
        return f"repeat × {layer.factor}, {layer.filters} filters of {layer.kernel_size[0]}"
    if kind == "Conv1D":
        stride = f", stride {layer.strides[0]}" if layer.strides[0] > 1 else ""
        plural = "s" if layer.filters > 1 else ""
        return f"{layer.filters} filter{plural} of {layer.kernel_size[0]}{stride}"
    if kind == "UpSampling1D":
        return f"repeat × {layer.size}"
    if kind == "PhaseShuffle":
        return f"phase shuffle by {layer.n}"
    if kind == "Multiply" and len(_parents(layer)) == 1:
        return f"times {layer._inbound_nodes[0].arguments.args[1]}"
    named = {
        "LogSpectrum": "log spectrum",
        "GetItem": "crop",
        "Multiply": "multiply",
        "Concatenate": "join",
    }
    return named.get(kind, kind if kind == "LeakyReLU" else kind.lower())
