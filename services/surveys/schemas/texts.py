"""A text in both languages, as content has it."""

from chassis.wire import View


class BothLanguages(View):
    """The same sentence in Danish and in English."""

    da: str
    en: str
