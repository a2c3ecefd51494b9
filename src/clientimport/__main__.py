"""``python -m clientimport`` is ``clientimport``."""

from clientimport.cli import main

main()
