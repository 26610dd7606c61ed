"""python -m decompose"""

from .cli import main

main()
