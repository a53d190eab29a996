# The images of the emulator and, with --build-arg PROGRAM=gateway, of the gateway: the static program of a release and
# nothing else, not even a shell.
#
# They are made of the archives in dist/, so that they have the same programs as all other packages, which were tried
# before; nothing is compiled or fetched here. docs/releasing.md has the command.
ARG PROGRAM=emulator

FROM scratch AS amd64
ARG PROGRAM
ADD dist/sonoran-${PROGRAM}-x86_64-unknown-linux-musl.tar.gz /

FROM scratch AS arm64
ARG PROGRAM
ADD dist/sonoran-${PROGRAM}-aarch64-unknown-linux-musl.tar.gz /

# Docker sets it to the processor that the image is for.
ARG TARGETARCH
# hadolint ignore=DL3006
FROM ${TARGETARCH} AS program
ARG VERSION=unknown
LABEL org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0" \
      org.opencontainers.image.source="https://github.com/sonoran-sdk/sonoran"
# As a number, so that a cluster can see that it is not root's.
USER 65532:65532

FROM program AS emulator
LABEL org.opencontainers.image.title="sonoran-emulator" \
      org.opencontainers.image.description="A local emulator of the Sonoran CMS API" \
      org.opencontainers.image.documentation="https://github.com/sonoran-sdk/sonoran/blob/main/emulator/README.md"
# A container's own loopback cannot be reached from outside.
ENV SONORAN_EMULATOR_HOST=0.0.0.0
EXPOSE 8642
HEALTHCHECK --interval=5s --timeout=6s --start-period=5s --retries=3 CMD ["/sonoran-emulator", "--check-health"]
ENTRYPOINT ["/sonoran-emulator"]

FROM program AS gateway
LABEL org.opencontainers.image.title="sonoran-gateway" \
      org.opencontainers.image.description="One key of the Sonoran CMS API for many programs" \
      org.opencontainers.image.documentation="https://github.com/sonoran-sdk/sonoran/blob/main/docs/gateway.md"
# As above. So it wants a tokens file, and TLS or a proxy that has it.
ENV SONORAN_GATEWAY_HOST=0.0.0.0
EXPOSE 8643
HEALTHCHECK --interval=10s --timeout=6s --start-period=5s --retries=3 CMD ["/sonoran-gateway", "--check-health"]
ENTRYPOINT ["/sonoran-gateway"]

# hadolint ignore=DL3006
FROM ${PROGRAM}
