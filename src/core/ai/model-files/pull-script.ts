import { writeSidecar } from './sidecar.js';

/**
 * The constant shell texts of a download, without single quotes, backslashes and newlines, as every text that a login shell passes on.
 * Redirects are followed here and not by curl or wget: each host is looked up, must lead to public addresses only, and curl is
 * held to the one that was looked at. Address and token reach curl by its standard input, so that no list of processes shows them.
 */
const addresses = [
  'end() { echo "jetfleet-end $*"; exit 3; }',
  'pub() { case $1 in *:*) case $1 in 2001:0:*|2001::*|2001:db8:*|2002:*) return 1;; [23]???:*) return 0;; esac; return 1;; esac',
  'case $1 in 0.*|10.*|127.*|169.254.*|172.1[6-9].*|172.2[0-9].*|172.3[01].*|192.168.*|192.0.0.*|192.0.2.*|198.1[89].*|198.51.100.*|203.0.113.*) return 1;; esac',
  'case $1 in 100.6[4-9].*|100.[7-9][0-9].*|100.1[01][0-9].*|100.12[0-7].*|22[4-9].*|23[0-9].*|24[0-9].*|25[0-5].*) return 1;; *.*.*.*) return 0;; esac; return 1; }',
  // A proxy looks names up by itself.
  'host() { h=${u#https://}; [ "$h" != "$u" ] || end not-https; h=${h%%[/?#]*}; h=${h%:443}; case $h in ""|.*|-*|*[!a-zA-Z0-9.-]*) end bad-host;; esac; case $u in *[![:graph:]]*) end bad-host;; esac',
  'a=; for x in $(getent ahosts "$h" | while read -r x y; do echo "$x"; done); do pub "$x" || end private; a=${a:-$x}; done; [ "$a$https_proxy$HTTPS_PROXY$all_proxy$ALL_PROXY" ]; }',
].join('; ');

const quote = 'q=$(awk -v c=%c "BEGIN { printf c, 34 }")';

const requests = [
  'if command -v curl >/dev/null; then by=curl; elif command -v wget >/dev/null; then by=wget; else end no-program; fi',
  // Whatever was named as the token's file: only what looks like a hub's token leaves the device, and only for the hub.
  'k=; if [ "$tok" != - ]; then { read -r k <"$tok"; } 2>/dev/null; case $k in hf_*[!a-zA-Z0-9]*) end bad-token;; hf_?*) ;; *) end bad-token;; esac; fi',
  'sends() { [ "$k" ] && [ "$h" = huggingface.co ]; }',
  'viacurl() { case $a in "") ;; *:*) set -- --resolve "$h:443:[$a]" "$@";; *) set -- --resolve "$h:443:$a" "$@";; esac',
  '{ printf "url = %s" "$u"; echo; if sends; then echo "header = ${q}Authorization: Bearer $k$q"; fi; } | curl --disable --silent --show-error --globoff --proto =https --connect-timeout 20 "$@" --config -; }',
  'viawget() { if sends; then echo "header = Authorization: Bearer $k" | wget --config=/dev/stdin "$@" "$u"; else wget --no-config "$@" "$u"; fi; }',
  'heads() { if [ $by = curl ]; then viacurl --range 0-0 --max-filesize 1048576 --max-time 20 --output /dev/null --dump-header -; else viawget --tries=1 --timeout=20 --max-redirect=0 --spider --server-response 2>&1; fi; echo; }',
  // Of the answer: its code, where it leads to, how long the whole is, and the hash that the hub tells.
  'ask() { heads 2>/dev/null | { c=0 l=- n=- e=-; while read -r x y; do y=${y%[![:graph:]]}; case $x in HTTP/*) c=${y%% *} n=-;; [Ll]ocation:) l=$y;; [Cc]ontent-[Rr]ange:) n=${y##*/};; [Cc]ontent-[Ll]ength:) [ "$c" != 200 ] || n=$y;; ' +
    '[Xx]-[Ll]inked-[Ee]tag:) e=$(echo "$y" | tr -dc 0-9a-f);; esac; done; echo "${c:-0} ${l:--} ${n:--} ${e:--}"; }; }',
  // Answers 1 for what may be better a little later.
  'hops() { u=$url i=0 hash=-; set -f; while :; do i=$((i+1)); [ $i -le 6 ] || end redirects; host || return 1; set -- $(ask); case $1 in 200|206) break;; 30[1-8]) case $2 in -) end refused;; /*) u=https://$h$2;; *) u=$2;; esac',
  'if [ "$h" = huggingface.co ] && [ ${#4} = 64 ]; then hash=$4; fi;; 401|403) end denied;; 404|410) end missing;; 0|408|429|5*) return 1;; *) end refused;; esac; done',
  'if [ "$h" = huggingface.co ] && [ ${#4} = 64 ]; then hash=$4; fi; case $3 in *[!0-9]*|"") ;; *) if [ "$size" = - ]; then size=$3; elif [ "$size" != "$3" ]; then end other-size; fi;; esac; if [ "$sha" = - ]; then sha=$hash; fi; }',
].join('; ');

const start = 'umask 022; export LC_ALL=C; url=$1 p=$2 sha=$3 size=$4 tok=$5 side=$6 t=$2.jetfleet-part d=${2%/*}';

/** Only asks how long a file is and what its hash is. Arguments as of the other. */
export const offerScript = [
  start,
  addresses,
  quote,
  requests,
  'hops || end unreachable; echo "jetfleet-end offer $size $sha"',
].join('; ');

/** Between what a download may leave free of a disk, and the size it may have where that is not known. */
const spareKb = 1_000_000;

/** Loads a file. Arguments: its address, its path, its SHA-256 or `-`, its size or `-`, the file of the token or `-`, its sidecar's template. */
export const pullScript = [
  start,
  addresses,
  quote,
  requests,
  writeSidecar,
  'have() { if [ -f "$t" ]; then stat -c %s "$t"; else echo 0; fi; }; sum() { s=$(sha256sum <"$1"); echo "${s%% *}"; }',
  'fin() { ok=true; if [ "$sha" = - ]; then sha=$got ok=false; fi; sidecar || end no-write; echo "jetfleet-end ok $sha"; exit 0; }',
  'mkdir -p "$d" || end no-write; if [ -L "$t" ]; then rm -f "$t"; fi; tries=0; until hops; do tries=$((tries+1)); [ $tries -lt 4 ] || end unreachable; sleep $((tries*3)); done',
  'if [ -e "$p" ]; then echo "jetfleet-hashing"; got=$(sum "$p"); [ "$got" = "$sha" ] || end exists; fin; fi',
  // What a cut download of something else left cannot be told from this one's without a hash.
  'if [ "$sha" = - ]; then rm -f "$t"; fi; set -- $(df -Pk "$d" | tail -n 1); shift $(($#-3)); room=$(($1-' +
    String(spareKb) +
    '+$(have)/1024)); if [ "$size" = - ]; then most=$room; else most=$((size/1024+1)); fi; [ $most -le $room ] && [ $most -gt 0 ] || end no-room',
  'get() { if [ $by = curl ]; then viacurl --fail --continue-at - --speed-limit 1000 --speed-time 60 --output "$t"; else viawget --quiet --tries=1 --timeout=60 --max-redirect=0 --continue --output-document "$t"; fi; }',
  'tries=0; while :; do was=$(have); if [ "$size" != - ]; then if [ $was = $size ]; then break; elif [ $was -gt $size ]; then rm -f "$t"; was=0; fi; fi',
  '(ulimit -f $((most*2)); get); s=$?; now=$(have); if [ $s = 0 ]; then break; fi; case $by$s in curl23|curl153|wget3|wget153) end no-write;; curl33) rm -f "$t";; esac',
  'if [ $now -gt $was ]; then tries=0; else tries=$((tries+1)); fi; [ $tries -lt 6 ] || end cut; sleep $((tries*tries*2+1)); hops || sleep 5; done',
  'if [ "$size" != - ] && [ $(have) != $size ]; then rm -f "$t"; end damaged; fi; echo "jetfleet-hashing"; got=$(sum "$t"); if [ "$sha" != - ] && [ "$got" != "$sha" ]; then rm -f "$t"; end damaged; fi',
  '[ ! -e "$p" ] || end exists; sync "$t"; mv -f "$t" "$p" || end no-write; fin',
].join('; ');
