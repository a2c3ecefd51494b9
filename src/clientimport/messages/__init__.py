"""What is said to people about data, in English, Dutch or French, or in a profile's own words."""

from clientimport.messages.catalogue import LANGUAGES
from clientimport.messages.wording import Messages, Text, visible

__all__ = ["LANGUAGES", "Messages", "Text", "visible"]
