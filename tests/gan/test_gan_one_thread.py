"""Bits that do not depend on the number of threads."""

import os
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

from eegaug.gan.one_thread import compile_for_one_thread

SUMS = """
import hashlib, sys
import numpy as np
import tensorflow as tf
tf.config.threading.set_intra_op_parallelism_threads(int(sys.argv[1]))
from eegaug.gan.one_thread import compile_for_one_thread

def product(left, right):
    return tf.matmul(left, right, transpose_a=True)

rng = np.random.default_rng(0)
sides = [tf.constant(rng.normal(size=(20000, n)), tf.float32) for n in (4, 8)]
signature = [tf.TensorSpec(side.shape) for side in sides]
for compiled in (compile_for_one_thread(product, signature), tf.function(product)):
    print(hashlib.sha256(compiled(*sides).numpy()).hexdigest())
"""


def test_a_sum_has_the_same_bits_on_any_number_of_threads():
    # The library oneDNN would go by the number of threads itself.
    env = os.environ | {"TF_ENABLE_ONEDNN_OPTS": "0"}
    runs = [
        subprocess.run(
            [sys.executable, "-c", SUMS, n], env=env, capture_output=True, text=True, check=True
        ).stdout.split()
        for n in ("1", "4")
    ]
    (one, plain_one), (four, plain_four) = runs
    assert one == four == plain_one
    assert plain_four != plain_one


@pytest.mark.parametrize("gpus", [[], ["a GPU"]])
def test_variables_change_in_order_and_results_keep_their_structure(monkeypatch, gpus):
    monkeypatch.setattr(tf.config, "list_logical_devices", lambda kind: gpus)
    total = tf.Variable(1.0)

    def add(numbers, factor):
        before = total.read_value()
        total.assign_add(factor * tf.reduce_sum(numbers))
        return {"before": before, "after": total.read_value(), "numbers": (numbers,)}

    signature = [tf.TensorSpec([None], tf.float32), tf.TensorSpec([], tf.float32)]
    compiled = compile_for_one_thread(add, signature)
    for numbers, before, after in (([1.0, 2.0], 1.0, 7.0), ([3.0], 7.0, 13.0)):
        result = compiled(np.float32(numbers), 2.0)
        assert (result["before"], result["after"], total.numpy()) == (before, after, after)
        np.testing.assert_array_equal(result["numbers"][0], numbers)
    assert compiled.experimental_get_tracing_count() == 1
