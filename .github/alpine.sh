#!/bin/sh
# Inside a container of Alpine, in the checkout: the whole suite and the packages for musl on this processor.
set -eu
apk add --no-cache bash build-base ca-certificates curl dotnet8-sdk git nodejs npm python3 py3-pip rustup
rustup-init -y --profile minimal --default-toolchain stable
PATH="$HOME/.cargo/bin:$PATH"
# The checkout belongs to the runner's user, and git wants to be told that this is well.
git config --global --add safe.directory "$PWD"
export PATH
cargo xtask test --shipped
cargo xtask package --target "$(uname -m)-unknown-linux-musl"
