"""The checks of imbalanced-learn and scikit-learn, for every sampler."""

import pytest
from imblearn.utils import estimator_checks as imblearn_checks
from sklearn.neighbors import KernelDensity
from sklearn.utils import estimator_checks as sklearn_checks

from eegaug.gan import GANGenerator
from eegaug.over_sampling import GANOversampler, JitterOversampler, SurrogateOversampler

pytestmark = pytest.mark.uncompiled

INSTANCES = [
    JitterOversampler(random_state=0),
    SurrogateOversampler(random_state=0),
    GANOversampler(KernelDensity(), random_state=0, min_windows=2),
    GANOversampler(
        GANGenerator(
            architecture="dense", n_steps=1, n_checks=1, width=1, latent_dim=2, batch_size=2
        ),
        random_state=0,
        min_windows=2,
    ),
]

# Checks that fail for a good reason, as {"name of the check": "the reason"}: none.
EXPECTED_FAILURES: dict[str, str] = {}


def each_check_of(checks):
    mark = checks.parametrize_with_checks(
        INSTANCES, expected_failed_checks=lambda estimator: EXPECTED_FAILURES
    )
    # imbalanced-learn hands over a generator, which pytest is about to refuse.
    return pytest.mark.parametrize(mark.args[0], list(mark.args[1]), **mark.kwargs)


@each_check_of(imblearn_checks)
def test_imblearn_checks(estimator, check):
    check(estimator)


@pytest.mark.parametrize("estimator", INSTANCES, ids=repr)
@pytest.mark.parametrize(
    "check",
    [
        imblearn_checks.check_param_validation,
        imblearn_checks.check_dataframe_column_names_consistency,
    ],
)
def test_imblearn_checks_left_out_of_its_list(estimator, check):
    check(type(estimator).__name__, estimator)


@each_check_of(sklearn_checks)
def test_sklearn_checks(estimator, check):
    check(estimator)
