"""Logging from a running bot: it never raises into the bot, and never loses what it took."""
