"""The statements of the index builder."""
