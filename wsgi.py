"""The WSGI application, for servers that are started by hand."""

from mtc.app import create_app

app = create_app()
application = app.wsgi_app
