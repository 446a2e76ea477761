"""Calls of Google's API: made once, retried, and their faults as errors of ours."""
