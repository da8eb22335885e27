"""The machinery of torch-katas: everything that a learner need not read."""
