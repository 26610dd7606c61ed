"""Stage 1: the outside world -> Facts. The only package that reads the target, and it never imports or runs it."""
