"""The only import of TensorFlow and Keras, when the first network is built.

TensorFlow writes harmless lines to the standard error when it is imported, most of them before its
log level is read. They are removed during the import. With TF_CPP_MIN_LOG_LEVEL=0, and if the user
imported TensorFlow before, nothing is removed.
"""

import multiprocessing
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress

__all__ = ["keras", "ops", "tf"]

#: Harmless messages: information, and that there is no driver for a GPU.
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
    """Remove harmless lines from the standard error, those of C++ included."""
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
    """Limit the threads to those that joblib leaves each worker."""
    if not multiprocessing.current_process().name.startswith("LokyProcess"):
        return
    # TensorFlow does not read this variable of joblib.
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

            # Looks for the driver of a GPU, as the first operation would.
            tf.config.list_physical_devices()
    else:
        import tensorflow as tf
    import keras
    from keras import ops
except ImportError as error:
    raise ImportError(MISSING.format(error=error), name=error.name) from error
if _is_first:
    _share_threads()
