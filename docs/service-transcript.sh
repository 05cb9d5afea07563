#!/usr/bin/env bash
# Writes the transcripts of docs/endpoint.md and docs/deploy/README.md anew, from real runs of the sample's jar and the
# command line's:
#   mvn -q -DskipTests -pl sample-app,migrator-cli -am package
#   docs/service-transcript.sh postgres://user:password@host/database_one postgres://user:password@host/database_two
# Both databases must be empty. Each block that begins with "$ " is replaced by that command and its output; the names of
# this machine are replaced too. Needs curl, jq and psql, and nothing else on port 8080.
set -euo pipefail
cd "$(dirname "$0")/.."

[ $# -eq 2 ] || { echo "usage: $0 DATABASE_URL DATABASE_URL" >&2; exit 2; }
export DEVELOPER_KEY=transcript-of-the-endpoint
sample=$(ls "$PWD"/sample-app/target/sample-app-*-SNAPSHOT.jar)
cli=$(ls "$PWD"/migrator-cli/target/migrator-cli-*-exec.jar)
work=$(mktemp -d)
service=
end() {
    [ -z "$service" ] || kill "$service" 2>/dev/null || true
    rm -rf "$work"
}
trap end EXIT

java() {
    [ "$1 $2" != "-jar app.jar" ] || set -- -jar "$sample" "${@:3}"
    command java -XX:TieredStopAtLevel=1 "$@"
}
# only the deployment's step is without the database's address
migrator() {
    [ "$1" != deploy ] || local -x DATABASE_URL=
    [ -n "$DATABASE_URL" ] || unset DATABASE_URL
    java -jar "$cli" "$@" ${DATABASE_URL:+--locations "$work/more"}
}

tidy() {
    local place=${DATABASE_URL##*@}
    sed -e "s#$(id -un)@$(hostname)#you@laptop#g" -e "s#${place%%\?*}#localhost:5432/loyalty#g" -e "s#$work/##g" \
        -e "s#$PWD/##g"
}

run_block() {
    local code=0
    echo "\$ $1"
    (cd "$work" && eval "$1") </dev/null 2>&1 | tidy || code=${PIPESTATUS[0]}
    [ "$code" -eq 0 ] || echo "(exit code $code)"
}

rewrite() {
    local skip=no hidden
    while IFS= read -r text; do
        if [ "$skip" = yes ]; then
            [ "$text" = '```' ] || continue
            skip=no
        fi
        case $text in
            '<!-- run: '*' -->')
                hidden=${text#<!-- run: }
                (cd "$work" && eval "${hidden% -->}") >/dev/null 2>&1 </dev/null
                ;;
            '$ '*)
                run_block "${text#\$ }"
                skip=yes
                continue
                ;;
        esac
        printf '%s\n' "$text"
    done <"$1" >"$work/rewritten.md"
    cp "$work/rewritten.md" "$1"
}

mkdir "$work/more"
export DATABASE_URL=$1
rewrite docs/deploy/README.md

export DATABASE_URL=$2
# no function, and no shell around it: the end of the script has to reach the process itself
command java -XX:TieredStopAtLevel=1 -jar "$sample" --management.endpoint.migrations.access=unrestricted \
    "--migrator.locations=classpath*:db/migration/,filesystem:$work/more" >"$work/service.log" 2>&1 &
service=$!
curl -s -o /dev/null --retry 60 --retry-delay 1 --retry-connrefused --fail localhost:8080/actuator/health/readiness \
    || { cat "$work/service.log" >&2; exit 1; }
echo 'ALTER TABLE customers ADD COLUMN motto text;' >"$work/more/20260201-motto.sql"
rewrite docs/endpoint.md
