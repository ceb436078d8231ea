"""Each promise of the page "What you can rely on" has a test, and each such test is there."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PAGE = (TESTS.parent / "docs" / "user_guide" / "reliability.rst").read_text()
LISTS = PAGE[: PAGE.index(".. _reproducibility:")]
STATED = [" ".join(item.split()) for item in re.findall(r"^- ((?:.+\n)(?:  .+\n)*)", LISTS, re.M)]
#: The tests that hold the promises, in the order and the words of the page.
PROMISES = {
    "Real windows come first and are not changed, in their dtype, layout and container.": "over_sampling/test_sampler_contract.py::test_originals_first_then_the_new_in_the_same_dtypes_and_layout",
    "``sampling_strategy`` is met exactly.": "over_sampling/test_sampler_contract.py::test_counts_are_met_exactly",
    "The number of new windows is met by every method, also where trainings fail.": "over_sampling/test_gan_oversampler.py::test_counts_are_met_exactly_by_every_method",
    "One window in a class is enough.": "over_sampling/test_sampler_contract.py::test_one_window_in_a_class_is_enough",
    "Read-only memory maps can be resampled, and are not changed.": "over_sampling/test_side_effects.py::test_read_only_memory_maps_are_enough",
    "A large majority is copied into the result and nowhere else.": "over_sampling/test_gan_oversampler.py::test_a_large_majority_is_copied_into_the_result_alone",
    "No sample is more than 10 times as far from the median of its channel as the class's real ones.": "over_sampling/test_sampler_contract.py::test_windows_stay_in_the_range_of_the_data",
    "The same bound holds for windows that a generator makes later.": "gan/test_gan_generator.py::test_windows_far_beyond_the_real_ones_are_brought_back",
    "Windows within that bound are not changed by it.": "test_windows.py::test_windows_within_reach_come_back_bit_for_bit",
    "Integers are rounded and clipped. They never wrap.": "over_sampling/test_sampler_contract.py::test_large_amplitudes_are_clipped_and_never_wrapped",
    "The first windows of a sample are those of a smaller one.": "gan/test_gan_generator.py::test_a_sample_does_not_depend_on_how_many_follow",
    "A sample takes the memory of its result, in the dtype of the training windows.": "gan/test_gan_generator.py::test_memory_of_many_windows_is_that_of_the_result",
    'Where the membership attack can say "not detected at this power", it detects a generator that copies.': "metrics/test_metrics_memory.py::test_wherever_not_detected_can_be_the_verdict_a_copier_is_detected",
    "Arrays of any shape, dtype, amplitude, offset and memory layout give a right result. NaN and infinity give one clear error.": "over_sampling/test_hostile_data.py::test_arrays",
    "The same holds for data frames, lists and sparse matrices.": "over_sampling/test_hostile_data.py::test_other_containers",
    "Wrong input gives an error that names the parameter, what was got, and what to do.": "test_walk_through.py::test_what_is_wrong_is_named_with_what_was_got_and_what_to_do",
    "Axes and sampling frequencies that are unlikely give a warning.": "test_walk_through.py::test_axes_and_rates_that_can_hardly_be_are_questioned",
    "Density models of scikit-learn work as generators.": "over_sampling/test_gan_oversampler.py::test_density_models_of_scikit_learn_are_generators",
    "A class too small for a GAN takes a simpler method, with one warning.": "over_sampling/test_fallback.py::test_one_warning_names_every_small_class",
    "NaN in a training starts it again once. Then the class falls back to a simpler method.": "gan/test_gan_generator.py::test_a_planted_nan_is_tried_again_and_then_refused",
    "A training that diverges ends with its best generator so far.": "gan/test_gan_generator.py::test_a_planted_divergence_falls_back_to_the_best_so_far",
    "A collapsed generator is refused.": "gan/test_gan_generator.py::test_a_planted_collapse_is_refused",
    "A training that stalls ends with its best generator so far.": "gan/test_gan_monitor.py::test_a_standstill_ends_the_training_and_the_best_so_far_stays",
    "A training that stalls from its beginning is started again once, and then refused.": "gan/test_gan_generator.py::test_a_standstill_is_tried_again_and_then_refused",
    "``fallback_`` names each class whose training failed, the method used and the reason.": "over_sampling/test_gan_oversampler.py::test_a_failed_training_takes_a_simpler_method",
    "A training that no longer improves stops, and the best generator is kept.": "gan/test_gan_monitor.py::test_training_stops_when_nothing_improves",
    "A training that fails in another process is reported in this one.": "over_sampling/test_running.py::test_a_training_that_fails_elsewhere_is_reported_here",
    "An integer ``random_state`` gives equal bits, in this process and in workers.": "over_sampling/test_processes.py::test_workers_make_the_same_windows_or_refuse",
    "It gives equal bits in fresh processes of one machine, whatever their hash seeds.": "test_honest_training.py::test_6_fresh_processes_as_users_start_them_give_equal_bits",
    "``None`` differs between calls, a ``RandomState`` moves on.": "over_sampling/test_gan_oversampler.py::test_randomness_follows_random_state",
    "The bits do not depend on what ran before in the process.": "over_sampling/test_determinism.py::test_bits_do_not_depend_on_what_ran_before",
    "``n_jobs`` changes no bit, by processes, threads or a cluster.": "over_sampling/test_running.py::test_processes_make_the_windows_of_one",
    "``memory`` changes no bit.": "over_sampling/test_running.py::test_another_ratio_trains_nothing_and_gives_the_same_windows",
    "Your settings of Keras change no bit.": "over_sampling/test_side_effects.py::test_settings_of_the_caller_change_nothing",
    "A saved sampler makes the same windows in another process.": "test_persistence.py::test_another_process_makes_the_same_windows",
    "A fitted sampler given as ``init`` is where the trainings start, also through a clone if frozen.": "over_sampling/test_warm_start.py::test_the_start_decides_and_a_frozen_one_outlives_a_clone",
    "Seeds, settings of Keras, TensorFlow, NumPy, warnings and logging, the environment and the working folder stay as they were.": "over_sampling/test_side_effects.py::test_settings_and_folder_stay",
    "``import eegaug`` does not import TensorFlow.": "test_import.py::test_tensorflow_is_not_imported",
    "All but the GAN works where TensorFlow cannot be imported.": "test_walk_through.py::test_all_but_the_gan_works_where_tensorflow_cannot_be_imported",
    "A fresh process prints nothing where nothing is wrong.": "test_walk_through.py::test_a_fresh_process_is_quiet_and_left_as_it_was",
    "If you import TensorFlow first, you keep all its settings. ``TF_CPP_MIN_LOG_LEVEL=0`` keeps all its messages.": "test_walk_through.py::test_who_imports_tensorflow_first_or_asks_for_its_lines_has_them",
    "Long calls show progress on a terminal, and nothing in a log file unless asked.": "test_walk_through.py::test_a_log_file_gets_plain_lines_and_only_if_asked",
    "Threads may fit samplers of their own side by side.": "over_sampling/test_processes.py::test_threads_fit_different_samplers_side_by_side",
    "50 fits in one process grow its memory by less than 5 % and leave no threads and no open files.": "over_sampling/test_leaks.py::test_fits_leave_no_memory_threads_or_files",
    "A comparison that was killed goes on where it stopped.": "evaluation/test_evaluation_samplers.py::test_killed_run_goes_on_where_it_ended",
    "A saved sampler that was cut, changed or forged is refused or harmless. No pickle is opened.": "test_persistence.py::test_damage_is_found_or_harmless",
    "The file holds neither real windows nor the critic.": "test_persistence.py::test_no_real_window_and_no_critic_is_in_the_file",
    "A failed write leaves the older file, and no other files.": "files/test_files_archive.py::test_a_failed_write_leaves_the_older_file_and_no_litter",
    "Members that claim more than a file has are refused before they are read.": "files/test_files_archive.py::test_members_that_claim_more_than_the_file_has_are_refused",
    "A saved sampler whose members were swapped or damaged is refused, even with true checksums.": "files/test_files_fuzz.py::test_samplers_with_damaged_or_swapped_members_under_true_checksums",
    "A damaged data file gives whole windows or one error that names the file.": "files/test_files_fuzz.py::test_damaged_data_files",
    "So does an npz file whose members were damaged, swapped or added before it was packed.": "files/test_files_fuzz.py::test_npz_files_with_damaged_swapped_or_foreign_members",
    "A file that would unpack to more than a bound is refused in little memory.": "files/test_files_fuzz.py::test_bombs_are_refused_in_little_memory",
    "Nothing is unpacked to the disk, whatever the paths in an archive.": "files/test_files_fuzz.py::test_members_are_read_from_where_they_stand_and_nowhere_else",
    "The error of a wrong data file names the file and the place in it.": "datasets/test_datasets_loaders.py::test_a_bad_csv_is_told_with_file_and_place",
}


def test_each_promise_has_a_test():
    assert list(PROMISES) == STATED


@pytest.mark.parametrize("place", PROMISES.values())
def test_the_test_of_a_promise_is_there(place):
    file, test = place.split("::")
    assert f"\ndef {test}(" in (TESTS / file).read_text()
