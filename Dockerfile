# The server (the default), and the trainer (--target training): docs/docker.md.
#
# --build-arg DEVICE=cuda            runs on a GPU; its build of torch brings the CUDA libraries, the host the driver
# --build-arg PIP_EXTRA_INDEX_URL=…  another package index beside pip's own, such as PyTorch's for smaller CPU builds
FROM python:3.11-slim-bookworm AS base
ENV PATH=/opt/zerosum/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
RUN useradd --uid 10001 --create-home zerosum


FROM base AS torch
ARG PIP_EXTRA_INDEX_URL
WORKDIR /src
COPY constraints.txt ./
RUN python -m venv /opt/zerosum && pip install --no-cache-dir --constraint constraints.txt setuptools torch
ARG DEVICE=cpu
RUN python -c "import sys, torch; sys.exit('$DEVICE' == 'cuda' and not torch.version.cuda \
    and 'DEVICE=cuda, but the build of torch that pip chose has no CUDA: see docs/docker.md')"
COPY pyproject.toml README.md LICENSE ./
COPY models models
COPY training training
COPY app app


FROM torch AS build
RUN pip install --no-cache-dir --constraint constraints.txt --no-build-isolation .


FROM build AS build-training
RUN pip install --no-cache-dir --constraint constraints.txt --no-build-isolation '.[train]'


FROM base AS training
ARG DEVICE=cpu
# hadolint ignore=DL3008
RUN apt-get update && apt-get install --yes --no-install-recommends npm && rm -rf /var/lib/apt/lists/*
COPY --from=build-training /opt/zerosum /opt/zerosum
WORKDIR /srv/zerosum
RUN mkdir data runs && chown zerosum data runs
COPY weights weights
ENV ZEROSUM_DATA=/srv/zerosum/data ZEROSUM_DEVICE=$DEVICE
USER 10001:10001
VOLUME ["/srv/zerosum/data", "/srv/zerosum/runs"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["zerosum"]
CMD ["--help"]


FROM base AS server
ARG DEVICE=cpu
COPY --from=build /opt/zerosum /opt/zerosum
WORKDIR /srv/zerosum
COPY weights weights
ENV ZEROSUM_DEVICE=$DEVICE ZEROSUM_HOST=0.0.0.0 ZEROSUM_PORT=8000 ZEROSUM_LOG_FORMAT=json
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s CMD ["python", "-c", "\
import os, urllib.request; \
urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"ZEROSUM_PORT\"]}/health/ready', timeout=4)"]
ENTRYPOINT ["python", "-m", "app"]
