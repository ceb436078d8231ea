"""Pure functions that make new windows out of real ones, without a trained model."""
