"""eegaug: synthetic windows of rare EEG classes for imbalanced-learn."""
