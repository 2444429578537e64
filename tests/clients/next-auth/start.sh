#!/bin/sh
set -eu
export NEXTAUTH_URL="$APP"
exec node node_modules/next/dist/bin/next dev --hostname localhost --port "$PORT"
