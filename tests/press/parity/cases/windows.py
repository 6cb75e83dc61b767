"""Windows: ranks, neighbours, running totals, frames; and what is written by hand where the language has no name for it."""

from django.db.models import Avg, Count, F, Func, Min, RowRange, Sum, TextField, ValueRange, Window
from django.db.models.functions import Collate, CumeDist, DenseRank, FirstValue, Lag, LastValue, Lead, NthValue, Ntile, PercentRank, Rank, RowNumber
from press.models import Author, Employee

from .base import case


@case
def ranked_in_departments():
    """
    query: query!(Employee.annotate(rank = Window(Rank(), partition_by(department), order_by(-age))).order_by(department, rank, id).values_list(last, department, rank))
    """
    return Employee.objects.annotate(rank=Window(Rank(), partition_by="department", order_by="-age")).order_by("department", "rank", "id").values_list("last", "department", "rank")


@case
def ranked_densely():
    """
    query: query!(Employee.annotate(rank = Window(DenseRank(), order_by(hired_on))).order_by(id).values_list(id, rank))
    """
    return Employee.objects.annotate(rank=Window(DenseRank(), order_by="hired_on")).order_by("id").values_list("id", "rank")


@case
def ranked_in_percent():
    """
    query: query!(Employee.annotate(p = Window(PercentRank(), order_by(age)), c = Window(CumeDist(), order_by(age))).order_by(id).values_list(id, p, c))
    """
    return Employee.objects.annotate(p=Window(PercentRank(), order_by="age"), c=Window(CumeDist(), order_by="age")).order_by("id").values_list("id", "p", "c")


@case
def numbered_rows():
    """
    query: query!(Employee.annotate(n = Window(RowNumber(), order_by(-age, id))).order_by(id).values_list(id, n))
    """
    return Employee.objects.annotate(n=Window(RowNumber(), order_by=["-age", "id"])).order_by("id").values_list("id", "n")


@case
def numbered_buckets():
    """
    query: query!(Employee.annotate(n = Window(Ntile(4), order_by(hired_on, id))).order_by(id).values_list(id, n))
    """
    return Employee.objects.annotate(n=Window(Ntile(4), order_by=["hired_on", "id"])).order_by("id").values_list("id", "n")


@case
def neighbours_before_and_after():
    """
    query: query!(Employee.annotate(a = Window(Lag(salary), partition_by(department), order_by(hired_on, id)), b = Window(Lead(last), partition_by(department), order_by(hired_on, id))).order_by(id).values_list(id, a, b))
    """
    return Employee.objects.annotate(a=Window(Lag("salary"), partition_by="department", order_by=["hired_on", "id"]), b=Window(Lead("last"), partition_by="department", order_by=["hired_on", "id"])).order_by("id").values_list("id", "a", "b")


@case
def neighbours_two_rows_away():
    """
    query: query!(Employee.annotate(a = Window(Lag(age, 2, 0), order_by(id)), b = Window(Lead(age, 2), order_by(id))).order_by(id).values_list(id, a, b))
    """
    return Employee.objects.annotate(a=Window(Lag("age", 2, 0), order_by="id"), b=Window(Lead("age", 2), order_by="id")).order_by("id").values_list("id", "a", "b")


@case
def first_and_last_of_a_window():
    """
    query: query!(Employee.annotate(a = Window(FirstValue(last), partition_by(department), order_by(-age, id)), b = Window(LastValue(last), partition_by(department), order_by(-age, id)), c = Window(NthValue(last, 2), partition_by(department), order_by(-age, id))).order_by(id).values_list(id, a, b, c))
    """
    return Employee.objects.annotate(a=Window(FirstValue("last"), partition_by="department", order_by=["-age", "id"]), b=Window(LastValue("last"), partition_by="department", order_by=["-age", "id"]), c=Window(NthValue("last", nth=2), partition_by="department", order_by=["-age", "id"])).order_by("id").values_list("id", "a", "b", "c")


@case
def running_totals():
    """
    query: query!(Employee.annotate(sum = Window(Sum(salary), partition_by(department), order_by(hired_on, id))).order_by(id).values_list(id, sum))
    """
    return Employee.objects.annotate(sum=Window(Sum("salary"), partition_by="department", order_by=["hired_on", "id"])).order_by("id").values_list("id", "sum")


@case
def totals_beside_rows():
    """
    query: query!(Employee.annotate(mean = Window(Avg(age), partition_by(department)), n = Window(Count())).order_by(id).values_list(id, mean, n))
    """
    return Employee.objects.annotate(mean=Window(Avg("age"), partition_by="department"), n=Window(Count("*"))).order_by("id").values_list("id", "mean", "n")


@case
def frame_of_rows():
    """
    query: query!(Employee.annotate(sum = Window(Sum(age), order_by(id), frame(rows, -1..=1))).order_by(id).values_list(id, sum))
    """
    return Employee.objects.annotate(sum=Window(Sum("age"), order_by="id", frame=RowRange(start=-1, end=1))).order_by("id").values_list("id", "sum")


@case
def frame_up_to_the_row():
    """
    query: query!(Employee.annotate(n = Window(Count(), order_by(age), frame(range, ..=0))).order_by(id).values_list(id, n))
    """
    return Employee.objects.annotate(n=Window(Count("*"), order_by="age", frame=ValueRange(end=0))).order_by("id").values_list("id", "n")


@case
def frame_after_the_row():
    """
    query: query!(Employee.annotate(sum = Window(Sum(age), partition_by(department), order_by(id), frame(rows, 1..))).order_by(id).values_list(id, sum))
    """
    return Employee.objects.annotate(sum=Window(Sum("age"), partition_by="department", order_by="id", frame=RowRange(start=1))).order_by("id").values_list("id", "sum")


@case
def window_filtered():
    """
    query: query!(Employee.annotate(rank = Window(Rank(), partition_by(department), order_by(-age))).filter(rank = 1).order_by(id).values_list(id, flat))
    """
    return Employee.objects.annotate(rank=Window(Rank(), partition_by="department", order_by="-age")).filter(rank=1).order_by("id").values_list("id", flat=True)


@case
def window_filtered_and_own_field():
    """
    query: query!(Employee.annotate(n = Window(RowNumber(), partition_by(department), order_by(-age, id))).filter(n.lte = 2, age.gt = 30).order_by(id).values_list(id, n))
    """
    return Employee.objects.annotate(n=Window(RowNumber(), partition_by="department", order_by=["-age", "id"])).filter(n__lte=2, age__gt=30).order_by("id").values_list("id", "n")


@case
def window_counted():
    """
    query: query!(Employee.annotate(n = Window(Count(), partition_by(department))).filter(n.gt = 2).count())
    """
    return Employee.objects.annotate(n=Window(Count("*"), partition_by="department")).filter(n__gt=2).count()


@case
def window_in_an_order():
    """
    query: query!(Employee.order_by(Window(RowNumber(), order_by(-age, id)).asc()).values_list(id, flat))
    """
    return Employee.objects.order_by(Window(RowNumber(), order_by=["-age", "id"]).asc()).values_list("id", flat=True)


@case
def window_in_an_expression():
    """
    query: query!(Employee.annotate(part = F(age) - Window(Min(age), partition_by(department))).order_by(id).values_list(id, part))
    """
    return Employee.objects.annotate(part=F("age") - Window(Min("age"), partition_by="department")).order_by("id").values_list("id", "part")


@case
def function_of_the_server():
    """
    query: query!(Author.order_by(id).values_list(id, Func("initcap", pen_name, Text)))
    """
    return Author.objects.order_by("id").values_list("id", Func("pen_name", function="initcap", output_field=TextField()))


@case
def expression_by_hand():
    """
    query:
        let more = 5i32;
        query!(Author.order_by(id).values_list(id, RawSQL("age + {more}", Integer)))
    """
    return Author.objects.order_by("id").values_list("id", F("age") + 5)


@case
def sorted_by_another_collation():
    """
    query: query!(Author.order_by(Collate(name, "C"), id).values_list(name, flat))
    """
    return Author.objects.order_by(Collate("name", "C"), "id").values_list("name", flat=True)
