"""Speed, scale and quality, each one command."""
