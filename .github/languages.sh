#!/usr/bin/env bash
# The languages whose tests a change concerns, as a line for GITHUB_OUTPUT:
#   .github/languages.sh BASE    what differs from a commit; all of them without one
set -euo pipefail

if [ -n "${1:-}" ]; then
  files=$(git diff --name-only "$1...HEAD")
else
  files=$(git ls-files)
fi

# What is neither one language's own nor a page that no test reads concerns all.
one='^(bindings-(python|node|csharp|lua)|tests/(rust|python|node|dotnet|lua)|examples/(rust|python|node|csharp|lua))/'
none='^((docs/releasing|CONTRIBUTING|SECURITY)\.md|LICENSE-.*)$'
shared=$(grep -vE "$one|$none" <<< "$files" || true)

languages=()
concerns() {
  if [ -n "$shared" ] || grep -qE "$2" <<< "$files"; then languages+=("\"$1\""); fi
}
concerns rust '^(tests|examples)/rust/'
concerns python '^(bindings|tests|examples)[-/]python/'
concerns node '^(bindings|tests|examples)[-/]node/'
concerns csharp '^(bindings-csharp|tests/dotnet|examples/csharp)/'
concerns lua '^(bindings|tests|examples)[-/]lua/'
echo "languages=[$(IFS=,; echo "${languages[*]}")]"
