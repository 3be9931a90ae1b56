"""QuerySets that are put into SQL once, and asked many times.

Django puts a QuerySet together and compiles it anew each time, which for our wide models takes
several times as long as asking PostgreSQL. Where a crowd passes by, the QuerySet stays the one
description of what is asked, and is compiled when it is asked for the first time:

    @prepared
    def _cares_of(user):
        return Care.objects.active().filter(user=user).select_related("person")

    cares = _cares_of(request.user)  # a list

The function sees stand-ins instead of the values, once for every shape in which they come
(types, None, lists of a length), and may only hand them on: what it looked at or reckoned with
would stay so for ever. Objects count by their key; yes and no are part of the shape.

PostgreSQL, too, keeps a statement (`PREPARE`), which spares it the planning of many joins. Behind
a pooler that changes connections between transactions it must not: DATABASE_PREPARES=0.
"""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache, update_wrapper
from operator import attrgetter, itemgetter, methodcaller
from weakref import WeakKeyDictionary

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection, connections, models
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesListIterable,
    get_related_populators,
)
from django.db.models.sql import UpdateQuery

# Numbers that fit the smallest column, and moments, that nobody would write into a QuerySet.
FIRST_NUMBER, LAST_NUMBER = 31_000, 32_000
FIRST_MOMENT, LAST_MOMENT = datetime(1013, 1, 1, tzinfo=UTC), datetime(1100, 1, 1, tzinfo=UTC)


LARGEST_KEY = 2**63 - 1
# Nobody fills our memory with lists of ever another length.
SHAPES_AT_MOST = 100


# Which statements a connection knows.
_known: WeakKeyDictionary = WeakKeyDictionary()
_numbers = itertools.count()


class prepared:  # noqa: N801 -- a decorator
    """Of a function that returns a QuerySet; the answer is a list."""

    def __init__(self, ask):
        self.ask = ask
        self.statements = {}
        update_wrapper(self, ask)

    def __call__(self, *values):
        raw = list(_raw(values))
        if any(isinstance(each, int) and each > LARGEST_KEY for each in raw):
            return self.ask_anew(values)  # Somebody tries addresses; Django knows what to do.
        shape = _shape(values)
        if (statement := self.statements.get(shape)) is None:
            try:
                statement = self._put_into_sql(values)
            except EmptyResultSet:
                return self.ask_anew(values)
            if len(self.statements) < SHAPES_AT_MOST:
                self.statements[shape] = statement
        return statement.answer(raw)

    def ask_anew(self, values):
        return list(self.ask(*values))

    def first(self, *values):
        """The first of the answer, or None."""
        return next(iter(self(*values)), None)

    def _put_into_sql(self, values):
        stand_ins = _StandIns()
        queryset = self.ask(*map(stand_ins.one_for, values))
        return _Question(self.ask.__name__, queryset, stand_ins)


class prepared_update(prepared):  # noqa: N801
    """Of a function that returns (QuerySet, {field: value}); the answer is how many rows changed."""

    def ask_anew(self, values):
        queryset, changes = self.ask(*values)
        return queryset.update(**changes)

    def _put_into_sql(self, values):
        stand_ins = _StandIns()
        queryset, changes = self.ask(*map(stand_ins.one_for, values))
        return _Change(self.ask.__name__, queryset, changes, stand_ins)


class ready_sql:  # noqa: N801 -- as the others
    """Plain SQL, with %s where a value goes; the answer is a list of rows.

    For the few statements that Django has no words for.
    """

    def __init__(self, sql):
        self.sql = sql
        self.name = f"{next(_numbers)} {sql.split()[0]}"
        self.places = sql.count("%s")
        with_numbers = sql % tuple(f"${number}" for number in range(1, self.places + 1))
        self.prepare = f"PREPARE {_quoted(self.name)} AS {with_numbers}"
        self.execute = f"EXECUTE {_quoted(self.name)}({', '.join(['%s'] * self.places)})"

    def __call__(self, *values):
        with connection.cursor() as cursor:
            if settings.DATABASE_PREPARES:
                _make_known(connection, self.name, self.prepare)
                cursor.execute(self.execute, values)
            else:
                cursor.execute(self.sql, values)
            return cursor.fetchall() if cursor.description else []


def insert(things, *, ignore_conflicts=False):
    """Write new rows of one model with one statement; things that are sure to be new get a key."""
    model = type(things[0])
    fields, write = _insert_into(model, len(things), ignore_conflicts)
    keys = write(
        *(
            field.get_db_prep_save(getattr(thing, field.attname), connection)
            for thing in things
            for field in fields
        )
    )
    for thing, (key,) in zip(things, keys):  # noqa: B905 -- none where a row may be left out
        thing.pk = key
        thing._state.adding, thing._state.db = False, connection.alias


@lru_cache(maxsize=100)
def _insert_into(model, rows, ignore_conflicts):
    fields = [f for f in model._meta.concrete_fields if not (f.primary_key or f.generated)]
    columns = ", ".join(_quoted(field.column) for field in fields)
    row = f"({', '.join(['%s'] * len(fields))})"
    ending = (
        "ON CONFLICT DO NOTHING"
        if ignore_conflicts
        else f"RETURNING {_quoted(model._meta.pk.column)}"
    )
    table = _quoted(model._meta.db_table)
    sql = f"INSERT INTO {table} ({columns}) VALUES {', '.join([row] * rows)} {ending}"  # noqa: S608 -- names of our own models
    return fields, ready_sql(sql)


def _quoted(name):
    return connection.ops.quote_name(name.replace('"', ""))


class _Statement:
    """One SQL text, the compiler that made it, and where the values go."""

    def __init__(self, name, query, db, stand_ins):
        self.name = f"{next(_numbers)} {name}"
        self.db = db
        self.compiler = query.get_compiler(db)
        sql, params = self.compiler.as_sql()
        filling = stand_ins.taken_out_of(params, connections[db])
        self.numbers = [each for each in filling if isinstance(each, int)]
        if settings.DATABASE_PREPARES:
            self.prepare = f'PREPARE "{self.name}" AS {_with_places(sql, filling)}'
            self.text = f'EXECUTE "{self.name}"'
            if self.numbers:
                self.text += f"({', '.join(['%s'] * len(self.numbers))})"
        else:
            self.prepare = None
            self.text = _with_percents(sql, filling)

    def ask(self, raw, answer):
        """What `answer` gets out of the cursor in which the statement has run with these values."""
        connection = connections[self.db]
        if self.prepare:
            _make_known(connection, self.name, self.prepare)
        with connection.cursor() as cursor:
            cursor.execute(self.text, [raw[number] for number in self.numbers])
            return answer(cursor)


def _make_known(connection, name, prepare):
    connection.ensure_connection()
    known = _known.setdefault(connection.connection, set())
    if name not in known:
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            cursor.execute(prepare)
        known.add(name)


class _Question(_Statement):
    """Makes the things as Django does, with all that depends on the statement alone done once."""

    def __init__(self, name, queryset, stand_ins):
        super().__init__(name, queryset.query, queryset.db, stand_ins)
        columns = [each for each, *_ in self.compiler.select]
        self.converters = self.compiler.get_converters(columns)
        self.thing_of = _THINGS[queryset._iterable_class](queryset, self.compiler)

    def answer(self, raw):
        rows = self.ask(raw, FETCH_ALL)
        if self.converters:
            rows = [self._converted(list(row)) for row in rows]
        return [self.thing_of(row) for row in rows]

    def _converted(self, row):
        for column, (converters, expression) in self.converters.items():
            for convert in converters:
                row[column] = convert(row[column], expression, connections[self.db])
        return row


class _Change(_Statement):
    def __init__(self, name, queryset, changes, stand_ins):
        query = queryset.order_by().query.chain(UpdateQuery)
        query.add_update_values(changes)
        super().__init__(name, query, queryset.db, stand_ins)

    def answer(self, raw):
        return self.ask(raw, ROW_COUNT)


FETCH_ALL, ROW_COUNT = methodcaller("fetchall"), attrgetter("rowcount")


def _model_of(queryset, compiler):
    """As `ModelIterable` makes a thing of a row, with its relations and annotations."""
    info, db = compiler.klass_info, queryset.db
    start, end = info["select_fields"][0], info["select_fields"][-1] + 1
    names = [column.target.attname for column, *_ in compiler.select[start:end]]
    make = info["model"].from_db
    relations = [each.populate for each in get_related_populators(info, compiler.select, db)]
    annotations = list(compiler.annotation_col_map.items())

    def thing_of(row):
        thing = make(db, names, row[start:end])
        for populate in relations:
            populate(row, thing)
        for name, column in annotations:
            setattr(thing, name, row[column])
        return thing

    return thing_of


def _values_of(queryset, compiler):
    names = [*queryset.query.values_select, *queryset.query.annotation_select]
    if names != [*queryset._fields]:
        raise ValueError("Values come in the order in which they are selected.")
    return tuple


def _value_of(queryset, compiler):
    return itemgetter(0)


_THINGS: dict[type, Callable] = {
    ModelIterable: _model_of,
    ValuesListIterable: _values_of,
    FlatValuesListIterable: _value_of,
}


class _StandIns:
    """Values that are found again in the parameters of the SQL, each by its number."""

    def __init__(self):
        self.numbers = {}

    def one_for(self, value):
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, list | tuple | set):
            return [self.one_for(each) for each in value]
        return self._new(_kind(value))

    def _new(self, kind):
        number = len(self.numbers)
        is_thing = issubclass(kind, models.Model)
        stand_in = {
            int: FIRST_NUMBER + 13 * number,
            str: f"stand-in {number}",
            datetime: FIRST_MOMENT + timedelta(days=101 * number),
        }[int if is_thing else kind]
        self.numbers[stand_in] = number
        return kind(pk=stand_in) if is_thing else stand_in

    def taken_out_of(self, params, connection):
        """For each parameter the number of the value that goes there, or what stays, as SQL."""
        filling = []
        for param in params:
            if isinstance(param, int | str | datetime) and param in self.numbers:
                filling.append(self.numbers[param])
            elif _stems_from_a_stand_in(param):
                raise ValueError(f"{param} was reckoned with instead of handed on.")
            else:
                filling.append(connection.ops.compose_sql("%s", [param]))
        if missing := set(self.numbers.values()).difference(filling):
            raise ValueError(f"Values {missing} are not handed on as they are.")
        return filling


def _with_places(sql, filling):
    """With $1, $2 … where a value goes."""
    places = itertools.count(1)
    return sql % tuple(f"${next(places)}" if isinstance(x, int) else x for x in filling)


def _with_percents(sql, filling):
    """With %s where a value goes, as the driver wants it."""
    filling = ["%s" if isinstance(each, int) else each.replace("%", "%%") for each in filling]
    return sql.replace("%%", "%%%%") % tuple(filling)


def _stems_from_a_stand_in(param):
    if isinstance(param, datetime):
        return param < LAST_MOMENT
    if isinstance(param, str):
        return "stand-in" in param
    return type(param) is int and FIRST_NUMBER <= param < LAST_NUMBER


def _kind(value):
    """What a lazy object stands for counts; words that are choices are words."""
    kind = value.__class__
    return next((plain for plain in (str, int) if issubclass(kind, plain)), kind)


def _shape(value):
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, list | tuple | set):
        return tuple([_shape(each) for each in value])
    return _kind(value)


def _raw(values):
    """The values in one row, as PostgreSQL takes them."""
    for value in values:
        if isinstance(value, list | tuple | set):
            yield from _raw(value)
        elif value is None or isinstance(value, bool):
            continue
        else:
            yield value.pk if isinstance(value, models.Model) else value
