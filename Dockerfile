# One image for every process of the town: the gateway, three APIs, three workers and the migration.
#
# The bases are pinned by exact tag. To pin a build by content as well, hand it the digest your registry shows:
#   docker build --build-arg PYTHON_IMAGE=python:3.13.14-slim-trixie@sha256:… --build-arg UV_IMAGE=ghcr.io/astral-sh/uv:0.13.8@sha256:… .
ARG PYTHON_IMAGE=python:3.13.14-slim-trixie
ARG UV_IMAGE=ghcr.io/astral-sh/uv:0.13.8

FROM ${UV_IMAGE} AS uv

FROM ${PYTHON_IMAGE} AS build
COPY --from=uv /uv /usr/local/bin/uv
ENV UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_NO_CACHE=1 \
    UV_PYTHON_DOWNLOADS=never
WORKDIR /opt/helhed
# Dependencies first: this layer changes only when the lock does.
COPY pyproject.toml uv.lock LICENSE README.md ./
RUN ["uv", "sync", "--frozen", "--no-default-groups", "--no-install-project"]
COPY alembic.ini alembic.ini
COPY chassis chassis
COPY contracts contracts
COPY gateway gateway
COPY helhed helhed
COPY migrations migrations
COPY services services
# Installed in place: the migrations and alembic.ini are found where the checkout has them.
RUN ["uv", "sync", "--frozen", "--no-default-groups"]
# A layer of its own because exec form has no `&&`, and this build needs no shell.
# hadolint ignore=DL3059
RUN ["python", "-m", "compileall", "-q", "chassis", "contracts", "gateway", "helhed", "migrations", "services"]

FROM ${PYTHON_IMAGE} AS run
# Nothing is installed at run time, so nothing that installs is left in the image.
RUN ["python", "-m", "pip", "uninstall", "--yes", "--quiet", "--root-user-action=ignore", "pip"]
COPY --from=build /opt/helhed /opt/helhed
ENV HELHED_BIND=0.0.0.0:8080 \
    PATH=/opt/helhed/.venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
# A number and not a name: an orchestrator that demands "not root" can check it without reading /etc/passwd.
USER 10001:10001
WORKDIR /opt/helhed
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['HELHED_BIND'].rpartition(':')[2] + '/livez', timeout=2)"]
# Exec form: the process is PID 1 and gets SIGTERM itself. Which process it is, the command says: gateway.app:app, services.cases.worker:app …
ENTRYPOINT ["python", "-m", "chassis.serve"]
CMD ["gateway.app:app"]
