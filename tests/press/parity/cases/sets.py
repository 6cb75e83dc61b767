"""Sets of rows, and windows over them."""

from press.models import Author, Employee, Tag

from .base import case


@case
def union_of_two():
    """
    query: query!(Employee.filter(age.lt = 25).values_list(id, flat).union(Employee.filter(salary.gt = 50000).values_list(id, flat)).order_by(id))
    """
    return Employee.objects.filter(age__lt=25).values_list("id", flat=True).union(Employee.objects.filter(salary__gt=50000).values_list("id", flat=True)).order_by("id")


@case
def union_with_doubles():
    """
    query: query!(Employee.filter(age.lt = 25).values(department).union_all(Employee.filter(salary.gt = 50000).values(department)).order_by(department))
    """
    return Employee.objects.filter(age__lt=25).values("department").union(Employee.objects.filter(salary__gt=50000).values("department"), all=True).order_by("department")


@case
def union_of_two_models():
    """
    query: query!(Tag.values_list(name, flat).union(Author.filter(id.lt = 3).values_list(name, flat)).order_by(name))
    """
    return Tag.objects.order_by().values_list("name", flat=True).union(Author.objects.filter(id__lt=3).values_list("name", flat=True)).order_by("name")


@case
def union_counted():
    """
    query: query!(Employee.filter(department = "IT").values_list(id, flat).union(Employee.filter(department = "Sales").values_list(id, flat)).count())
    """
    return Employee.objects.filter(department="IT").union(Employee.objects.filter(department="Sales")).count()


@case
def union_cut():
    """
    query: query!(Employee.filter(age.lt = 35).values_list(age, flat).union(Employee.filter(salary.gt = 40000).values_list(age, flat)).order_by(-age)[..3])
    """
    return Employee.objects.filter(age__lt=35).values_list("age", flat=True).union(Employee.objects.filter(salary__gt=40000).values_list("age", flat=True)).order_by("-age")[:3]


@case
def intersection_of_two():
    """
    query: query!(Employee.filter(age.lt = 40).values_list(id, flat).intersection(Employee.filter(salary.gt = 40000).values_list(id, flat)).order_by(id))
    """
    return Employee.objects.filter(age__lt=40).values_list("id", flat=True).intersection(Employee.objects.filter(salary__gt=40000).values_list("id", flat=True)).order_by("id")


@case
def difference_of_two():
    """
    query: query!(Employee.filter(age.lt = 40).values_list(id, flat).difference(Employee.filter(salary.gt = 40000).values_list(id, flat)).order_by(id))
    """
    return Employee.objects.filter(age__lt=40).values_list("id", flat=True).difference(Employee.objects.filter(salary__gt=40000).values_list("id", flat=True)).order_by("id")


@case
def difference_that_exists():
    """
    query: query!(Employee.values_list(department, flat).difference(Employee.filter(age.lt = 60).values_list(department, flat)).exists())
    """
    return Employee.objects.values_list("department", flat=True).difference(Employee.objects.filter(age__lt=60).values_list("department", flat=True)).exists()
