"""The arithmetic of evaluation: pure functions of features, logits and images. docs/metrics.md says what each means."""
