#!/bin/bash
# What a crash, two nodes and a failed CREATE INDEX CONCURRENTLY leave behind, with each tool in its default settings.
#   mvn -q -DskipTests package && benchmarks/faults.sh postgresql://postgres:postgres@localhost:5432 [OURS FLYWAY LIQUIBASE]
# The server is one that may be spoilt: databases fault_* are dropped and made anew. Needs psql.
set -u
server=$1
shift
subjects=${*:-OURS FLYWAY LIQUIBASE}
limit=${LIMIT:-60}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
jdbc=$(sed -E 's#^postgres(ql)?://([^:]*):([^@]*)@(.*)$#jdbc:postgresql://\4/DB?user=\2\&password=\3#' <<< "$server")

ask() { psql -qAtX "$server/$1" -c "$2" 2>&1 | tr '\n' ' '; }

fresh() { # database
    ask postgres "DROP DATABASE IF EXISTS $1 WITH (FORCE)" > /dev/null
    ask postgres "CREATE DATABASE $1" > /dev/null
    rm -rf "$work/files" && mkdir -p "$work/files/formatted/files" "$work/files/plain"
    cat > "$work/files/formatted/changelog.xml" << 'XML'
<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.liquibase.org/xml/ns/dbchangelog
        http://www.liquibase.org/xml/ns/dbchangelog/dbchangelog-latest.xsd">
    <includeAll path="files/"/>
</databaseChangeLog>
XML
}

file() { # name, text, attributes of Liquibase's change set
    echo "$2" > "$work/files/plain/$1.sql"
    printf -- '--liquibase formatted sql\n--changeset fault:%s %s\n%s\n' "$1" "${3:-}" "$2" > "$work/files/formatted/files/$1.sql"
}

start() { # subject, database, output; like a service's start, with a limit instead of a person who loses patience
    local folder=plain
    [ "$1" = LIQUIBASE ] && folder=formatted/files
    # shellcheck disable=SC2046
    exec timeout -s KILL "$limit" java -Dliquibase.analytics.enabled=false -cp "$here/target/classes:$(cat "$here/target/classpath")" \
        dev.migrator.benchmarks.Child "$1" "$work/files/$folder" "${jdbc/DB/$2}" > "$3" 2>&1
}

told() { # exit code, seconds, output
    if [ "$1" = 0 ]; then
        echo "done in $2 s"
    elif [ "$1" = 137 ]; then
        echo "still waiting after $2 s, killed"
    else
        echo "failed with $1 after $2 s: $(reason "$3")"
    fi
}

reason() { # output: what the server said, else what the tool said
    { grep -m1 -oE 'ERROR: +[a-z].*' "$1" || grep -m1 -oE '[A-Z][A-Za-z]*Exception: .*' "$1"; } | cut -c1-200
}

again() { # subject, database
    local from=$SECONDS
    (start "$1" "$2" "$work/again")
    told $? $((SECONDS - from)) "$work/again"
}

kill_it() { # subject: SIGKILL in the middle of a migration, and the next start
    local db=fault_kill_${1,,}
    fresh "$db"
    file V1__log "CREATE TABLE log (k int);"
    file V2__slow "INSERT INTO log VALUES (2); SELECT pg_sleep(10);"
    file V3__last "INSERT INTO log VALUES (3);"
    (start "$1" "$db" "$work/first") &
    until [ "$(ask postgres "SELECT count(*) FROM pg_stat_activity WHERE datname = '$db' AND wait_event = 'PgSleep'")" = "1 " ]; do
        sleep 0.1
    done
    # the Java process below "timeout" below the sub-shell's place
    kill -9 "$(pgrep -P $!)" 2> /dev/null
    wait $! 2> /dev/null
    echo "$1, kill -9 in a migration, next start: $(again "$1" "$db"); log: $(ask "$db" "SELECT k FROM log ORDER BY k")"
}

two_nodes() { # subject: both find a CREATE INDEX CONCURRENTLY to do
    local db=fault_two_${1,,} from=$SECONDS first second a b
    fresh "$db"
    file V1__log "CREATE TABLE log (k int);"
    file V2__index "CREATE INDEX CONCURRENTLY log_k ON log (k);" "runInTransaction:false"
    (start "$1" "$db" "$work/first") & first=$!
    (start "$1" "$db" "$work/second") & second=$!
    wait $first 2> /dev/null; a=$?
    echo "$1, CREATE INDEX CONCURRENTLY, two nodes at once, one: $(told $a $((SECONDS - from)) "$work/first")"
    wait $second 2> /dev/null; b=$?
    echo "$1, CREATE INDEX CONCURRENTLY, two nodes at once, other: $(told $b $((SECONDS - from)) "$work/second")," \
        "index valid: $(ask "$db" "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('log_k')")"
    echo "$1, CREATE INDEX CONCURRENTLY, one more start: $(again "$1" "$db")"
}

failed_index() { # subject: a unique index fails on data, the data is mended, nothing else
    local db=fault_index_${1,,}
    fresh "$db"
    file V1__log "CREATE TABLE log (k int); INSERT INTO log VALUES (1), (1);"
    file V2__index "CREATE UNIQUE INDEX CONCURRENTLY log_k ON log (k);" "runInTransaction:false"
    echo "$1, unique index on a duplicate: $(again "$1" "$db")"
    ask "$db" "DELETE FROM log WHERE ctid = (SELECT max(ctid) FROM log)" > /dev/null
    echo "$1, data mended, next start: $(again "$1" "$db"); index valid:" \
        "$(ask "$db" "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('log_k')")"
}

for subject in $subjects; do
    for case in ${CASES:-kill_it two_nodes failed_index}; do
        $case "$subject"
    done
done
