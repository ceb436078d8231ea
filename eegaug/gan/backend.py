"""TensorFlow and Keras, imported here and nowhere else, when the first network is built.

TensorFlow greets every process with lines on the standard error that say nothing is wrong. Most
of them are written before its log level is read, so no setting hides them: they are taken out
while it is imported. With TF_CPP_MIN_LOG_LEVEL=0, and for a user who imported it first, all is
left as it is.
"""

import multiprocessing
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress

__all__ = ["keras", "ops", "tf"]

#: What is written where nothing is wrong: information, and that there is no driver for a GPU.
HARMLESS = re.compile(
    rb"I\d{4} |WARNING: All log messages before absl::InitializeLog|"
    rb"To enable the following instructions|E\d{4} .*cuInit.*\(303\)"
)
MISSING = (
    "The GAN needs TensorFlow, which cannot be imported here ({error}). Install it by 'pip "
    "install tensorflow', or take what works without: JitterOversampler, SurrogateOversampler, or "
    "GANOversampler(generator) with an estimator such as sklearn.neighbors.KernelDensity."
)


@contextmanager
def _without_greetings() -> Iterator[None]:
    """Take harmless lines out of what is written to the standard error, by C++ too."""
    try:
        stderr = os.dup(2)
    except OSError:  # there is none
        yield
        return
    with tempfile.TemporaryFile() as written:
        _flush()
        os.dup2(written.fileno(), 2)
        try:
            yield
        finally:
            _flush()
            os.dup2(stderr, 2)
            os.close(stderr)
            written.seek(0)
            for line in written:
                if not HARMLESS.match(line):
                    os.write(2, line)


def _flush() -> None:
    with suppress(AttributeError, ValueError):  # None, or closed
        sys.stderr.flush()


def _share_threads() -> None:
    """Take no more threads than joblib leaves each of its workers."""
    if not multiprocessing.current_process().name.startswith("LokyProcess"):
        return
    # joblib writes it for the libraries that read it, of which TensorFlow is none.
    n_threads = int(os.environ.get("OMP_NUM_THREADS", "1"))
    if "TF_NUM_INTRAOP_THREADS" not in os.environ:
        tf.config.threading.set_intra_op_parallelism_threads(n_threads)
    if "TF_NUM_INTEROP_THREADS" not in os.environ:
        tf.config.threading.set_inter_op_parallelism_threads(n_threads)


_is_first = "tensorflow" not in sys.modules
try:
    if _is_first and os.environ.get("TF_CPP_MIN_LOG_LEVEL") != "0":
        with _without_greetings():
            import tensorflow as tf

            # The driver of a GPU is looked for here, or else by the first operation.
            tf.config.list_physical_devices()
    else:
        import tensorflow as tf
    import keras
    from keras import ops
except ImportError as error:
    raise ImportError(MISSING.format(error=error), name=error.name) from error
if _is_first:
    _share_threads()
