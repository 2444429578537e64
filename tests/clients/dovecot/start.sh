#!/bin/sh
# Dovecot's files name users and secrets letter by letter, so they are written for each run.
set -eu

# As root it has the users of its package; anyone else runs all of it alone.
if [ "$(id -u)" = 0 ]; then
    login=dovenull internal=dovecot group=dovecot mail=nobody
else
    login=$(id -un) internal=$login group=$(id -gn) mail=$login
fi
mkdir -m 777 "$WORK/mail"

for file in dovecot.conf oauth2.conf; do
    sed -e "s|{WORK}|$WORK|g" -e "s|{PORT}|$PORT|" -e "s|{CA_FILE}|$CA_FILE|" \
        -e "s|{LOGIN_USER}|$login|" -e "s|{INTERNAL_USER}|$internal|" -e "s|{INTERNAL_GROUP}|$group|" \
        -e "s|{MAIL_UID}|$(id -u "$mail")|" -e "s|{MAIL_GID}|$(id -g "$mail")|" \
        -e "s|{INTROSPECTION_URL}|https://$CLIENT_ID:$CLIENT_SECRET@${ISSUER#https://}/connect/introspect|" \
        "$file" >"$WORK/$file"
done
chmod 711 "$WORK"
chmod 644 "$WORK/oauth2.conf"
exec /usr/sbin/dovecot -F -c "$WORK/dovecot.conf"
