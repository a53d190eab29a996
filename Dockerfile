# The emulator's image: the static program of a release and nothing else, not even a shell.
#
# It is made of the archives in dist/, so that it has the same program as all other packages, which was tried before;
# nothing is compiled or fetched here. docs/releasing.md has the command.

FROM scratch AS amd64
ADD dist/sonoran-emulator-x86_64-unknown-linux-musl.tar.gz /

FROM scratch AS arm64
ADD dist/sonoran-emulator-aarch64-unknown-linux-musl.tar.gz /

# Docker sets it to the processor that the image is for.
ARG TARGETARCH
# hadolint ignore=DL3006
FROM ${TARGETARCH}
ARG VERSION=unknown
LABEL org.opencontainers.image.title="sonoran-emulator" \
      org.opencontainers.image.description="A local emulator of the Sonoran CMS API" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0" \
      org.opencontainers.image.source="https://github.com/sonoran-sdk/sonoran" \
      org.opencontainers.image.documentation="https://github.com/sonoran-sdk/sonoran/blob/main/emulator/README.md"
# A container's own loopback cannot be reached from outside.
ENV SONORAN_EMULATOR_HOST=0.0.0.0
# As a number, so that a cluster can see that it is not root's.
USER 65532:65532
EXPOSE 8642
HEALTHCHECK --interval=5s --timeout=6s --start-period=5s --retries=3 CMD ["/sonoran-emulator", "--check-health"]
ENTRYPOINT ["/sonoran-emulator"]
