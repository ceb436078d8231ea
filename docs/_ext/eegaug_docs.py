"""What the documentation takes from the code: tables, figures, and the list of public names."""

import importlib
import inspect
import os
import pkgutil

from benchmark_tables import DIRECTIVES
from code_table import CodeTable
from fast_build import FigureCode, leave_out_results
from layers_figure import LayersFigure, LayersTable
from network_figure import NetworkFigure
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.inspect import stringify_signature

import eegaug

logger = logging.getLogger(__name__)


class MetricTable(CodeTable):
    """Each metric, what its docstring says it does, and which values are better."""

    def rows(self):
        """Yield the header, then a row a metric."""
        from eegaug.metrics import METRICS

        yield "metric", "what it does", "better"
        for name, metric in METRICS.items():
            summary = inspect.getdoc(metric.function).partition("\n\n")[0].replace("\n", " ")
            yield f":func:`~eegaug.metrics.{name}`", summary, metric.better


class DamageTable(CodeTable):
    """Which planted damage each metric is tested to see."""

    def rows(self):
        """Yield the header, then a row a metric."""
        from eegaug.metrics import METRICS

        damages = list(dict.fromkeys(each for metric in METRICS.values() for each in metric.sees))
        yield "metric", *(name.replace("_", " ") for name in damages)
        for name, metric in METRICS.items():
            marks = ("●" if damage in metric.sees else "" for damage in damages)
            yield f":func:`~eegaug.metrics.{name}`", *marks


class TopicTable(CodeTable):
    """The topics of the quality report, the metrics of each, and what a poor one means."""

    def rows(self):
        """Yield the header, then a row a topic."""
        from eegaug.report._findings import TOPICS

        yield "topic", "metrics", "where it is good", "where it is not"
        for topic in TOPICS:
            metrics = ", ".join(f":func:`~eegaug.metrics.{name}`" for name in topic.metrics)
            yield topic.name, metrics, topic.good, topic.poor


class VerdictLimits(CodeTable):
    """The ratios at which a verdict changes."""

    def rows(self):
        """Yield the header, then distances and scores."""
        from eegaug.report._findings import DISTANCE_LIMITS, SCORE_LIMITS

        (near, far), (high, low) = DISTANCE_LIMITS, SCORE_LIMITS
        yield (
            "metric over its real-vs-real reference",
            "good",
            "in part (``fair``)",
            "not good (``poor``)",
        )
        yield "a distance", f"up to {near:g}", f"up to {far:g}", "more"
        yield "a score", f"from {high:g}", f"from {low:g}", "less"


def warn_of_undocumented_names(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn of public names that no page documents; under ``-W`` the build then fails."""
    documented = {name.rpartition(".")[2] for name in env.domaindata["py"]["objects"]}
    parts = [module.name for module in pkgutil.iter_modules(eegaug.__path__)]
    for part in ["", *(f".{name}" for name in parts if not name.startswith("_"))]:
        module = importlib.import_module(f"eegaug{part}")
        for name in sorted(set(module.__all__) - documented):
            logger.warning("%s.%s is public but not in the reference", module.__name__, name)


def show_own_signature(app: Sphinx, what, name, obj, options, signature, returns):
    """Show the signature of ``__init__`` where Keras hides it behind its own ``__new__``."""
    if what != "class" or signature != "(*args, **kwargs)":
        return None
    own = inspect.signature(obj.__init__)
    own = own.replace(parameters=list(own.parameters.values())[1:])
    return stringify_signature(own, show_annotation=False), None


def setup(app: Sphinx) -> dict:
    """Register the directives and the check."""
    app.add_directive("metric-table", MetricTable)
    app.add_directive("damage-table", DamageTable)
    app.add_directive("topic-table", TopicTable)
    app.add_directive("verdict-limits", VerdictLimits)
    app.add_directive("layers-figure", LayersFigure)
    app.add_directive("layers-table", LayersTable)
    app.add_directive("network-figure", NetworkFigure)
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)
    if os.environ.get("EEGAUG_DOCS_FAST"):
        app.add_directive("plot", FigureCode, override=True)
    app.connect("autodoc-process-signature", show_own_signature)
    app.connect("doctree-read", leave_out_results)
    app.connect("env-check-consistency", warn_of_undocumented_names)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
