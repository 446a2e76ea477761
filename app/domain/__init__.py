"""The words and rules of the field, as plain values and functions: standard library only, no I/O, no clock."""
