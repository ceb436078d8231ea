"""What classifiers gain from samplers, and three questions beside it.

`gain` crosses data sets, numbers of seizure recordings in training, folds, samplers and
classifiers. `seeds` repeats a part of it on the same folds, to see how far a new seed alone moves
a result. `leakage` compares three designs of an experiment, two of them wrong. `classes` thins
three classes of five. A run that was stopped goes on from its file.
"""

import time
import warnings
from tempfile import TemporaryDirectory

import data
import models
import numpy as np
from joblib import Parallel, delayed
from results import append, done, drop, facts
from sklearn.metrics import (
    average_precision_score,
    balanced_accuracy_score,
    brier_score_loss,
    f1_score,
)
from sklearn.model_selection import StratifiedKFold

from eegaug.evaluation import AugmentedClassifier
from eegaug.evaluation._figures import best_f1_threshold, figures, positive_scores
from eegaug.evaluation._folds import outer_folds, recording_folds, usable
from eegaug.evaluation._model import fit_model, fit_sampler
from eegaug.transforms import ChannelAugmenter

KEYS = ["set", "k", "seed", "fold", "sampler"]
#: Of the case `seeds`: those that are fast enough to repeat.
SEED_SAMPLERS = ("none", "SMOTE", "jitter", "GANOversampler")
SEED_CLASSIFIERS = ("forest", "SVM", "band power + logistic", "band power + forest")
#: Of the cases `leakage` and `classes`.
FEW_SAMPLERS = ("none", "SMOTE", "jitter", "generator alone", "GANOversampler")
FEW_CLASSIFIERS = ("forest", "5-NN", "band power + forest")
DESIGNS = ("resampled, then split", "split at random", "split by recording")
N_LEAKAGE_RECORDINGS = 20
THINNED, N_THINNED_RECORDINGS = (1, 2, 4), 5


def add_arguments(parser):
    """Add what only these cases take."""
    parser.add_argument("--sets", nargs="+", choices=list(data.SETS), default=list(data.SETS))
    parser.add_argument(
        "--k", nargs="+", default=["2", "4", "10", "all"], help="seizure recordings in training"
    )
    parser.add_argument("--samplers", nargs="+", choices=list(models.SAMPLERS), default=None)
    parser.add_argument("--classifiers", nargs="+", choices=list(models.CLASSIFIERS))
    parser.add_argument("--splits", type=int, default=5, help="folds of each seed")
    parser.add_argument(
        "--threshold-splits", type=int, default=2, help="inner folds for the tuned F1, 0 for none"
    )


def gain(options, name="gain", fold_seed=None):
    """Add a row for each data set, number of recordings, seed, fold, sampler and classifier."""
    path = options.results / f"{name}.jsonl"
    samplers = options.samplers or list(models.SAMPLERS)
    classifiers = options.classifiers or list(models.CLASSIFIERS)
    if options.again:
        drop(path, sampler=samplers, set=options.sets)
    known, about = done(path, [*KEYS, "classifier"]), facts()
    tasks = []
    # Seeds outermost: a run that is stopped has whole seeds of every set.
    for seed in options.seeds:
        for name in options.sets:
            windows = data.load(name, options.data)
            for k in options.k:
                seed_of_folds = seed if fold_seed is None else fold_seed
                for fold, (train, test) in enumerate(folds(windows, k, seed_of_folds, options)):
                    for sampler in samplers_for(windows, samplers):
                        where = dict(zip(KEYS, (name, k, seed, fold, sampler), strict=True))
                        left = [
                            each
                            for each in classifiers_for(windows, sampler, classifiers)
                            if (*where.values(), each) not in known
                        ]
                        if left:
                            tasks.append((where, left, windows, train, test))
    runs = Parallel(n_jobs=options.jobs, return_as="generator_unordered")(
        delayed(run)(*task, options.threshold_splits) for task in tasks
    )
    for number, rows in enumerate(runs, start=1):
        append(path, [row | about for row in rows])
        print(f"{number} of {len(tasks)}: {', '.join(map(str, list(rows[0].values())[:5]))}")


def seeds(options):
    """Repeat the gain on the folds of seed 0, with other seeds of sampler and classifier."""
    options.samplers = options.samplers or list(SEED_SAMPLERS)
    options.classifiers = options.classifiers or list(SEED_CLASSIFIERS)
    gain(options, "seeds", fold_seed=0)


def folds(windows, k, seed, options):
    """Split by recording, with k seizure recordings in training; none where there are fewer."""
    try:
        return outer_folds(
            windows.y,
            windows.groups,
            pos_label=1,
            n_minority_groups=None if k == "all" else int(k),
            n_majority_windows=None if k == "all" else windows.n_majority,
            n_splits=options.splits,
            seed=seed,
        )
    except ValueError as error:
        print(f"left out, k={k}: {error}")
        return []


def samplers_for(windows, names):
    """Leave out what takes one channel alone where there are more, and what needs their names."""
    out = () if windows.X.shape[1] == 1 else models.ONE_CHANNEL
    out += () if windows.ch_names else (models.REFLECTED,)
    return [name for name in names if name not in out]


def classifiers_for(windows, sampler, names):
    """Leave out nearest neighbours with class weights, which they cannot have, and the like."""
    out = models.MANY_CHANNELS if windows.X.shape[1] == 1 else ()
    out += ("5-NN",) if sampler == models.WEIGHTS else ()
    return [name for name in names if name not in out]


def run(where, classifiers, windows, train, test, threshold_splits):
    """Return a row a classifier: all learn from the same resampled windows."""
    warnings.simplefilter("ignore")
    name, seed = where["sampler"], where["seed"]
    about = {"n_train": len(train), "n_test": len(test)}
    start = time.perf_counter()
    try:
        fitted, chosen = learn(name, classifiers, windows, train, seed)
    except (ValueError, RuntimeError) as error:
        # Some samplers refuse some windows, which is a result too.
        failed = about | {"error": f"{type(error).__name__}: {error}"}
        return [where | {"classifier": each} | failed for each in classifiers]
    about["seconds"] = round(time.perf_counter() - start, 3)
    thresholds = tuned_thresholds(name, classifiers, windows, train, seed, threshold_splits)
    return [
        where
        | {"classifier": each}
        | about
        | measured(
            model,
            windows.X[test],
            windows.y[test] == 1,
            threshold=thresholds[each],
            prevalence=np.mean(windows.y[train] == 1),
        )
        | ({"chosen": chosen[each]} if each in chosen else {})
        for each, model in fitted.items()
    ]


def measured(model, X, truth, *, threshold, prevalence):
    """Return the figures of a model, with and without its correction of probabilities.

    The test windows hold more seizures than the thinned training windows. They are weighted to
    the prevalence of the training, for which the corrected probabilities are made.
    """
    classifier = model.classifier
    predicted = classifier.predict(X) == 1
    row = figures(truth, positive_scores(classifier, X, pos_label=1), predicted, threshold)
    if hasattr(classifier, "predict_proba"):
        place = list(classifier.classes_).index(1)
        proba = classifier.predict_proba(X)
        share = np.mean(truth)
        weights = np.where(truth, prevalence / share, (1 - prevalence) / (1 - share))
        for name, each in (("brier", proba), ("brier_corrected", model.correct(proba))):
            row[name] = brier_score_loss(truth, each[:, place], sample_weight=weights)
    return {key: round(float(value), 6) for key, value in row.items()}


def learn(name, classifiers, windows, train, seed):
    """Return models of the classifiers, and what "selection" chose for each."""
    X, y, groups = windows.X[train], windows.y[train], windows.groups[train]
    weight = "balanced" if name == models.WEIGHTS else None
    made = {each: models.CLASSIFIERS[each](windows.sfreq, seed, weight) for each in classifiers}
    if name == models.SELECTION:
        # Classifiers share the resampled windows of the inner folds, as users would have it.
        with TemporaryDirectory() as memory:
            selected = {
                each: AugmentedClassifier(model, memory=memory, random_state=seed, verbose=0).fit(
                    X, y, groups
                )
                for each, model in made.items()
            }
        chosen = {each: model.best_sampler_ for each, model in selected.items()}
        return {each: model.model_ for each, model in selected.items()}, chosen
    sampler = models.SAMPLERS[name](windows.sfreq, seed)
    if name == models.REFLECTED:
        sampler.set_params(channels=ChannelAugmenter(windows.ch_names))
    resampled = fit_sampler(sampler, X, y, groups)
    fitted = {
        each: fit_model(model, None, resampled, y, correct_prior=True, seed=None)
        for each, model in made.items()
    }
    return fitted, {}


def tuned_thresholds(name, classifiers, windows, train, seed, n_splits):
    """Find the threshold of the best F1 by inner folds of the training recordings, else NaN."""
    scores, truths = {each: [] for each in classifiers}, []
    inner = ()
    y, groups = windows.y[train], windows.groups[train]
    if 0 < n_splits <= len(np.unique(groups[y == 1])):
        inner = recording_folds(y, groups, n_splits=n_splits, seed=seed)
    for part, rest in ((train[part], train[rest]) for part, rest in inner):
        if not usable(windows.y, part, rest, pos_label=1):
            continue
        try:
            fitted, _ = learn(name, classifiers, windows, part, seed)
        except (ValueError, RuntimeError):
            return dict.fromkeys(classifiers, np.nan)
        truths.append(windows.y[rest] == 1)
        for each, model in fitted.items():
            scores[each].append(positive_scores(model.classifier, windows.X[rest], pos_label=1))
    if not truths:
        return dict.fromkeys(classifiers, np.nan)
    truth = np.concatenate(truths)
    return {each: best_f1_threshold(truth, np.concatenate(scores[each])) for each in classifiers}


def leakage(options):
    """Add a row for each design, sampler, classifier, seed and fold."""
    windows = some_recordings(data.bonn(data.folder_of(options.data)), options.data)
    path, about = options.results / "leakage.jsonl", facts()
    samplers = options.samplers or list(FEW_SAMPLERS)
    if options.again:
        drop(path, sampler=samplers)
    known = done(path, ["design", "sampler", "seed"])
    for seed in options.seeds:
        for design in DESIGNS:
            for name in samplers:
                if (design, name, seed) not in known:
                    rows = in_design(design, name, windows, seed, options.splits)
                    where = {"design": design, "sampler": name, "seed": seed}
                    append(path, [where | row | about for row in rows])
                    print(where)


def some_recordings(windows, folder):
    """Keep the windows of the first recordings of each of the five classes."""
    classes = data.bonn_classes(data.folder_of(folder)).y
    kept = [
        np.unique(windows.groups[classes == label])[:N_LEAKAGE_RECORDINGS]
        for label in np.unique(classes)
    ]
    part = np.isin(windows.groups, np.concatenate(kept))
    return data.Windows(windows.X[part], windows.y[part], windows.groups[part], windows.sfreq)


def in_design(design, name, windows, seed, n_splits):
    """Return a row a fold and classifier."""
    X, y, groups = windows.X, windows.y, windows.groups
    sampler = name
    if design == DESIGNS[0]:
        first = models.SAMPLERS[name](windows.sfreq, seed)
        if first is not None:
            X, y = first.fit_resample(X, y)
        groups, sampler = np.arange(len(y)), "none"
    if design == DESIGNS[2]:
        splits = recording_folds(y, groups, n_splits=n_splits, seed=seed)
    else:
        splits = StratifiedKFold(n_splits, shuffle=True, random_state=seed).split(X, y)
    used, rows = data.Windows(X, y, groups, windows.sfreq), []
    for fold, (train, test) in enumerate(splits):
        fitted, _ = learn(sampler, FEW_CLASSIFIERS, used, train, seed)
        for classifier, model in fitted.items():
            scores = positive_scores(model.classifier, X[test], pos_label=1)
            rows.append(
                {
                    "classifier": classifier,
                    "fold": fold,
                    "average_precision": average_precision_score(y[test], scores),
                    "f1": f1_score(y[test], model.classifier.predict(X[test])),
                }
            )
    return rows


def classes(options):
    """Add a row for each seed, fold, sampler and classifier."""
    windows = data.bonn_classes(data.folder_of(options.data))
    path, about = options.results / "classes.jsonl", facts()
    samplers = options.samplers or [name for name in FEW_SAMPLERS if name != "generator alone"]
    if options.again:
        drop(path, sampler=samplers)
    known = done(path, ["sampler", "seed", "fold"])
    for seed in options.seeds:
        splits = recording_folds(windows.y, windows.groups, n_splits=options.splits, seed=seed)
        for fold, (train, test) in enumerate(splits):
            train = thin(train, windows.y, windows.groups, np.random.RandomState(seed))
            for name in samplers:
                if (name, seed, fold) not in known:
                    where = {"sampler": name, "seed": seed, "fold": fold}
                    fitted, _ = learn(name, FEW_CLASSIFIERS, windows, train, seed)
                    append(
                        path,
                        [
                            where | {"classifier": each} | of_classes(model, windows, test) | about
                            for each, model in fitted.items()
                        ],
                    )
                    print(where)


def thin(train, y, groups, rng):
    """Keep some recordings of each rare class and every fourth window of the others."""
    kept = [train[~np.isin(y[train], THINNED)][::4]]
    for label in THINNED:
        of_label = train[y[train] == label]
        recordings = rng.permutation(np.unique(groups[of_label]))[:N_THINNED_RECORDINGS]
        kept.append(of_label[np.isin(groups[of_label], recordings)])
    return np.sort(np.concatenate(kept))


def of_classes(model, windows, test):
    """Measure a classifier of five classes."""
    truth, predicted = windows.y[test], model.classifier.predict(windows.X[test])
    of_label = f1_score(truth, predicted, average=None, labels=[1, 2, 3, 4, 5])
    return {
        "f1_macro": of_label.mean(),
        "f1_thinned": of_label[[label - 1 for label in THINNED]].mean(),
        "balanced_accuracy": balanced_accuracy_score(truth, predicted),
    }
