"""What the cases are written with: base.py of the folder above."""

from base import *  # noqa: F401, F403
