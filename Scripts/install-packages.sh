#!/usr/bin/env bash
# Installs the Debian packages that a build needs, with `--tests` those that the tests need too, and with `--chaos` also
# those of the long tests of failovers.
# Where all are there already it does nothing. `a|b` means: a, or b where a release of Debian calls it so.
set -euo pipefail

needed=(
  ca-certificates git pkg-config g++ libc6-dev tzdata
  'libcurl4|libcurl4t64' libncurses6 'libxml2|libxml2-16'
  libsqlite3-dev libpq-dev zlib1g-dev libargon2-dev libqrencode-dev libcurl4-openssl-dev libxmlsec1-dev
)
if [[ ${1:-} == --tests || ${1:-} == --chaos ]]; then
  needed+=(python3 postgresql openssl xmlsec1)
  python3 -c 'import ensurepip, venv' 2>/dev/null || needed+=(python3-venv)
fi
if [[ ${1:-} == --chaos ]]; then needed+=(etcd-server patroni); fi

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  echo "packages: this is not Debian; please see to these yourself: ${needed[*]}" >&2
  exit 0
fi

installed() {
  [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

missing=()
for entry in "${needed[@]}"; do
  found=
  for name in ${entry//|/ }; do
    if installed "$name"; then found=yes; fi
  done
  if [[ -z $found ]]; then missing+=("$entry"); fi
done
if ((${#missing[@]} == 0)); then
  echo "packages: all there"
  exit 0
fi

as_root=()
if ((EUID != 0)); then
  command -v sudo >/dev/null || {
    echo "packages: not root and no sudo; please install: ${missing[*]}" >&2
    exit 1
  }
  as_root=(sudo)
fi
echo "packages: installing ${missing[*]}"
"${as_root[@]}" apt-get update -qq
names=()
for entry in "${missing[@]}"; do
  choices=(${entry//|/ })
  chosen=${choices[0]}
  for name in "${choices[@]}"; do
    if apt-cache show --no-all-versions "$name" >/dev/null 2>&1; then
      chosen=$name
      break
    fi
  done
  names+=("$chosen")
done
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install --yes --no-install-recommends -qq "${names[@]}" </dev/null
