# syntax=docker/dockerfile:1
# The gateway as one image: docs/how-to/deploy.md says how it is run.

# GraphiQL's files, by npm; the bytes are compared with the hashes in gateway/rest/graphiql/assets.py.
FROM node:22-bookworm AS graphiql
WORKDIR /src
COPY gateway/__init__.py gateway/
COPY gateway/rest/__init__.py gateway/rest/
COPY gateway/rest/graphiql gateway/rest/graphiql
RUN python3 -m gateway.rest.graphiql \
 && python3 -c 'import sys; from gateway.rest.graphiql.assets import wrong; sys.exit(len(wrong()))'

# The virtual environment, with the one library that is compiled: for x86-64-v3 (2013 and later), or plain arm64.
FROM python:3.11-slim-bookworm AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends g++ \
 && rm -rf /var/lib/apt/lists/*
RUN python -m venv /opt/endcap
ENV PATH=/opt/endcap/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
COPY requirements.txt .
RUN march=$([ "$(uname -m)" = x86_64 ] && echo -march=x86-64-v3, || true) \
 && ANNOY_COMPILER_ARGS="-O3,-std=c++14,-fpermissive,${march}-DANNOYLIB_MULTITHREADED_BUILD" \
    pip install --require-hashes -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY gateway gateway
COPY schema schema
COPY sql sql
COPY --from=graphiql /src/gateway/rest/graphiql/assets gateway/rest/graphiql/assets
RUN pip install --no-deps . \
 && cd / && python -m gateway.index.trial && endcap --version

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --create-home --home-dir /home/endcap endcap \
 && install -d -o endcap -g endcap /data
COPY --from=build /opt/endcap /opt/endcap
ENV PATH=/opt/endcap/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ENDCAP_HOST=0.0.0.0 \
    ENDCAP_DATA_DIR=/data
USER endcap
WORKDIR /home/endcap
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ.get('ENDCAP_PORT', '8000') + '/health/ready', timeout=4)"]
ENTRYPOINT ["endcap"]
CMD ["serve"]
