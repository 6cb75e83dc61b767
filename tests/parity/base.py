"""What the cases are written with."""

ALL = []


def case(function):
    """Registers a case. Its docstring has the sections `query:` and, where rows are records, `rows:`, and `note:`."""
    assert function.__name__ not in {other.__name__ for other in ALL}, function.__name__
    ALL.append(function)
    return function


class Differs:
    """What Nuages must give, and what the same chain gives in Django, where they differ on purpose."""

    def __init__(self, result, django):
        self.result, self.django = result, django


class Open:
    """Rows in no order."""

    def __init__(self, rows):
        self.rows = list(rows)


def ids(queryset):
    """The keys of the rows, in the order of the keys."""
    return list(queryset.order_by("id").values_list("id", flat=True))


def keys(queryset):
    """The keys of the rows, in their order."""
    return [row.pk for row in queryset]


def attempt(call):
    """What `call` gives, or the name of the error."""
    from django.core.exceptions import MultipleObjectsReturned, ObjectDoesNotExist
    from django.db import IntegrityError, transaction

    try:
        with transaction.atomic():
            return call()
    except IntegrityError:
        return "IntegrityError"
    except ObjectDoesNotExist:
        return "DoesNotExist"
    except MultipleObjectsReturned:
        return "MultipleObjectsReturned"
