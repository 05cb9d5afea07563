#!/usr/bin/env bash
# Writes the transcripts of docs/cli.md anew, from real runs of the jar against the sample's migrations:
#   mvn -q -DskipTests -pl migrator-cli -am package
#   docs/transcript.sh postgres://user:password@host/database
# The database must be empty and is left with what the verbs did to it; psql changes it from outside. What stands outside of the code blocks is kept:
# the names of this machine, its user and the database are replaced, and
# each block of docs/cli.md that begins with "$ migrator …" or "$ printf …" is replaced by that command and its output. What
# stands between "a run beside the script's" and "the script's runs again" needs other tables and a second terminal: it is kept.
set -euo pipefail
cd "$(dirname "$0")/.."

[ $# -eq 1 ] || { echo "usage: $0 DATABASE_URL" >&2; exit 2; }
export DATABASE_URL=$1
jar=$(ls "$PWD"/migrator-cli/target/migrator-cli-*-exec.jar)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/db"
cp -r sample-app/src/main/resources/db/migration "$work/db/migration"

# what a line of the document does before its command: changes of files that no verb makes
place=${DATABASE_URL##*@}
signal=
migrator() {
    # an interrupted one gets its signal when it has had time to begin
    ${signal:+timeout --preserve-status -s "$signal" 8} \
        java -XX:TieredStopAtLevel=1 -Duser.home="$work" -jar "$jar" "$@" 2>&1 \
        | sed -e "s#$(id -un)@$(hostname)#you@laptop#" -e "s#${place%%\?*}#localhost:5432/shop#g"
}

# another process, which holds the lock until it is told to finish
start() {
    java -jar "$jar" "$@" >/dev/null 2>&1 &
    echo $! >"$work/other"
    until java -jar "$jar" locks | grep -q ' running '; do :; done
}

finish() {
    kill "$(cat "$work/other")"
    while kill -0 "$(cat "$work/other")" 2>/dev/null; do sleep 0.2; done
}

run_block() {
    local line=$1 code=0
    echo "\$ $line"
    # the last line of a shell that ends has no end of its own
    (cd "$work" && eval "$line") </dev/null | sed -e '$a\' || code=$?
    signal=
    [ "$code" -eq 0 ] || echo "(exit code $code)"
}

while IFS= read -r text; do
    if [ "${skip:-no}" = yes ]; then
        [ "$text" = '```' ] || continue
        skip=no
    fi
    case $text in
        '<!-- a run beside the script'*) kept=yes ;;
        '<!-- the script'*) kept=no ;;
    esac
    if [ "${kept:-no}" = yes ]; then
        printf '%s\n' "$text"
        continue
    fi
    case $text in
        '<!-- run: '*' -->')
            hidden=${text#<!-- run: }
            (cd "$work" && eval "${hidden% -->}") >/dev/null 2>&1 </dev/null || true
            ;;
        '$ migrator deploy '*)
            # it needs a service: docs/endpoint.md has real runs
            ;;
        '<!-- signal: '*' -->')
            signal=${text#<!-- signal: }
            signal=${signal% -->}
            ;;
        '$ migrator '* | '$ printf '*)
            run_block "${text#\$ }"
            skip=yes
            continue
            ;;
    esac
    printf '%s\n' "$text"
done <docs/cli.md >"$work/cli.md"
cp "$work/cli.md" docs/cli.md
