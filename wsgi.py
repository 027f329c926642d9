"""The application that a WSGI server imports."""

from config import Settings
from marketplace.application import create_app

app = create_app(Settings.from_env())
