#!/bin/sh
# Write .env for compose.yaml: the public address, and a random password for each role of the database.
# Usage: sh compose-env.sh https://shops.example [FILE]
set -eu
umask 077
address=${1:-} file=${2:-.env}
case $address in
  http://?* | https://?*) ;;
  *) echo "usage: sh compose-env.sh https://shops.example [FILE]" >&2; exit 2 ;;
esac
case $address in *[!A-Za-z0-9:/.-]*) echo "$address is no address of a server." >&2; exit 2 ;; esac

# 192 random bits in hexadecimal: nothing that a URL, a shell or SQL would read in another way.
random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

draft=$file.draft.$$
trap 'rm -f "$draft"' EXIT
cat > "$draft" <<END
MTC_PUBLIC_URL=$address
MTC_DB_SUPERUSER_PASSWORD=$(random)
MTC_DB_OWNER_PASSWORD=$(random)
MTC_DB_APP_PASSWORD=$(random)
END
# Linked, not moved: the passwords of a database that exists are never replaced.
if ! ln "$draft" "$file" 2> /dev/null; then
  echo "$file exists: the database may have its passwords. Delete it only together with the volumes." >&2
  exit 1
fi
echo "$file holds the passwords, readable by you alone. Keep a copy in a password safe."
