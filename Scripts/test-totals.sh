#!/usr/bin/env bash
# Prints the totals of the last test run from the logs of its two parts; the end-to-end tests ran once for each store.
set -euo pipefail

echo
echo "Totals"
sed 's/^/  Swift       /' <(grep -E 'Test run with [0-9]+ tests? ' "$1" | sed -E 's/^[^T]*//' || echo "no totals found")
awk '
  /^store: / { store = $2 }
  /(passed|failed|error|deselected|no tests ran).* in [0-9.]+s/ {
    gsub(/=|^ +| +$/, "")
    print "  End to end  " $0 ", on " store
    found = 1
  }
  END { if (!found) print "  End to end  no totals found" }
' "$2"
