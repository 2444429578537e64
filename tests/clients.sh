#!/usr/bin/env bash
# Lets the client libraries and applications in tests/clients sign in, and prints the sum as the last line.
set -euo pipefail

usage() {
    cat <<'TEXT'
Usage: tests/clients.sh [--only NAME...] [--help]

Installs with apt and npm what the clients in tests/clients need and the machine lacks, builds the server,
starts it on a data directory of its own with every client registered, lets each sign in through the hosted
pages in a headless Chromium until it shows the person's name, and prints as its last line

    N passed, N failed, N skipped

Logs, and pictures of the page where a client failed, are in artifacts/clients/. Nothing that it starts
outlives it, and nothing listens beyond loopback.

  --only NAME...   only these clients: names of folders in tests/clients
TEXT
}

cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
clients=$root/tests/clients
logs=$root/artifacts/clients

names=()
case ${1-} in
    '') for file in "$clients"/*/client.json; do names+=("$(basename "$(dirname "$file")")"); done ;;
    --help | -h) usage; exit 0 ;;
    --only) shift; names=("$@") ;;
    *) printf 'Unknown option: %s\n\n' "$1" >&2; usage >&2; exit 2 ;;
esac
((${#names[@]} > 0)) || { usage >&2; exit 2; }
for name in "${names[@]}"; do
    [[ -f $clients/$name/client.json ]] || { printf 'There is no client %s in tests/clients\n' "$name" >&2; exit 2; }
done

exec </dev/null
rm -rf "$logs"
mkdir -p "$logs"
work=$(mktemp -d)
# Apache and Dovecot read their files as users of their own.
chmod 711 "$work"

export LC_ALL=C.UTF-8 LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 NEXT_TELEMETRY_DISABLED=1

say() { printf '== %s\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

running=''
# shellcheck disable=SC2317 # called by the trap
stop() {
    local code=$?
    trap - EXIT INT TERM
    # The driver leads a process group of its own: whatever a client left behind is in it.
    if [[ -n $running ]] && kill -TERM -- "-$running" 2>/dev/null; then
        sleep 2
        kill -KILL -- "-$running" 2>/dev/null || true
    fi
    rm -rf "$work"
    exit "$code"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

as_root() {
    if ((EUID == 0)); then "$@"
    elif command -v sudo >/dev/null; then sudo --preserve-env=DEBIAN_FRONTEND "$@"
    else die "this needs root or sudo: $*"
    fi
}

# install PACKAGE...: those that are missing. A package of a server, such as apache2, must not start it:
# policy-rc.d is how Debian's packages ask.
install() {
    local missing=() package policy=/usr/sbin/policy-rc.d ours='' code=0
    for package in "$@"; do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
    done
    ((${#missing[@]} > 0)) || return 0
    command -v apt-get >/dev/null || die "there is no apt-get here to install ${missing[*]}"
    say "Installing ${missing[*]}"
    if [[ ! -e $policy ]]; then
        printf '#!/bin/sh\nexit 101\n' >"$work/policy-rc.d"
        as_root install -m 755 "$work/policy-rc.d" "$policy"
        ours=yes
    fi
    { as_root apt-get update -qq && as_root apt-get install -y -qq --no-install-recommends "${missing[@]}"; } \
        >"$logs/apt.log" 2>&1 || code=$?
    [[ -z $ours ]] || as_root rm -f "$policy"
    ((code == 0)) || { tail -n 20 "$logs/apt.log" >&2; die "apt-get could not install ${missing[*]}"; }
}

# The packages that package-lock.json names, unless they are there already.
npm_ci() {
    local folder=$1
    [[ -f $folder/package-lock.json ]] || return 0
    ! cmp -s "$folder/package-lock.json" "$folder/node_modules/.installed-from" || return 0
    say "Installing the packages of $(basename "$folder")"
    (cd "$folder" && npm ci --no-audit --no-fund) >"$logs/npm.log" 2>&1 ||
        { tail -n 20 "$logs/npm.log" >&2; die "npm ci failed in $folder"; }
    cp "$folder/package-lock.json" "$folder/node_modules/.installed-from"
}

command -v dotnet >/dev/null || die 'the .NET SDK 10 is missing: https://dotnet.microsoft.com/download'
command -v openssl >/dev/null || install openssl
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then install nodejs npm; fi
node_works() { [[ $(printf 'v20.19\n%s\n' "$(node --version)" | sort -V | head -n 1) == v20.19 ]]; }
if ! node_works; then
    say "Node.js here is $(node --version); fetching version 20"
    npm install --silent --no-audit --no-fund --prefix "$root/artifacts/tools" node@20.20.2 >"$logs/npm.log" 2>&1 ||
        { tail -n 20 "$logs/npm.log" >&2; die 'Node.js 20 could not be installed'; }
    PATH=$root/artifacts/tools/node_modules/node/bin:$PATH
    node_works || die 'Node.js 20.19 or later is needed'
fi
# On Ubuntu the package is a stub that wants snap: only a browser that answers counts.
browser() {
    local name
    for name in "${CHROMIUM_PATH-}" chromium google-chrome; do
        if [[ -n $name ]] && timeout 60 "$name" --version >/dev/null 2>&1; then command -v "$name"; return; fi
    done
}
if [[ -z $(browser) ]]; then install chromium; fi
CHROMIUM_PATH=$(browser)
[[ -n $CHROMIUM_PATH ]] || die 'no Chromium answers; CHROMIUM_PATH can name one'

started=$SECONDS
packages=()
for name in "${names[@]}"; do
    [[ ! -f $clients/$name/apt-packages ]] || mapfile -t -O "${#packages[@]}" packages <"$clients/$name/apt-packages"
done
((${#packages[@]} == 0)) || install "${packages[@]}"
npm_ci "$clients/driver"
for name in "${names[@]}"; do npm_ci "$clients/$name"; done

say 'Building'
build() { dotnet build "$1" -c Release -p:RestoreLockedMode=true --disable-build-servers -v quiet -nologo >"$logs/build.log" 2>&1 ||
    { tail -n 20 "$logs/build.log" >&2; die "$1 does not build"; }; }
build src/AuthServer
build src/ResourceApi
for name in "${names[@]}"; do [[ ! -f $clients/$name/App.csproj ]] || build "$clients/$name"; done

# Production is https, and several libraries refuse anything else: an authority of this run's own signs a certificate for localhost.
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=Authority of tests clients' \
    -keyout "$work/ca.key" -out "$work/ca.pem" 2>/dev/null
openssl req -newkey rsa:2048 -nodes -subj '/CN=localhost' -keyout "$work/server.key" -out "$work/server.csr" 2>/dev/null
openssl x509 -req -in "$work/server.csr" -CA "$work/ca.pem" -CAkey "$work/ca.key" -CAcreateserial -days 2 \
    -extfile <(printf 'subjectAltName=DNS:localhost') -out "$work/server.pem" 2>/dev/null
export CA_FILE=$work/ca.pem SERVER_CERTIFICATE=$work/server.pem SERVER_KEY=$work/server.key
# How Node.js, OpenSSL (Ruby, .NET) and Python's requests are told of a further authority.
export NODE_EXTRA_CA_CERTS=$CA_FILE SSL_CERT_FILE=$CA_FILE REQUESTS_CA_BUNDLE=$CA_FILE
export CHROMIUM_PATH WORK=$work LOGS=$logs SERVER_DLL=$root/src/AuthServer/bin/Release/net10.0/AuthServer.dll
export API_DLL=$root/src/ResourceApi/bin/Release/net10.0/ResourceApi.dll

say "Ready after $((SECONDS - started)) s"
code=0
setsid --wait timeout --kill-after=30 900 node "$clients/driver/run.mjs" "${names[@]}" &
running=$!
wait "$running" || code=$?
exit "$code"
