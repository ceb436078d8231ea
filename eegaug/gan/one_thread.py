"""Compiled functions whose every operation runs on one thread.

TensorFlow deals a large sum out to the threads it has, so on another number of threads the same
function gives other last bits, and a training makes another generator of them. The operations of
these networks are too small to gain by it: they take less time when each stays on its thread, and
threads run independent operations side by side. How many threads an operation may take is a
setting of the whole process, which is the user's. But the functions of a `tf.data` pipeline can be
held to a number of their own.
"""

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

__all__ = ["compile_for_one_thread"]


def compile_for_one_thread(
    function: Callable[..., Any], signature: Sequence[tf.TensorSpec]
) -> Callable[..., Any]:
    """Compile a function of tensors whose bits do not depend on the number of threads.

    Parameters
    ----------
    function : callable
        It takes tensors and returns a nest of tensors; it may change variables.
    signature : sequence of tf.TensorSpec
        What it takes.

    Returns
    -------
    compiled : callable
        It is traced once. Where TensorFlow has a GPU, to which pipelines have no access, it is
        an ordinary `tf.function`; and where TensorFlow uses oneDNN, that library goes by the
        number of threads all the same.
    """
    compiled = tf.function(
        function,
        # Nothing to convert, and AutoGraph would write temporary files.
        autograph=False,
        input_signature=signature,
        # As part of the pipeline's function it would neither be optimised nor keep the order in
        # which variables are read and written.
        experimental_attributes={"_noinline": True},
    )
    if tf.config.list_logical_devices("GPU"):
        return compiled
    step = tf.autograph.experimental.do_not_convert(lambda *arguments: compiled(*arguments))

    def run(*arguments: tf.Tensor) -> Any:
        pipeline = tf.data.Dataset.from_tensors(arguments).map(step)
        results = tf.nest.flatten(pipeline.element_spec)
        types = {
            "output_types": [each.dtype for each in results],
            "output_shapes": [each.shape for each in results],
        }
        # As an option of the pipeline it would have no effect on a single element.
        limited = tf.raw_ops.MaxIntraOpParallelismDataset(
            input_dataset=tf.data.experimental.to_variant(pipeline),
            max_intra_op_parallelism=1,
            **types,
        )
        tensors = tf.raw_ops.DatasetToSingleElement(dataset=limited, **types)
        return tf.nest.pack_sequence_as(pipeline.element_spec, tensors)

    return tf.function(run, autograph=False, input_signature=signature)
