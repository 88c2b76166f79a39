"""`python -m messagestore`: the command line."""

from messagestore.cli.main import main

main()
