#!/usr/bin/env bash
# The one test command: installs what is missing, builds, and runs every test.
#   ./test.sh                     everything
#   ./test.sh --filter Outbox     arguments go to `dotnet test`
#   PACKAGE_SET=Full ./test.sh    with the other package set (docs/architecture.md, "Package sets")
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
    "/usr/lib/postfix/sbin/master postfix"
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc fonts-noto-cjk"
)

fail() {
    echo "test.sh: $*" >&2
    exit 1
}

install_missing() {
    local missing=() need
    for need in "${needs[@]}"; do
        [[ -e "${need% *}" ]] || missing+=("${need#* }")
    done
    ((${#missing[@]} > 0)) || return 0

    echo "Installing from Debian: ${missing[*]}"
    ((EUID == 0)) || fail "missing: ${missing[*]}. Install them, or run this once as root."

    # A package must not start a service here (Postfix would): the tests start their own and end it again.
    # The file is Debian's own way to say so; one that exists already belongs to the machine and stays.
    local policy=/usr/sbin/policy-rc.d
    if [[ ! -e $policy ]]; then
        trap 'rm -f /usr/sbin/policy-rc.d' EXIT
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

    if [[ $(trap -p EXIT) ]]; then
        rm -f "$policy"
        trap - EXIT
    fi
}

build() {
    local locked=(--locked-mode)
    [[ $PackageSet == Full ]] && locked=()
    dotnet restore "${locked[@]}" || fail "restore failed"
    dotnet build -c Release --no-restore || fail "build failed"
}

# ---- running, one project after the other: they share the browser and two cores ----
run_tests() {
    local project name
    rm -rf "$results"
    mkdir -p "$results"
    for project in tests/*.Tests/*.csproj; do
        name=$(basename "$project" .csproj)
        echo "== $name"
        # A hang dump would write the tests' secrets to disk, slowly: the name of the test that hung is enough.
        if ! dotnet test "$project" -c Release --no-build --results-directory "$results/$name" \
            --blame-hang-timeout 10m --blame-hang-dump-type none \
            --logger "trx;LogFileName=$name.trx" "$@" </dev/null; then
            echo "$name" >>"$results/not-well"
        fi
    done
}

# Prints "outcome <TAB> test <TAB> message" for every test of a project.
results_of() {
    local name=$1 sequence
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
    local all="$results/outcomes.tsv" unexplained=() project name passed failed skipped
    for project in tests/*.Tests/*.csproj; do
        name=$(basename "$project" .csproj)
        results_of "$name" >"$all.part"
        cat "$all.part" >>"$all"
        if grep -qsx "$name" "$results/not-well" && ! grep -q '^Failed' "$all.part"; then
            unexplained+=("$name")
        fi
    done

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
run_tests "$@"
report
