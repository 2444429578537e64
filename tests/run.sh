#!/usr/bin/env bash
# Builds the solution once, runs every test project, and prints the sum as the last line.
set -euo pipefail

usage() {
    cat <<'TEXT'
Usage: tests/run.sh [--only unit|integration|e2e] [--help]

Installs with apt what the tests need and the machine lacks (PostgreSQL 15 or later, PgBouncer, Redis, Prometheus, systemd, SoftHSM,
libfaketime, nginx, yamllint, Chromium, Node.js 20 or later, ICU, Apache with mod_auth_openidc), builds the solution in Release,
publishes the server, runs the tests and prints as its last line

    N passed, N failed, N skipped

It succeeds only when tests ran, none failed, none was skipped and no test program ended badly.
Logs and results of each project are in artifacts/tests/. Nothing that it starts outlives it.

  --only NAME   run one project: unit, integration or e2e
TEXT
}

only=''
while (($#)); do
    case $1 in
        --help | -h) usage; exit 0 ;;
        --only) only=${2-}; shift ;;
        --only=*) only=${1#--only=} ;;
        *) printf 'Unknown option: %s\n\n' "$1" >&2; usage >&2; exit 2 ;;
    esac
    shift || { usage >&2; exit 2; }
done
case $only in
    '') wanted=('*Tests') ;;
    unit) wanted=('*.UnitTests') ;;
    integration) wanted=('*.IntegrationTests') ;;
    e2e) wanted=('*.EndToEndTests') ;;
    *) printf 'Unknown project: %s (unit, integration or e2e)\n' "$only" >&2; exit 2 ;;
esac

cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
artifacts=$root/artifacts/tests
tools=$root/artifacts/tools
rm -rf "$artifacts"
mkdir -p "$artifacts" "$tools"
exec </dev/null

# Texts and file names of the tests are UTF-8, also where the machine's locale is C.
export LC_ALL=C.UTF-8 LANG=C.UTF-8
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
export DEBIAN_FRONTEND=noninteractive
# Everything here runs for minutes, not for days: code that is compiled once is enough, and instrumented code would be compiled twice.
export DOTNET_TieredPGO=0

say() { printf '== %s\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

running=''
# One compiler for all projects of this run: it has to be started and compiled itself only once.
compiler=tests-run-$$
stop_compiler() { pkill -f -- "-pipename:$compiler" 2>/dev/null || true; }
# shellcheck disable=SC2317 # called by the trap
stop() {
    local code=$?
    trap - EXIT INT TERM
    stop_compiler
    # The test program leads a process group of its own: databases and servers that it left behind are in it.
    if [[ -n $running ]]; then
        kill -TERM -- "-$running" 2>/dev/null || true
        sleep 2
        kill -KILL -- "-$running" 2>/dev/null || true
    fi
    exit "$code"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

as_root() {
    if ((EUID == 0)); then "$@"
    elif command -v sudo >/dev/null; then sudo -n --preserve-env=DEBIAN_FRONTEND "$@" 2>/dev/null || sudo --preserve-env=DEBIAN_FRONTEND "$@"
    else die "this needs root or sudo: $*"
    fi
}

updated=''
# install WHAT PACKAGE...: the packages of one missing tool.
install() {
    local what=$1
    shift
    command -v apt-get >/dev/null || die "$what is missing, and there is no apt-get here to install it; install it and run again"
    if ((EUID != 0)) && ! command -v sudo >/dev/null; then
        die "$what is missing. As root, run: apt-get update && apt-get install -y $*"
    fi
    if [[ -z $updated ]]; then
        as_root apt-get update -qq || die 'apt-get update failed'
        updated=yes
    fi
    say "Installing $what"
    as_root apt-get install -y -qq --no-install-recommends "$@" >"$artifacts/apt.log" 2>&1 ||
        { tail -n 20 "$artifacts/apt.log" >&2; die "apt-get could not install $what ($*)"; }
}

postgres_bin() {
    local dir version
    while read -r dir; do
        version=$("$dir/postgres" --version 2>/dev/null | grep -oE '[0-9]+' | head -n 1) || continue
        ((version >= 15)) && { printf '%s\n' "$dir"; return; }
    done < <(
        [[ -z ${PG_BIN-} ]] || printf '%s\n' "$PG_BIN"
        printf '%s\n' /usr/lib/postgresql/*/bin | sort -Vr
        command -v postgres | xargs -r dirname
    )
}

node_major() { node --version 2>/dev/null | sed -E 's/^v([0-9]+).*/\1/'; }

chromium_path() {
    local name path
    for name in "${CHROMIUM_PATH-}" chromium-headless-shell chromium chromium-browser google-chrome; do
        [[ -n $name ]] || continue
        path=$(command -v "$name") || continue
        # On Ubuntu the package is a stub that wants snap: only a browser that answers counts.
        if timeout 60 "$path" --version >/dev/null 2>&1; then printf '%s\n' "$path"; return; fi
    done
}

is_wanted() { [[ -z $only || $only == "$1" ]]; }

command -v dotnet >/dev/null || die 'the .NET SDK 10 is missing: https://dotnet.microsoft.com/download'
# Without ICU no .NET program starts, the SDK included.
ldconfig -p 2>/dev/null | grep -q libicuuc || install ICU '^libicu[0-9]+$'

if is_wanted integration || is_wanted e2e; then
    [[ -n $(postgres_bin) ]] || install PostgreSQL postgresql
    PG_BIN=$(postgres_bin)
    [[ -n $PG_BIN ]] || die 'PostgreSQL 15 or later is needed, and the packages of this system are older'
    export PG_BIN
    command -v redis-server >/dev/null || install Redis redis-server
    # It evaluates the queries of the dashboard and the alerts. The package starts a service, which nothing here wants.
    if ! command -v prometheus >/dev/null || ! command -v promtool >/dev/null; then
        install Prometheus prometheus
        if [[ -d /run/systemd/system ]]; then as_root systemctl disable --now prometheus; fi
    fi
    # It verifies the unit of the server.
    command -v systemd-analyze >/dev/null || install systemd systemd
    # An HSM in software, for signing keys that never leave it.
    command -v softhsm2-util >/dev/null || install SoftHSM softhsm2
    # A server process whose clock is ahead of the others'.
    compgen -G '/usr/lib/*/faketime/libfaketimeMT.so.1' >/dev/null || install libfaketime libfaketime
    # The proxy of docs/proxy.md; a pooler in front of PostgreSQL.
    PATH=$PATH:/usr/sbin:/sbin
    command -v pgbouncer >/dev/null || install PgBouncer pgbouncer
    command -v nginx >/dev/null || install nginx nginx-light
    # The files of docker/.
    command -v yamllint >/dev/null || install yamllint yamllint
    # PostgreSQL refuses to run as root: its files then belong to the user of the package.
    if ((EUID == 0)) && ! id postgres >/dev/null 2>&1; then as_root useradd --system --no-create-home postgres; fi
fi

# A reader of backups in another language, and the examples of the documents.
if is_wanted integration || is_wanted e2e; then
    if ! command -v node >/dev/null || ! command -v npm >/dev/null; then install Node.js nodejs npm; fi
    major=$(node_major)
    if ((${major:-0} < 20)); then
        say "Node.js here is $(node --version); fetching version 20 for the tests"
        [[ -x $tools/node_modules/node/bin/node ]] ||
            npm install --silent --no-audit --no-fund --prefix "$tools" node@20 >"$artifacts/npm.log" 2>&1 ||
            { tail -n 20 "$artifacts/npm.log" >&2; die 'Node.js 20 could not be installed'; }
        PATH=$tools/node_modules/node/bin:$PATH
        major=$(node_major)
        ((${major:-0} >= 20)) || die 'Node.js 20 or later is needed'
    fi
fi

if is_wanted e2e; then
    # Chromium without a desktop takes half the processor time. Where there is no such package, Chromium itself does.
    if ! command -v chromium-headless-shell >/dev/null && apt-cache show chromium-headless-shell >/dev/null 2>&1; then
        say 'Installing the headless shell of Chromium'
        as_root timeout 300 apt-get install -y -qq --no-install-recommends chromium-headless-shell >"$artifacts/apt.log" 2>&1 ||
            say 'It cannot be installed; Chromium is used'
    fi
    if [[ -z $(chromium_path) ]]; then install Chromium chromium; fi
    # A client of the tests. Its package would start a service, which nothing here wants.
    if [[ ! -e /usr/lib/apache2/modules/mod_auth_openidc.so || ! -x /usr/sbin/apache2 ]]; then
        policy=/usr/sbin/policy-rc.d
        if [[ -e $policy ]]; then policy=''
        else as_root sh -c "printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy"
        fi
        install 'Apache with mod_auth_openidc' apache2 libapache2-mod-auth-openidc
        [[ -z $policy ]] || as_root rm -f "$policy"
    fi
    # What the admin script of docs/api is written with.
    if ! command -v curl >/dev/null || ! command -v jq >/dev/null; then install 'curl and jq' curl jq; fi
fi

started=$SECONDS
say 'Restoring'
dotnet restore AuthPlatform.sln --locked-mode -v quiet
say 'Building'
# Without other build servers: they would stay behind.
dotnet build AuthPlatform.sln --no-restore -c Release -p:Analyze=true -nodeReuse:false -p:UseRazorBuildServer=false \
    -p:UseSharedCompilation=true -p:SharedCompilationId="$compiler" -v quiet -nologo -clp:NoSummary
stop_compiler
if is_wanted integration || is_wanted e2e; then
    # As an operator gets it: the tests start it hundreds of times, and a start takes half the processor time when it is compiled before.
    case $(uname -m) in aarch64 | arm64) rid=linux-arm64 ;; *) rid=linux-x64 ;; esac
    export TESTED_SERVER=$root/artifacts/server
    rm -rf "$TESTED_SERVER"
    # From what was just built: the folder of a build has no name of a platform.
    dotnet publish src/AuthServer -c Release -r "$rid" --self-contained false --no-build -p:AppendRuntimeIdentifierToOutputPath=false \
        -p:PublishReadyToRun=true -o "$TESTED_SERVER" --disable-build-servers -v quiet -nologo
fi
say "Built after $((SECONDS - started)) s"

if is_wanted e2e; then
    CHROMIUM_PATH=$(chromium_path)
    if [[ -z $CHROMIUM_PATH ]]; then
        driver=$root/tests/AuthServer.EndToEndTests/bin/Release/net10.0/.playwright/package/cli.js
        say 'Chromium is not among the packages of this system; fetching the one of the test driver'
        as_root "$(command -v node)" "$driver" install-deps chromium
        PLAYWRIGHT_BROWSERS_PATH="$tools/browsers" node "$driver" install chromium
        CHROMIUM_PATH=$(find "$tools/browsers" -type f -name chrome -perm -u+x | head -n 1)
        [[ -n $CHROMIUM_PATH ]] || die 'no Chromium could be installed'
    fi
    export CHROMIUM_PATH
fi

passed=0 failed=0 skipped=0 broken=0

attribute() { grep -oE "$1=\"[0-9]+\"" <<<"$2" | grep -oE '[0-9]+' || printf '0\n'; }

run_project() {
    local name=$1 began=$SECONDS code=0 summary total errors p f s
    local results=$artifacts/$name.xml log=$artifacts/$name.log
    local program=$root/tests/$name/bin/Release/net10.0/$name
    say "$name"
    # A test that hangs must not hang the run. setsid gives the program its own process group, see stop().
    setsid --wait timeout --kill-after=30 2700 "$program" -noColor -noLogo -result-xml "$results" >"$log" 2>&1 &
    running=$!
    wait "$running" || code=$?
    kill -TERM -- "-$running" 2>/dev/null || true
    running=''

    summary=$(grep -oE '<assembly [^>]*>' "$results" 2>/dev/null | head -n 1) || summary=''
    total=$(attribute ' total' "$summary")
    errors=$(attribute ' errors' "$summary")
    p=$(attribute ' passed' "$summary")
    f=$(attribute ' failed' "$summary")
    s=$(attribute ' skipped' "$summary")
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    printf '   %d passed, %d failed, %d skipped in %d s\n' "$p" "$f" "$s" "$((SECONDS - began))"

    if ((f > 0 || errors > 0)); then grep -vE '^ +at ' "$log" | grep -A 12 -E '\[FAIL\]|ERROR' | head -n 200 || true; fi
    if ((total == 0 || errors > 0 || (code != 0 && f == 0 && s == 0))); then
        broken=$((broken + 1))
        printf '   %s ended badly (exit code %d, %d tests, %d errors); the end of %s:\n' "$name" "$code" "$total" "$errors" "${log#"$root"/}"
        tail -n 40 "$log"
    fi
}

ran=0
for project in tests/*/; do
    name=$(basename "$project")
    # shellcheck disable=SC2254 # a pattern on purpose
    case $name in ${wanted[0]}) ;; *) continue ;; esac
    # The load generator is a program, not a test.
    [[ $name != *.LoadTests && -f $project$name.csproj ]] || continue
    ran=$((ran + 1))
    run_project "$name"
done
((ran > 0)) || die 'there is no such test project'

say "Done after $((SECONDS - started)) s"
((broken == 0)) || printf '%d test project(s) ended badly\n' "$broken"
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
((failed == 0 && skipped == 0 && broken == 0 && passed > 0))
