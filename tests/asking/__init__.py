"""Checks that ask a model."""
