"""Copies of a case: an event changes two or three of some fifty fields.

``dataclasses.replace`` gives every field to ``__init__`` again, one guarded assignment each; that
was most of the time that folding took.  A case is one dict, and is copied as one.
"""

import dataclasses
from typing import Any

from chalicelib.cases.model import Case

_NAMES = frozenset(field.name for field in dataclasses.fields(Case))


def replace[T](thing: T, **changes: Any) -> T:
    """As ``dataclasses.replace``; raises TypeError for a field that a case does not have.

    What was worked out from the old case (``due``, ``services.stored_form``) is not the new one's.
    """
    if type(thing) is not Case:
        return dataclasses.replace(thing, **changes)  # type: ignore[type-var]
    fields = thing.__dict__ | changes
    if len(fields) > len(_NAMES):
        if not _NAMES.issuperset(changes):
            raise TypeError(f"a case has no {sorted(changes.keys() - _NAMES)}")
        while len(fields) > len(_NAMES):
            fields.popitem()  # the fields came first, and a dict keeps its order
    copy: Any = object.__new__(Case)
    object.__setattr__(copy, "__dict__", fields)  # a third less than filling its own
    return copy  # type: ignore[no-any-return]
