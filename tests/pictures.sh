#!/usr/bin/env bash
# Draws the pictures of docs/pictures again, from the gallery of a server in Development.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build tests/AuthServer.EndToEndTests --nologo -v quiet
UPDATE_PICTURES=1 tests/AuthServer.EndToEndTests/bin/Debug/net10.0/AuthServer.EndToEndTests -noLogo \
  -class AuthServer.EndToEndTests.Journeys.PictureTests
du -sh docs/pictures
