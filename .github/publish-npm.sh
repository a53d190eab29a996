#!/usr/bin/env bash
# Publishes the npm packages of a folder: those of the platforms before the main ones, which name them. What is there
# already is skipped, so that it can be run again.
#   .github/publish-npm.sh FOLDER [ARGUMENTS FOR npm publish]
set -euo pipefail
folder=$1
shift

manifest() { tar xzOf "$1" package/package.json; }
field() { node -p "JSON.parse(fs.readFileSync(0))['$1']"; }

publish() {
  local tarball=$1 package
  shift
  package="$(manifest "$tarball" | field name)@$(manifest "$tarball" | field version)"
  if [ -n "$(npm view "$package" version 2> /dev/null)" ]; then
    echo "$package is there already"
  else
    echo "publishing $package"
    npm publish "$tarball" --access public "$@"
  fi
}

mains=()
for tarball in "$folder"/*.tgz; do
  if [ "$(manifest "$tarball" | field optionalDependencies)" = undefined ]; then
    publish "$tarball" "$@"
  else
    mains+=("$tarball")
  fi
done
for tarball in "${mains[@]}"; do publish "$tarball" "$@"; done
