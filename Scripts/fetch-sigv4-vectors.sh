#!/bin/sh
# Brings AWS's Signature Version 4 test suite, as botocore's source distribution carries it, to
# .build/vectors/aws4_testsuite. Does nothing where it is already there in the pinned version.
#
# PYTHON: the interpreter whose pip is used (default python3).
set -eu

version=1.44.5
hash=a988f39e3a4484def0b8010f41128f71157da0515a4804fccce4739aa8f216da
root=$(cd "$(dirname "$0")/.." && pwd)
target="$root/.build/vectors/aws4_testsuite"
stamp="$target/.botocore-version"

if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$version" ]; then
  exit 0
fi

echo "fetching the Signature Version 4 test suite (botocore $version)"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
echo "botocore==$version --hash=sha256:$hash" > "$work/requirements.txt"
"${PYTHON:-python3}" -m pip download --quiet --disable-pip-version-check --no-deps --no-binary botocore \
  --require-hashes --dest "$work" --requirement "$work/requirements.txt"
tar -xzf "$work/botocore-$version.tar.gz" -C "$work" "botocore-$version/tests/unit/auth/aws4_testsuite"
suite="$work/botocore-$version/tests/unit/auth/aws4_testsuite"
echo "$version" > "$suite/.botocore-version"
mkdir -p "$(dirname "$target")"
rm -rf "$target"
mv "$suite" "$target"
