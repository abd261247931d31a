# The image of the logger. Both images it is made from can be replaced, for instance by those of your own registry:
#   docker build -t k8s-internal-http-logger:0.1.0 .
#   docker buildx build --platform linux/amd64,linux/arm64 --build-arg BASE_IMAGE=... -t ... --push .
# The build image must have Debian 12, node and npm; the base image node 20.19 or newer in its PATH or in /nodejs/bin, and glibc of Debian 12 or newer.
ARG BUILD_IMAGE=docker.io/library/node:24-bookworm-slim
ARG BASE_IMAGE=gcr.io/distroless/nodejs24-debian12

# Nothing of the target is run while building, so no emulator is needed for another processor.
FROM --platform=$BUILDPLATFORM ${BUILD_IMAGE} AS build
ARG TARGETARCH
ARG SOURCE_DATE_EPOCH=0
# For builds without a network: a folder of the context that scripts/image/image-root.mjs has filled before.
ARG PREBUILT=
WORKDIR /src
COPY . .
RUN ["node", "scripts/image/image-root.mjs", "/image"]

FROM ${BASE_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="kubernetes-internal-http-logger" \
      org.opencontainers.image.description="A very light sidecar that logs every plain-text HTTP/1.x exchange of its pod" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /image/ /
ENV NODE_ENV=production PATH=/nodejs/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
# User 0, because only this user gets the capability that the pod adds (NET_RAW); without any other capability it is root by name alone.
USER 0:0
WORKDIR /app
EXPOSE 19464
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "/app/main.js"]
