"""The runner's verbs, one module each."""
