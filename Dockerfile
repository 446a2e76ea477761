# syntax=docker/dockerfile:1
# Two stages: the first builds a virtual environment from the lock, the second holds only that.
FROM python:3.11-slim-bookworm AS build
RUN pip install --no-cache-dir uv==0.13.9
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=/opt/clearweek
WORKDIR /src
# Dependencies change less often than the code: they are a layer of their own.
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-dev --all-extras --no-install-project
COPY README.md LICENSE ./
COPY config config
COPY solver solver
COPY app app
RUN uv sync --locked --no-dev --all-extras --no-editable

FROM python:3.11-slim-bookworm
RUN useradd --system --no-log-init --uid 10001 --no-create-home --shell /usr/sbin/nologin clearweek \
  && install --directory --owner=10001 --mode=0700 /data
COPY --from=build /opt/clearweek /opt/clearweek
ENV PATH=/opt/clearweek/bin:$PATH PYTHONUNBUFFERED=1 CLEARWEEK_DATABASE_URL=sqlite:////data/clearweek.sqlite
# The database, with the keys of the API: without one the service, which others reach here, does not start.
VOLUME /data
USER 10001
WORKDIR /tmp
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["clearweek", "serve", "--host", "0.0.0.0", "--port", "8000"]
