#!/bin/sh
# access.sh - who may do what (docs/ACCESS.md): passwords, rules, SCRAM, certificates.
#
# mosquitto's clients and plumb-client log in rightly and wrongly, by password, by
# SCRAM and by certificate; what the rules allow arrives and what they deny does not.
set -u
cd "$(dirname "$0")/../.."
. ci/interop/broker.sh
ci/certificates || exit 1
certs=$PWD/build/certificates
bin=${OUT:-build}/bin
client=$bin/plumb-client

# refused WORD COMMAND... : it fails and says WORD.
refused() {
    word=$1
    shift
    "$@" >"$WORK/refused" 2>&1 && { echo "was accepted: $*"; return 1; }
    grep -qi -- "$word" "$WORK/refused" || { cat "$WORK/refused"; return 1; }
}
pub() { timeout 20 mosquitto_pub -p "$PORT" "$@"; }
scram() { # METHOD USER PASSWORD OPTION...
    method=$1 user=$2
    printf '%s' "$3" >"$WORK/password"
    shift 3
    timeout 20 "$client" pub -p "$PORT" --auth-method "$method" -u "$user" \
        --password-file "$WORK/password" -q 1 -t a -m b "$@"
}

# --- the file ------------------------------------------------------------------------

passwd() { timeout 20 "$bin/plumb-broker" passwd "$@"; }
file=$WORK/passwords
check 'a user is added' sh -c "echo secret | '$bin/plumb-broker' passwd '$file' ann"
check 'another one, for SCRAM too' \
    sh -c "echo hidden | '$bin/plumb-broker' passwd --scram=4096 '$file' bob"
check 'and one who leaves' sh -c "echo gone | '$bin/plumb-broker' passwd '$file' eve"
check 'the file is its owner'"'"'s' test "$(stat -c %a "$file")" = 600
check 'no password stands in it' sh -c "! grep -q 'secret\|hidden\|gone' '$file'"
check 'a user is deleted' passwd -D "$file" eve
check 'a user who is not there' refused eve passwd -D "$file" eve
check 'a password on the command line is no argument' refused 'nothing more' \
    passwd "$file" ann secret
check 'no password at all' refused 'password' sh -c ": | '$bin/plumb-broker' passwd '$file' ann"
check 'a name that the file cannot hold' refused 'a:b' sh -c \
    "echo x | '$bin/plumb-broker' passwd '$file' a:b"

# --- passwords -----------------------------------------------------------------------

start_reference --password-file "$file" --allow-anonymous=0
for version in mqttv31 mqttv311 mqttv5; do
    check "$version: right" pub -V $version -q 1 -u ann -P secret -t a -m b
    check "$version: wrong" refused 'bad user\|not auth' \
        pub -V $version -u ann -P guess -t a -m b
    check "$version: unknown user" refused 'bad user\|not auth' \
        pub -V $version -u nobody -P secret -t a -m b
    check "$version: no user" refused 'not auth\|bad user' pub -V $version -t a -m b
    check "$version: deleted user" refused 'bad user\|not auth' \
        pub -V $version -u eve -P gone -t a -m b
    check "$version: no password" refused 'bad user\|not auth' \
        pub -V $version -u ann -t a -m b
done

# --- SCRAM ---------------------------------------------------------------------------

for method in SCRAM-SHA-256 SCRAM-SHA-512; do
    check "$method: right" scram $method bob hidden
    check "$method: wrong" refused 'not authorized' scram $method bob guess
    check "$method: unknown user" refused 'not authorized' scram $method nobody hidden
    check "$method: a user without it" refused 'not authorized' scram $method ann secret
done
check 'a method that the client does not know' refused 'SCRAM-SHA-1' \
    scram SCRAM-SHA-1 bob hidden
check 'who may use SCRAM may say the password, too' pub -q 1 -u bob -P hidden -t a -m b

# --- rules ---------------------------------------------------------------------------

cat >"$WORK/rules" <<'RULES'
deny  all       admin/#
allow publish   in/%u/#
allow subscribe in/+/data
allow all       "tea room/#" client kettle
allow subscribe $SYS/broker/version
RULES
listens() { # VERSION FILTER OPTION... : subscribes, and says so
    version=$1 filter=$2
    shift 2
    : >"$WORK/sub"
    stdbuf -oL mosquitto_sub -p "$PORT" -u ann -P secret -d -V "$version" -q 1 -t "$filter" \
        -W 20 "$@" >"$WORK/sub" 2>&1 &
    SUB=$!
    wait_for 10 grep -qi 'subscribed' "$WORK/sub" || { cat "$WORK/sub"; return 1; }
}
arrives() { # VERSION
    listens "$1" in/ann/data -C 1 -F '>%p' || return 1
    pub -V "$1" -u ann -P secret -q 1 -t admin/x -m no
    pub -V "$1" -u ann -P secret -q 1 -t in/ann/data -m yes
    wait $SUB && grep -q '^>yes$' "$WORK/sub" || { cat "$WORK/sub"; return 1; }
}
subscribes() { # VERSION FILTER OPTION... : granted, or mosquitto_sub says why not
    version=$1 filter=$2
    shift 2
    timeout 20 mosquitto_sub -p "$PORT" -u ann -P secret -V "$version" -q 1 -t "$filter" -E "$@" \
        >"$WORK/granted" 2>&1
    status=$?
    cat "$WORK/granted"
    [ $status -eq 0 ] && ! grep -qi "denied\|reject" "$WORK/granted"
}
denied() { # VERSION FILTER
    ! subscribes "$@" >"$WORK/said" && grep -qi "denied\|not authorized" "$WORK/said"
}
nothing_comes() { # to a filter that was granted
    listens mqttv5 admin/x -F '>%p' || return 1
    pub -V mqttv5 -u ann -P secret -q 1 -t admin/x -m no
    pub -V mqttv5 -u ann -P secret -q 1 -t in/ann/data -m yes
    kill $SUB; wait $SUB
    ! grep -q '^>' "$WORK/sub"
}
kettle() { pub -i kettle -u ann -P secret -V mqttv5 -q 1 -t 'tea room/water' -m hot; }
start_reference --password-file "$file" --acl "$WORK/rules"
for version in mqttv31 mqttv311 mqttv5; do
    check "$version: what is allowed arrives, what is denied does not" arrives $version
done
check 'told: PUBACK 0x87' refused 'not authorized' \
    timeout 20 "$client" pub -p "$PORT" -u ann -P secret -q 1 -t admin/x -m no
check 'told: PUBREC 0x87' refused 'not authorized' \
    timeout 20 "$client" pub -p "$PORT" -u ann -P secret -q 2 -t in/bob/x -m no
check 'told: 3.1.1 is acknowledged' pub -V mqttv311 -u ann -P secret -q 2 -t admin/x -m no
check 'told: SUBACK 0x87' denied mqttv5 admin/x
check 'told: SUBACK 0x80' denied mqttv311 '#'
check 'a filter is allowed' subscribes mqttv5 in/+/data
check 'a client by its identifier' kettle
check 'a will that is denied' refused 'not authorized' timeout 20 mosquitto_sub \
    -p "$PORT" -V mqttv5 -u ann -P secret -t in/ann/data --will-topic admin/x --will-payload x -W 2

start_reference --password-file "$file" --acl "$WORK/rules" \
    --variant forbidden_publish=silent --variant forbidden_subscribe=silent
check 'silent: PUBLISH is acknowledged' \
    timeout 20 "$client" pub -p "$PORT" -u ann -P secret -q 2 -t admin/x -m no
check 'silent: a filter is granted' subscribes mqttv5 admin/x
check 'silent: and nothing comes' nothing_comes
check 'silent: what is allowed arrives' arrives mqttv5

start_reference --password-file "$file" --acl "$WORK/rules" \
    --variant forbidden_publish=closes --variant forbidden_subscribe=closes
check 'closes: 5.0, PUBLISH' refused 'not authorized' \
    timeout 20 "$client" pub -p "$PORT" -u ann -P secret -q 1 -t admin/x -m no
check 'closes: 5.0, SUBSCRIBE' refused 'not authorized' \
    timeout 20 "$client" sub -p "$PORT" -u ann -P secret -t admin/x -W 5
check 'closes: 3.1.1, PUBLISH' refused 'ended\|closed\|lost' \
    timeout 20 "$client" pub -p "$PORT" -V 3.1.1 -u ann -P secret -q 1 -t admin/x -m no

# --- certificates --------------------------------------------------------------------

cat >"$WORK/rules" <<'RULES'
allow all of/%u user ann
RULES
start_reference --listen mqtts://127.0.0.1:0 --tls-cert "$certs/server.pem" \
    --tls-key "$certs/server.key" --tls-ca "$certs/ca.pem" --tls-require-client-cert \
    --tls-subject-as-user --acl "$WORK/rules"
PORT=$(awk '$1 == "mqtts" { print $2 }' "$WORK/port")
tls() { timeout 20 mosquitto_pub -h localhost -p "$PORT" --cafile "$certs/ca.pem" "$@"; }
ann() { tls --cert "$certs/client.pem" --key "$certs/client.key" "$@"; }
check 'the common name is the user' ann -V mqttv311 -q 1 -t of/ann -m x
check 'and the rules know it (5.0)' "$client" pub --url "mqtts://localhost:$PORT" \
    --cafile "$certs/ca.pem" --cert "$certs/client.pem" --key "$certs/client.key" \
    -q 1 -t of/ann -m x
check 'for nothing else' refused 'not authorized' timeout 20 "$client" pub \
    --url "mqtts://localhost:$PORT" --cafile "$certs/ca.pem" --cert "$certs/client.pem" \
    --key "$certs/client.key" -q 1 -t of/bob -m x
check 'the user name that CONNECT says counts for nothing' refused 'not authorized' timeout 20 "$client" \
    pub --url "mqtts://localhost:$PORT" --cafile "$certs/ca.pem" --cert "$certs/client.pem" \
    --key "$certs/client.key" -u bob -P x -q 1 -t of/bob -m x
check 'no certificate' refused 'error' tls -t of/ann -m x
check 'the certificate of a stranger' refused 'error\|unknown ca' \
    tls --cert "$certs/stranger.pem" --key "$certs/stranger.key" -t of/ann -m x
check 'a certificate whose time is over' refused 'error\|expired' \
    tls --cert "$certs/expired.pem" --key "$certs/expired.key" -t of/ann -m x
finish
