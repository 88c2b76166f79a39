"""Other stores of conversations, measured beside messagestore (`make bench-peers`)."""
