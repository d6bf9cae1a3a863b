# syntax=docker/dockerfile:1
# MTC for production: the server profile, without compilers, as a user that owns nothing but var/.
FROM python:3.13-slim AS build
COPY requirements-server.lock /tmp/
RUN python -m venv /opt/mtc/.venv \
 && /opt/mtc/.venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r /tmp/requirements-server.lock
WORKDIR /opt/mtc
COPY wsgi.py LICENSE THIRD_PARTY_NOTICES.md ./
COPY mtc mtc
COPY templates templates
COPY static static
COPY themes themes
COPY migrations migrations
COPY plugins plugins
# Starting without bytecode takes more than twice as long.
RUN .venv/bin/python -m compileall -q -j 0 .venv/lib mtc plugins migrations wsgi.py
RUN install -m 755 /dev/stdin .venv/bin/mtc <<'SH'
#!/bin/sh
exec /opt/mtc/.venv/bin/python -m mtc.cli "$@"
SH
# The probe asks as the platform's host: the server answers 421 to names that it does not know.
RUN install -m 755 /dev/stdin .venv/bin/mtc-healthy <<'PY'
#!/opt/mtc/.venv/bin/python
import os, urllib.parse, urllib.request
host = urllib.parse.urlsplit(os.environ.get("MTC_PUBLIC_URL", "http://localhost:8000")).netloc
probe = urllib.request.Request("http://127.0.0.1:8000/healthz", headers={"Host": host})
urllib.request.urlopen(probe, timeout=2)
PY

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /opt/mtc mtc && install -d -o mtc /opt/mtc/var
COPY --from=build /opt/mtc /opt/mtc
WORKDIR /opt/mtc
ENV PATH=/opt/mtc/.venv/bin:$PATH PYTHONPATH=/opt/mtc PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER mtc
VOLUME /opt/mtc/var
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 CMD ["mtc-healthy"]
CMD ["mtc", "serve", "--host", "0.0.0.0", "--port", "8000"]
