"""Random weeks from sync to undo, on servers whose owners change things meanwhile (`python -m benchmarks.soak`)."""
