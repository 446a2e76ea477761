"""The use cases, as plain functions over the ports and the domain."""
