#!/usr/bin/env bash
# Prints the totals of the last test run from the logs of its two parts.
set -euo pipefail

echo
echo "Totals"
sed 's/^/  Swift       /' <(grep -E 'Test run with [0-9]+ tests? ' "$1" | sed -E 's/^[^T]*//' || echo "no totals found")
sed 's/^/  End to end  /' <(grep -E '(passed|failed|error).* in [0-9.]+s' "$2" | tail -n 1 | tr -d '=' | sed -E 's/^ +| +$//g' ||
  echo "no totals found")
