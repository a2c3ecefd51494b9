"""What headers mean: the words of six languages for each field, and for columns that are no client field.

The language modules hold plain word lists. ``read_header`` is the one question asked of them.
"""

from __future__ import annotations

from clientimport.core.lexicon.headers import header_key, header_words
from clientimport.core.lexicon.reading import Guess, Reading, read_header
from clientimport.core.lexicon.samples import Samples

__all__ = ["Guess", "Reading", "Samples", "header_key", "header_words", "read_header"]
