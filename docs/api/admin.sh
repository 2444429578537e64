#!/usr/bin/env bash
# An admin script on /v1, with curl and jq: lists all accounts, then makes, changes and deletes one.
#   SERVER=https://id.example.com ADMIN_EMAIL=ada@example.com ADMIN_PASSWORD=... ./admin.sh
set -euo pipefail
umask 077
server=${SERVER:-http://localhost:5080}
: "${ADMIN_EMAIL:?}" "${ADMIN_PASSWORD:?}"
export ADMIN_EMAIL ADMIN_PASSWORD
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
touch "$folder/authorization"

# call METHOD ADDRESS [OPTION...]: leaves the answer in $folder/body and $folder/headers; a refusal is told and ends the script.
# Passwords and tokens travel in files and pipes: everybody on a machine can read a command line.
call() {
    local method=$1 address=$2
    shift 2
    # --retry waits as Retry-After says (429, 503).
    curl --silent --show-error --fail-with-body --retry 3 --request "$method" --header @"$folder/authorization" \
        --dump-header "$folder/headers" --output "$folder/body" "$@" "$address" ||
        { jq --raw-output '"\(.title): \(.detail) \(.errors // "")"' "$folder/body" >&2; return 1; }
}

json=(--header 'Content-Type: application/json' --data @-)
header() { sed -n "s/^$1: *//Ip" "$folder/headers" | tr -d '\r'; }

# Rights over accounts are given only when they are asked for.
jq --null-input '{email: env.ADMIN_EMAIL, password: env.ADMIN_PASSWORD, scope: "users:read users:write"}' | call POST "$server/v1/auth/login" "${json[@]}"
jq --raw-output '"Authorization: Bearer \(.access_token)"' "$folder/body" >"$folder/authorization"
# Whatever happens from here on: no session stays behind.
trap 'call POST "$server/v1/auth/logout"; rm -r "$folder"; echo "Logged out"' EXIT

# Page by page: the header Link has the next address until there is none.
page="$server/v1/users?limit=100" count=0
while [[ -n $page ]]; do
    call GET "$page"
    count=$((count + $(jq '.users | length' "$folder/body")))
    page=$(header Link | sed -n 's/.*<\([^>]*\)>; rel="next".*/\1/p')
done
echo "There are $count accounts"

# An Idempotency-Key of its own makes the request safe to repeat.
key=$(</proc/sys/kernel/random/uuid)
jq --null-input --arg email "script-$key@example.com" '{email: $email, first_name: "Sam", last_name: "Script"}' |
    call POST "$server/v1/users" "${json[@]}" --header "Idempotency-Key: $key"
account=$(header Location)
echo "Made $(jq --raw-output .email "$folder/body")"

# A change names the version that it is based on: 412 when somebody else was faster.
call GET "$account"
version=$(header ETag)
jq --null-input '{first_name: "Samantha"}' | call PATCH "$account" "${json[@]}" --header "If-Match: $version"
echo "Renamed to $(jq --raw-output .first_name "$folder/body")"

call DELETE "$account" --header "If-Match: $(header ETag)"
echo 'Deleted'
