"""Makes the golden results of parity: the queries of cases/*.py, run by real Django on the rows of data.json.

There are three sets, each in a folder: the shop's is this folder, the others are ../press/parity and ../festival/parity.
A set has Django's models in a package named as its world, and its tables are made by Django as Nuages makes them.

To run it again (Python 3.10 or newer):

    python3 -m venv /tmp/parity && /tmp/parity/bin/pip install 'django==5.2.*' 'psycopg[binary]'
    /tmp/parity/bin/python tests/parity/make.py                          # all cases
    /tmp/parity/bin/python tests/parity/make.py aggregate_ group_by_tag  # those whose names begin so
    /tmp/parity/bin/python tests/parity/make.py --check                  # writes nothing, fails on a difference
    /tmp/parity/bin/python tests/parity/make.py --set=press              # one set only

A throw-away PostgreSQL is started for it from `initdb` and `postgres` in `PG_BIN_DIR`, on `PATH` or below
/usr/lib/postgresql. With `DATABASE_URL` set that server is used instead: in a database `nuages_parity`, made with
the collation C.UTF-8 and dropped again.

A golden file `golden/<case>.json` holds

    query   the `query!` (or its lines) that must give this result, from the docstring of the case
    rows    where the result's rows are not values() or bare values: how a row is turned into what stands here
    result  what it must give: records are objects, tuples arrays; decimals are strings (compare them as numbers),
            instants "2024-01-31T23:59:59.999999Z" (the fraction only where there is one), dates "2024-01-31";
            durations are microseconds, ranges [lower, upper, "[)"];
            floats may differ in the last digits; errors are the name of their kind
    note    a remark for whoever reads it
    django  where Nuages says otherwise than Django on purpose (≠ Django in the language's description): what the
            same chain, spelt in Django, gives
    sorted  true where the query leaves the order open: sort both sides before comparing

data.json has the rows of each table by column, in an order that foreign keys allow; another reader can load them by
`INSERT INTO t OVERRIDING SYSTEM VALUE SELECT * FROM json_populate_recordset(NULL::t, $1)` too, naming the columns.
"""

import datetime
import decimal
import glob
import importlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time
import urllib.parse
import uuid

sys.dont_write_bytecode = True
TESTS = pathlib.Path(__file__).resolve().parent.parent
SETS = {"shop": TESTS / "parity", "press": TESTS / "press/parity", "festival": TESTS / "festival/parity"}
ZONES = {"festival": "Europe/Paris"}
EXTENSIONS = ["pg_trgm", "unaccent", "hstore", "pgcrypto", "btree_gist"]
DATABASE = "nuages_parity"


def bin_folder():
    folders = [os.environ.get("PG_BIN_DIR")]
    found = shutil.which("initdb")
    folders.append(found and os.path.dirname(os.path.realpath(found)))
    folders += sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda f: -int(f.split("/")[4]))
    for folder in filter(None, folders):
        if os.path.exists(os.path.join(folder, "initdb")) and os.path.exists(os.path.join(folder, "postgres")):
            return folder
    sys.exit("no PostgreSQL server programs: set DATABASE_URL or PG_BIN_DIR, or apt-get install postgresql")


class Server:
    """A PostgreSQL of our own on a socket in a temporary folder; as root it runs as `postgres`."""

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="nuages-parity-", dir="/tmp")
        bin, data = bin_folder(), os.path.join(self.folder, "data")
        user = None
        if os.geteuid() == 0:
            user = "postgres"
            shutil.chown(self.folder, user)
        options = {"user": user, "extra_groups": [], "cwd": self.folder} if user else {"cwd": self.folder}
        initdb = [f"{bin}/initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N", "--locale=C.UTF-8"]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, **options)
        settings = [f"unix_socket_directories={self.folder}", "listen_addresses=", "fsync=off", "timezone=UTC"]
        arguments = [argument for setting in settings for argument in ("-c", setting)]
        self.process = subprocess.Popen([f"{bin}/postgres", "-D", data, *arguments], stderr=subprocess.DEVNULL, **options)
        while self.process.poll() is None:
            try:
                if (pathlib.Path(data) / "postmaster.pid").read_text().splitlines()[7].strip() == "ready":
                    break
            except (OSError, IndexError):
                pass
            time.sleep(0.02)
        return f"postgresql://postgres@{urllib.parse.quote(self.folder, safe='')}/postgres"

    def __exit__(self, *_):
        self.process.send_signal(2)
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def setup(url, world):
    """Tells Django about the database, and creates and fills the tables of a set."""
    import django
    import psycopg
    from django.conf import settings

    admin = psycopg.connect(url, autocommit=True)
    admin.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
    admin.execute(
        f"CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"
    )
    info = psycopg.conninfo.conninfo_to_dict(url)
    with psycopg.connect(psycopg.conninfo.make_conninfo(url, dbname=DATABASE), autocommit=True) as inside:
        for name in EXTENSIONS:
            inside.execute(f"CREATE EXTENSION {name}")
    settings.configure(
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": DATABASE,
                "USER": info.get("user", ""),
                "PASSWORD": info.get("password", ""),
                "HOST": info.get("host", ""),
                "PORT": info.get("port", ""),
            }
        },
        USE_TZ=True,
        TIME_ZONE=ZONES.get(world, "UTC"),
        INSTALLED_APPS=["django.contrib.postgres", world],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )
    sys.path[:0] = [str(SETS[world]), str(TESTS / "parity")]
    django.setup()
    from django.db import connection

    models = importlib.import_module(f"{world}.models")

    with connection.schema_editor() as editor:
        for model in models.ALL:
            editor.create_model(model)
    data = json.loads((SETS[world] / "data.json").read_text())
    with connection.cursor() as cursor:
        for table, rows in data.items():
            columns = ", ".join(f'"{column}"' for column in rows[0])
            cursor.execute(
                f'INSERT INTO "{table}" ({columns}) OVERRIDING SYSTEM VALUE '
                f'SELECT {columns} FROM json_populate_recordset(NULL::"{table}", %s)',
                [json.dumps(rows)],
            )
    return admin


def plain(value):
    """`value` in terms of JSON."""
    from django.db.models import QuerySet
    from psycopg.types.range import Range

    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple, QuerySet)):
        return [plain(part) for part in value]
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, datetime.datetime):
        utc = value.astimezone(datetime.timezone.utc)
        return utc.replace(tzinfo=None).isoformat() + "Z"
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return value // datetime.timedelta(microseconds=1)
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, Range):
        return "empty" if value.isempty else [plain(value.lower), plain(value.upper), value.bounds]
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    raise TypeError(f"{value!r} has no place in a golden file")


def settled(outcome, cases):
    """A result in terms of JSON, in one order."""
    if isinstance(outcome, cases.Open):
        return sorted((plain(row) for row in outcome.rows), key=lambda row: json.dumps(row, sort_keys=True))
    return plain(outcome)


def golden(case):
    """The content of the golden file of one case."""
    import cases

    text = textwrap.dedent(case.__doc__).strip()
    parts = dict(re.findall(r"^(query|rows|note):[ \n](.*?)(?=\n(?:query|rows|note):|\Z)", text, re.S | re.M))
    outcome = case()
    content = {"query": textwrap.dedent(parts["query"]).strip()}
    if "rows" in parts:
        content["rows"] = textwrap.dedent(parts["rows"]).strip()
    if "note" in parts:
        content["note"] = " ".join(parts["note"].split())
    outcomes = {"result": outcome}
    if isinstance(outcome, cases.Differs):
        outcomes = {"result": outcome.result, "django": outcome.django}
    if isinstance(outcomes["result"], cases.Open):
        content["sorted"] = True
    content |= {name: settled(outcome, cases) for name, outcome in outcomes.items()}
    if content["result"] == content.get("django", object()):
        raise AssertionError("Django gives the same, so nothing differs")
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=False) + "\n"


def main(url, world, arguments):
    admin = setup(url, world)
    try:
        import cases

        check = "--check" in arguments
        wanted = tuple(argument for argument in arguments if not argument.startswith("--"))
        chosen = [case for case in cases.ALL if not wanted or case.__name__.startswith(wanted)]
        folder = SETS[world] / "golden"
        folder.mkdir(exist_ok=True)
        different, failed = [], 0
        for case in chosen:
            path = folder / f"{case.__name__}.json"
            try:
                content = golden(case)
            except Exception as error:
                print(f"{case.__name__}: {type(error).__name__}: {error}", file=sys.stderr)
                failed += 1
                continue
            if not path.exists() or path.read_text() != content:
                different.append(case.__name__)
            if not check:
                path.write_text(content)
        if not wanted:
            stale = {path.stem for path in folder.glob("*.json")} - {case.__name__ for case in cases.ALL}
            for name in stale:
                different.append(name)
                if not check:
                    (folder / f"{name}.json").unlink()
        print(f"{world}: {len(chosen)} cases, {len(different)} changed: {' '.join(sorted(different))}".rstrip(" :"))
        return 1 if failed or check and different else 0
    finally:
        from django.db import connections

        connections.close_all()
        admin.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        admin.close()


def every(url, arguments):
    """Each set in a process of its own: their cases and models are modules of the same names."""
    of = [argument.removeprefix("--set=") for argument in arguments if argument.startswith("--set=")]
    rest = [argument for argument in arguments if not argument.startswith("--set=")]
    codes = [subprocess.run([sys.executable, __file__, "--in", world, url, *rest]).returncode for world in of or SETS]
    return max(codes)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--in"]:
        sys.exit(main(sys.argv[3], sys.argv[2], sys.argv[4:]))
    given = os.environ.get("DATABASE_URL")
    if given:
        sys.exit(every(given, sys.argv[1:]))
    with Server() as url:
        code = every(url, sys.argv[1:])
    sys.exit(code)
