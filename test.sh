#!/usr/bin/env bash
# The one test command: installs what is missing, builds, and runs every test.
#   ./test.sh                     everything
#   ./test.sh --filter Outbox     arguments go to `dotnet test`
#   PACKAGE_SET=Full ./test.sh    everything with the other package set (docs/architecture.md, "Package sets"); without it, and without arguments, that
#                                 set is built too, and the tests of what differs in it are run, if the registry has its packages
# Whoever has databases for the tests names them: KENSHIN_TEST_POSTGRESQL (else a throw-away one is started) and KENSHIN_TEST_SQLSERVER, as connection
# strings of a user who may create databases.
# The last line is the sum of all real results; the exit code is 0 only if all is well.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

results="$PWD/TestResults"
export KENSHIN_TEST_RESULTS="$results"
export HOME="${HOME:-/root}"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en VSLANG=1033
export MSBUILDDISABLENODEREUSE=1        # leave no build server behind
export PackageSet="${PACKAGE_SET:-Mirror}"

# ---- what the tests need of Debian: a file that tells that it is there, and the package that brings it ----
needs=(
    "/usr/bin/chromium chromium"
    "/usr/bin/oathtool oathtool"
    "/usr/bin/sqlite3 sqlite3"
    "/usr/lib/postfix/sbin/master postfix"
    "/usr/lib/postgresql/*/bin/initdb postgresql"
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc fonts-noto-cjk"
)

ours="" cluster="" postgres_ctl="" as_postgres=() # what is to be cleaned up
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
    echo "test.sh: $*" >&2
    exit 1
}

install_missing() {
    local missing=() need
    for need in "${needs[@]}"; do
        compgen -G "${need% *}" >/dev/null || missing+=("${need#* }")
    done
    ((${#missing[@]} > 0)) || return 0

    echo "Installing from Debian: ${missing[*]}"
    ((EUID == 0)) || fail "missing: ${missing[*]}. Install them, or run this once as root."

    # A package must not start a service here (Postfix and PostgreSQL would): the tests start their own and end it again.
    # The file is Debian's own way to say so; one that exists already belongs to the machine and stays.
    local policy=/usr/sbin/policy-rc.d
    if [[ ! -e $policy ]]; then
        ours=$policy
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
    fi

    export DEBIAN_FRONTEND=noninteractive
    if [[ " ${missing[*]} " == *" postfix "* ]]; then
        echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections
    fi
    apt-get -qq update || echo "apt-get update failed; trying with the package lists at hand."
    apt-get -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 install "${missing[@]}" </dev/null \
        || fail "apt-get could not install ${missing[*]}"

    rm -f ${ours:+"$ours"}
    ours=""
}

# ---- a PostgreSQL of the tests' own: on a free port of the loopback, with a password of its own, gone with them ----
start_postgresql() {
    [[ -z ${KENSHIN_TEST_POSTGRESQL:-} ]] || return 0
    local bin password port attempt
    bin=$(compgen -G "/usr/lib/postgresql/*/bin" | sort -V | tail -n 1)
    password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    cluster=$(mktemp -d "${TMPDIR:-/tmp}/kenshin-postgresql.XXXXXX")
    printf '%s' "$password" >"$cluster/password"
    if ((EUID == 0)); then
        chown -R postgres "$cluster" # it refuses to run as root
        as_postgres=(runuser -u postgres --)
    fi

    in_cluster "$bin/initdb" -D "$cluster/data" -U kenshin --pwfile="$cluster/password" -A scram-sha-256 -E UTF8 --locale=C.UTF-8 >"$cluster.log" 2>&1 \
        || fail "initdb failed: $(<"$cluster.log")"
    for attempt in 1 2 3 4 5; do
        port=$((20000 + RANDOM % 12000)) # below those that the system gives away by itself
        if in_cluster "$bin/pg_ctl" start -s -w -t 60 -D "$cluster/data" -l "$cluster/data/log" \
            -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=300" >"$cluster.log" 2>&1; then
            postgres_ctl="$bin/pg_ctl"
            export KENSHIN_TEST_POSTGRESQL="Host=127.0.0.1;Port=$port;Username=kenshin;Password=$password;Database=postgres"
            return 0
        fi
    done
    fail "PostgreSQL did not start: $(tail -n 5 "$cluster/data/log")"
}

# From the root directory: the user who owns the cluster may not be let into this one.
in_cluster() (
    cd /
    exec "${as_postgres[@]}" "$@"
)

clean_up() {
    [[ -z $ours ]] || rm -f "$ours"
    [[ -z $postgres_ctl ]] || in_cluster "$postgres_ctl" stop -s -w -m immediate -D "$cluster/data" || true
    [[ -z $cluster ]] || rm -rf "$cluster" "$cluster.log"
}

build() {
    local locked=(--locked-mode)
    [[ $PackageSet == Full ]] && locked=()
    dotnet restore "${locked[@]}" || fail "restore failed"
    dotnet build -c Release --no-restore || fail "build failed"
}

# ---- the other package set: mail, job engine, driver of SQL Server, Otp.NET ----
full=""
build_other_set() {
    [[ $PackageSet == Mirror && $# == 0 ]] || return 0
    if PackageSet=Full dotnet restore; then
        PackageSet=Full dotnet build -c Release --no-restore || fail "build with the package set Full failed"
        full=yes
    else
        echo "The registry lacks packages of the set Full: its tests are skipped."
    fi
}

declare -A differs_in_full=(
    ["Core.Tests with Full"]="FullyQualifiedName~Tests.Outbox|FullyQualifiedName~Tests.Configuration|FullyQualifiedName~Tests.Otp|FullyQualifiedName~Tests.Rules"
    ["Worker.Tests with Full"]="FullyQualifiedName~Tests.Jobs"
    ["Api.Tests with Full"]="FullyQualifiedName~HangfireDashboard"
    ["EndToEnd.Tests with Full"]="FullyQualifiedName~HangfireDashboard"
)

# ---- running, one project after the other: they share the browser and two cores ----
# A run is a project, on the engine that it names; without one the project knows by itself what it runs on.
runs=()

plan_runs() {
    local project
    for project in tests/*.Tests/*.csproj; do
        runs+=("$(basename "$project" .csproj)")
    done
    runs+=("Api.Tests on PostgreSQL")
    [[ -z ${KENSHIN_TEST_SQLSERVER:-} ]] || runs+=("Api.Tests on SQL Server")
    [[ -z $full ]] || runs+=("Core.Tests with Full" "Worker.Tests with Full" "Api.Tests with Full" "EndToEnd.Tests with Full")
}

run_tests() {
    local run name project engine set only
    rm -rf "$results"
    mkdir -p "$results"
    for run in "${runs[@]}"; do
        echo "== $run"
        name=${run// /-}
        project=${run%% *}
        set=$PackageSet only=("$@")
        [[ $run != *" with Full" ]] || { set=Full && only=(--filter "${differs_in_full[$run]}"); }
        case $run in
            *" on PostgreSQL") engine=postgresql ;;
            *" on SQL Server") engine=sqlserver ;;
            *) engine="" ;;
        esac
        # A hang dump would write the tests' secrets to disk, slowly: the name of the test that hung is enough.
        if ! PackageSet=$set KENSHIN_TEST_ENGINE=$engine dotnet test "tests/$project/$project.csproj" -c Release --no-build --results-directory "$results/$name" \
            --blame-hang-timeout 10m --blame-hang-dump-type none \
            --logger "trx;LogFileName=$name.trx" "${only[@]}" </dev/null; then
            echo "$run" >>"$results/not-well"
        fi
    done
}

# Prints "outcome <TAB> test <TAB> message" for every test of a run.
results_of() {
    local name=${1// /-} sequence
    outcomes "$results/$name/$name.trx"
    # Only a run that was cut off (a crash, or nothing finished for ten minutes) leaves a sequence file: it names what still ran.
    for sequence in "$results/$name"/*/Sequence_*.xml; do
        [[ ! -e $sequence ]] || grep -o '<Test [^>]*Completed="False"[^>]*' "$sequence" \
            | sed -E 's/.*[ ]Name="([^"]*)".*/Failed\t\1\tThe test run was cut off while this test ran: it crashed, it hung, or another did beside it./'
    done
}

outcomes() {
    [[ -e $1 ]] || return 0
    awk '
        function attribute(tag, name,    at) {
            at = index(tag, " " name "=\"")
            if (at == 0) return ""
            tag = substr(tag, at + length(name) + 3)
            return substr(tag, 1, index(tag, "\"") - 1)
        }
        function plain(text) {
            gsub(/\r?\n|&#xD;|&#xA;/, " ", text)
            gsub(/[ \t]+/, " ", text)
            gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&quot;/, "\"", text); gsub(/&amp;/, "\\&", text)
            return text
        }
        function finish() {
            if (outcome != "") printf "%s\t%s\t%s\n", outcome, plain(test), plain(message)
            outcome = ""
        }
        BEGIN { RS = "<" }                                        # one record per tag and the text after it
        /^UnitTestResult / {
            finish()
            outcome = attribute($0, "outcome"); test = attribute($0, "testName"); message = ""
            if (outcome != "Passed") outcome = (outcome == "NotExecuted") ? "Skipped" : "Failed"
        }
        /^Message>/ { if (outcome != "") message = substr($0, 9) }
        /^\/Results>/ { finish() }
    ' "$1"
}

report() {
    local all="$results/outcomes.tsv" unexplained=() run passed failed skipped
    for run in "${runs[@]}"; do
        results_of "$run" | awk -F '\t' -v OFS='\t' -v how="${run#"${run%% *}"}" '{ $2 = $2 how; print }' >"$all.part"
        cat "$all.part" >>"$all"
        if grep -qsx "$run" "$results/not-well" && ! grep -q '^Failed' "$all.part"; then
            unexplained+=("$run")
        fi
        printf '%s: %d passed, %d failed, %d skipped\n' "$run" \
            "$(grep -c '^Passed' "$all.part" || true)" "$(grep -c '^Failed' "$all.part" || true)" "$(grep -c '^Skipped' "$all.part" || true)"
    done
    [[ -n ${KENSHIN_TEST_SQLSERVER:-} ]] || printf 'Skipped\tApi.Tests on SQL Server\tKENSHIN_TEST_SQLSERVER names no server.\n' >>"$all"
    [[ -n $full || $PackageSet == Full ]] || printf 'Skipped\tThe package set Full\tThe registry lacks its packages, or arguments were given.\n' >>"$all"

    echo
    awk -F '\t' '$1 == "Failed"  { print "FAILED   " $2 "\n         " $3 }' "$all"
    awk -F '\t' '$1 == "Skipped" { print "SKIPPED  " $2 "\n         " $3 }' "$all"
    passed=$(grep -c '^Passed' "$all" || true)
    failed=$(grep -c '^Failed' "$all" || true)
    skipped=$(grep -c '^Skipped' "$all" || true)
    ((${#unexplained[@]} == 0)) || fail "no test of ${unexplained[*]} failed, and yet the run did: see above"
    ((passed + failed > 0)) || fail "no test was executed"

    echo "$passed passed, $failed failed, $skipped skipped"
    ((failed == 0))
}

install_missing
build
build_other_set "$@"
start_postgresql
plan_runs
run_tests "$@"
report
