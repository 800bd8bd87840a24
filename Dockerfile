# The one image of Gaoxin's services: api-server, scheduler, dag-processor, triggerer, worker, init.
#
# The tag names an exact version. Where you can reach a registry, pin the bytes too: take the digest that
#     docker buildx imagetools inspect python:3.12.12-slim-bookworm
# prints, and build with --build-arg PYTHON_IMAGE=python:3.12.12-slim-bookworm@sha256:...
#
# Nothing is taken from Debian's archive and nothing is compiled: every requirement is a wheel whose hash is in
# requirements-production.lock. Behind a closed network only a package mirror is needed:
#     docker build --build-arg PIP_INDEX_URL=<your mirror's simple index> -t gaoxin:0.1.0 .
ARG PYTHON_IMAGE=python:3.12.12-slim-bookworm

FROM ${PYTHON_IMAGE} AS requirements
# No default: unset, pip asks its usual index. The hashes hold whatever the mirror is.
ARG PIP_INDEX_URL
ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
COPY requirements-production.lock /build/requirements-production.lock
# Byte code is written here, once: without it each `airflow` command starts about three seconds later, and the
# service user may not write it afterwards.
RUN /opt/venv/bin/pip install --require-hashes --no-deps --only-binary :all: --compile \
        -r /build/requirements-production.lock \
    && /opt/venv/bin/pip check \
    && /opt/venv/bin/pip uninstall --yes pip

FROM ${PYTHON_IMAGE} AS runtime
LABEL org.opencontainers.image.title="gaoxin" \
      org.opencontainers.image.description="Runs the campaign that turns an industrial park into an accredited high-tech zone"

# A fixed number, so that folders mounted from the host can be given to it.
RUN groupadd --gid 50000 gaoxin \
    && useradd --uid 50000 --gid gaoxin --home-dir /opt/airflow --create-home --shell /usr/sbin/nologin gaoxin \
    && install -d -m 0700 -o gaoxin -g gaoxin /opt/airflow/logs /opt/gaoxin/var \
    && install -d -o gaoxin -g gaoxin /opt/gaoxin/inbox

COPY --from=requirements /opt/venv /opt/venv
COPY plugins/ /opt/gaoxin/plugins/
COPY config/ /opt/gaoxin/config/
COPY dags/ /opt/gaoxin/dags/
COPY expectations/ /opt/gaoxin/expectations/
COPY sql/ /opt/gaoxin/sql/
COPY deploy/ /opt/gaoxin/deploy/

# PYTHONPATH holds config/ alone, where Airflow looks for airflow_local_settings.py. gaoxin itself is found through
# a .pth file, so that it is there for every process, and no build tool is needed in the image.
ENV PATH=/opt/gaoxin/deploy/bin:/opt/venv/bin:$PATH \
    LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1 \
    PYTHONPATH=/opt/gaoxin/config \
    AIRFLOW_HOME=/opt/airflow \
    AIRFLOW_CONFIG=/opt/gaoxin/deploy/airflow.cfg \
    GAOXIN_HOME=/opt/gaoxin \
    GX_ANALYTICS_ENABLED=false \
    DO_NOT_TRACK=1

RUN echo /opt/gaoxin/plugins > "$(python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/gaoxin.pth" \
    && python -m compileall -q /opt/gaoxin/plugins /opt/gaoxin/config /opt/gaoxin/dags /opt/gaoxin/deploy \
    && python -c 'import gaoxin'

USER gaoxin
WORKDIR /opt/gaoxin
EXPOSE 8080
ENTRYPOINT ["/opt/gaoxin/deploy/entrypoint.sh"]
CMD ["airflow", "version"]
