# The site in one image: every process of it, the migration and the backup run from this.

FROM python:3.13-slim-trixie AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
RUN python -m venv /venv
COPY requirements.txt .
RUN --mount=type=cache,target=/root/.cache/pip \
    /venv/bin/pip install --quiet --require-hashes --only-binary :all: --requirement requirements.txt \
 && /venv/bin/pip uninstall --quiet --yes pip
COPY . .
# Static files with their version in the path; bytecode, since the image is read-only where it runs.
RUN DATA_DIR=/tmp/data /venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
 && mv /tmp/data/static /static \
 && /venv/bin/python -m compileall -q /venv/lib chat chatsite

FROM python:3.13-slim-trixie
# pg_dump and pg_restore, for `manage.py backup` and `restore`.
RUN apt-get update -qq \
 && apt-get install -qq -y --no-install-recommends postgresql-client-17 >/dev/null \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 chat && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin chat \
    # A new volume takes the owner of the folder that it is mounted on: these belong to the volumes of
    # docker-compose.yml, the last to the proxy's, which runs as the same user.
 && install -d -m 750 -o chat -g chat /data /srv/static /backups /proxy
COPY --from=build /venv /venv
COPY --from=build /static /app/static
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DEBUG=0 DATA_DIR=/data
USER 10001:10001
EXPOSE 8000
# The host's name does not matter to these two addresses.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --start-interval=1s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
ENTRYPOINT ["python", "manage.py"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
