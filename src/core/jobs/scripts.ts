/**
 * The constant shell texts of jobs, for dash, bash and BusyBox ash. They hold neither single quotes nor backslashes nor
 * newlines, so that any login shell hands them to sh unchanged.
 *
 * A job is the folder `jetfleet-UID/ID` in /var/tmp, for its owner alone:
 *
 *     argv        the command for a reader, one line of at most 200 bytes
 *     at, boot    when it was claimed (seconds since 1970), and in which boot
 *     pid         pid, start time in clock ticks since boot, and process group of its wrapper: it was started
 *     out         standard output and error, both
 *     cut         there if output was dropped, for its size or for want of room
 *     tied        there if it ends when its user logs out
 *     stop, late  there if it was told to stop, by job_stop or for its time limit
 *     exit        exit code and time of the end, written by a rename
 */

/** Output kept of one job: a chatty program must not fill the disk that a board boots from. */
export const maxJobOutputBytes = 64 * 1024 * 1024;
const outputBlocks = maxJobOutputBytes / 512;
const keptJobs = 100;
const keptDays = 7;
/** Between TERM and KILL for a job that ran out of its time. */
const lateGraceSeconds = 5;

const bootId = '/proc/sys/kernel/random/boot_id';
const say = 'say() { echo "$1"; exit 0; }';
/**
 * `lives PID START` succeeds while that very process lives: a pid that was given to another one has another start time. Of none it
 * says no: /proc//stat is there.
 */
const lives =
  'lives() { l=; [ "$1" ] && read -r l </proc/$1/stat || return 1; t=$2; set -- ${l##*) } -; [ "${20}" = "$t" ] && [ "$1" != Z ]; } 2>/dev/null';

/**
 * Goes into the user's own folder of jobs. By the physical path, and owner looked at from inside: whoever can write to
 * /var/tmp may have put a link there. Argument 1 of `home`: `new` makes the folder.
 */
const home = [
  'home() { cd -P /var/tmp || return 1; b=$(pwd -P)/jetfleet-$(id -u)',
  'if [ "$1" = new ]; then mkdir "$b"; fi; cd -P "$b" && [ "$(pwd -P)" = "$b" ] && [ -O . ]; } 2>/dev/null',
].join('; ');

/** Ended jobs that are old, or more than are kept. */
const prune = [
  `for d in $(ls -t | tail -n +${String(keptJobs + 1)}) $(find . -mindepth 1 -maxdepth 1 -mtime +${String(keptDays - 1)})`,
  'do d=${d#./}; if [ -e "$d/exit" ] || [ "$(cat "$d/boot")" != "$n" ]; then rm -rf "./$d"; fi; done 2>/dev/null',
].join('; ');

/**
 * Where logind is told to end all that a user runs when he logs out, only a scope of its own outlives that: root may make
 * one, another user where he lingers. `p` is what makes it.
 */
const outlive = [
  'p=; if grep -Eqs "^KillUserProcesses=([yYtT1]|on)" /etc/systemd/logind.conf /etc/systemd/logind.conf.d/*.conf /run/systemd/logind.conf.d/*.conf /usr/lib/systemd/logind.conf.d/*.conf',
  'then if [ $(id -u) = 0 ]; then p="systemd-run --quiet --scope"; elif [ -e /var/lib/systemd/linger/$(id -un) ]; then p="systemd-run --user --quiet --scope"; else : >tied; fi; fi',
].join('; ');

/**
 * Claims the job's folder, starts the wrapper detached and prints one word: `started`, `already` (the folder was there, so
 * nothing was started), or why it is not started: `no-folder` (to work in), `foreign` (the folder of jobs is not the
 * user's), `no-room`, `not-started` (the wrapper gave no sign).
 * Arguments: the wrapper's text, the id, the folder to work in or `-`, `in` where standard input has the program's or `-`,
 * seconds it may take or `-`, and the program with its arguments.
 */
export const launchScript = [
  'umask 077; trap : HUP INT TERM; run=$1 id=$2 to=$3 in=$4 max=$5; shift 5',
  say,
  home,
  '[ "$to" = - ] || (cd "$to") 2>/dev/null || say no-folder',
  'home new || { if [ -e "$b" ] || [ -L "$b" ]; then say foreign; else say no-room; fi; }',
  'chmod 700 .; mkdir "$id" 2>/dev/null || { [ -d "$id" ] && say already; say no-room; }',
  `n=$(cat ${bootId}); cd "$id" || say no-room`,
  '{ echo "$n" >boot && date +%s >at && printf "%s " "$@" | tr -s "[:space:]" " " | head -c 200 >argv && : >out && mkfifo pipe',
  // Room for the exit code is taken now: there may be none at the end.
  '[ $? = 0 ] && printf "%40s" "" >exit.new && if [ "$in" = in ]; then cat >in; fi; } 2>/dev/null || { cd ..; rm -rf "$id"; say no-room; }',
  'set -- -c "$run" jetfleet-job "$id" "$to" "$in" "$max" "$@"',
  outlive,
  // In the foreground where setsid forks by itself: what a shell puts into the background ignores SIGINT for ever.
  '{ if setsid -f true; then $p setsid -f sh "$@" || { [ "$p" ] && : >tied && setsid -f sh "$@"; }; elif setsid true; then setsid sh "$@" & else trap "" HUP; sh "$@" & fi; } </dev/null >/dev/null 2>&1',
  'i=0; while [ ! -e pid ]; do [ $i -lt 200 ] || say not-started; i=$((i+1)); sleep 0.02; done',
  `cd ..; ${prune}; say started`,
].join('; ');

/** The wrapper of a job, in its folder and session. It outlives TERM, so that it can tell how the program ended. */
export const runScript = [
  'id=$1 to=$2 in=$3 max=$4; shift 4; trap : HUP INT TERM; export JETFLEET_JOB=$id',
  'exec 3<>pipe 4<pipe 5>pipe 3<&-; rm pipe',
  // A reader of its own bounds the output exactly, and goes on for what the program leaves behind.
  `{ trap "" HUP INT TERM 25; (ulimit -f ${String(outputBlocks)}; exec cat >>out) || : >cut; exec cat >/dev/null; } <&4 5>&- 2>/dev/null & d=$!; exec 4<&-`,
  'read -r l </proc/$$/stat; me() { g=$3; echo "$$ ${20} $3"; }; me ${l##*) } >pid.new; mv pid.new pid',
  `w=; if [ "$max" != - ]; then { trap "" HUP INT TERM; i=0; while [ $i -lt $max ]; do sleep 1; i=$((i+1)); done; : >late; kill -s TERM -- -$g; sleep ${String(lateGraceSeconds)}; kill -s KILL -- -$g; } 5>&- & w=$!; fi`,
  '(if [ "$in" = in ]; then exec <in; rm -f in; fi; if [ "$to" != - ]; then cd "$to"; else cd "${HOME:-/}" || cd /; fi; exec "$@") >&5 2>&5 5>&-; s=$?; exec 5>&-',
  // What is on its way into the file comes first; a daemon that holds the pipe open is not waited for.
  'i=0; while kill -0 $d && [ $i -lt 50 ]; do i=$((i+1)); sleep 0.02; done 2>/dev/null',
  'printf "%s %s " $s $(date +%s) 1<>exit.new; mv exit.new exit; if [ -n "$w" ] && [ ! -e late ]; then kill -s KILL $w; fi',
].join('; ');

/**
 * Prints lines `KEY VALUE` on one job, then `from OFFSET` and a piece of its output in base64; nothing where there is no such job.
 * Arguments: the id, the offset or `-` for the end, and how many bytes at most.
 */
export const statusScript = [
  home,
  lives,
  'home && cd "$1" 2>/dev/null || exit 0; p= s= g=; read -r p s g <pid',
  // First whether it lives, then its exit code: one that has gone in between has written it.
  'if lives "$p" "$s"; then echo alive yes; fi; echo found yes; echo "pid $p"',
  `for f in at boot argv exit; do v=; [ -e $f ] && read -r v <$f; echo "$f $v"; done; for f in stop late cut tied; do if [ -e $f ]; then echo "$f yes"; fi; done; echo now $(date +%s); read -r v <${bootId}; echo "nowboot $v"`,
  'n=$(wc -c <out); n=$((n)); o=$2; if [ "$o" = - ]; then o=$((n-$3)); if [ $o -lt 0 ]; then o=0; fi; fi; if [ "$o" -gt $n ]; then o=$n; fi; echo "size $n"; echo "from $o"',
  'tail -c +$((o+1)) out | head -c $3 | base64',
].join('; ');

/** Prints a line `ID|alive, claimed (not started) or -|exit or -|at|boot|stop, late or -|argv` for each job, newest first; then `SIZE ID/out` for each, and the boot. */
export const listScript = [
  home,
  lives,
  'home || exit 0; for d in $(ls -t); do p= s= g= a=- v= k=- e=- t= b=',
  'read -r p s g <$d/pid; if [ -z "$p" ]; then a=claimed; elif lives "$p" "$s"; then a=alive; fi; [ -e $d/exit ] && read -r e <$d/exit; read -r t <$d/at; read -r b <$d/boot; read -r v <$d/argv',
  'for f in late stop; do if [ -e $d/$f ]; then k=$f; fi; done; echo "$d|$a|$e|$t|$b|$k|$v"; done',
  `wc -c */out; read -r v <${bootId}; echo "boot $v $(date +%s)"`,
].join('; ');

/**
 * Ends a job: every process of its group, and those that left the group but bear its mark; TERM, and KILL after a grace.
 * Prints `stopped`, `ended` (nothing of it was left), `none` (no such job) or `survives`.
 * Arguments: the id, and the grace in seconds.
 */
export const stopScript = [
  say,
  home,
  lives,
  'id=$1 grace=$2; home && cd "$id" 2>/dev/null || say none; p= s= g=; read -r p s g <pid',
  `[ "$(cat boot)" = "$(cat ${bootId})" ] || say ended; ours=; if lives "$p" "$s"; then ours=$g; fi`,
  // The group is known by its leader. Once that is gone, its number may be another group's, and only the mark counts.
  'all() { sig=$1 any=1; if [ -n "$ours" ]; then for f in /proc/[0-9]*/stat; do l=; read -r l <$f; set -- ${l##*) } -; if [ "$3" = "$ours" ] && [ "$1" != Z ]; then any=0; fi; done; if [ $any = 0 ]; then kill -s $sig -- -$ours; fi; fi',
  'for f in $(grep -ls "JETFLEET_JOB=$id" /proc/[0-9]*/environ); do f=${f%/environ}; any=0; kill -s $sig ${f#/proc/}; done; return $any; } 2>/dev/null',
  'all 0 || say ended; : >stop; all TERM; i=0; while all 0 && [ $i -lt $((grace*5)) ]; do i=$((i+1)); sleep 0.2; done',
  'i=0; while all KILL; do i=$((i+1)); [ $i -lt 40 ] || say survives; sleep 0.1; done; say stopped',
].join('; ');
