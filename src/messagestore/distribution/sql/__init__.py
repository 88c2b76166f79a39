"""What makes a database of one server one of a cluster, step by step."""
