/**
 * The constant shell texts that run on a device. They hold neither single quotes nor backslashes nor newlines, so that
 * any login shell (fish and csh too) hands them to /bin/sh unchanged.
 */

/** Tools of a Jetson that a non-interactive login does not find by itself. */
const morePath = '/usr/local/sbin:/usr/sbin:/sbin:/usr/local/cuda/bin:/usr/src/tensorrt/bin';

/** Plain messages and a PATH with the system's and CUDA's programs. */
export const environment = `export LC_ALL=C LANG=C PATH="\${PATH:-/usr/local/bin:/usr/bin:/bin}:${morePath}"`;

/** Sets `sid`: sshd gives each channel a session of its own, so it names all that a channel started. */
const findSession = 'l=; read -r l </proc/$$/stat; set -- ${l##*) } -; sid=$4';

/**
 * `all SIGNAL` signals every process of the session but the ones that do it, and succeeds if there was one.
 * By session, not by group: `timeout` and the like make groups of their own.
 */
const signalAll = [
  'all() { sig=$1; any=1; read -r me l </proc/self/stat',
  'for f in /proc/[0-9]*/stat; do l=; read -r l <$f; p=${l%% *}; set -- ${l##*) } -',
  'if [ "$4" = "$sid" ] && [ "$1" != Z ] && [ $p != $me ] && [ $p != $$ ] && [ $p != $PPID ]; then any=0; kill -$sig $p; fi; done; return $any; } 2>/dev/null',
].join('; ');

/** Kills until nothing is left; 3 where something survives (a process in uninterruptible sleep). */
const killAll = 'finish() { i=0; while all KILL; do i=$((i+1)); [ $i -gt 20 ] && exit 3; sleep 0.05; done; exit 0; }';

/** Between TERM and KILL. */
const graceSeconds = 2;

/** Ends the session, first politely; the supervisor itself only learns of it. */
const stop = `trap "" TERM; kill -TERM $$; all TERM; sleep ${String(graceSeconds)}; all KILL`;
const watch = `read -r l <&3; ${stop}`;

/**
 * Runs its arguments 3... as a program, in the session that sshd made for the channel, and exits with its code.
 * Argument 1: `-`, or how many bytes of standard input are the program's (a newline follows them, then nothing).
 * Argument 2: `-`, or a word to print on standard error before anything else.
 * The end of standard input means: stop it. Then it exits with 0 once every process of the session is gone.
 */
export const supervisor = [
  environment,
  'exec 3<&0 </dev/null',
  'n=$1 m=$2; shift 2; l=; read -r l </proc/$$/stat; l=${l##*) }; l=${l#* * * }; sid=${l%% *}',
  signalAll,
  killAll,
  // On a cut link the shell's own message about a killed program would be written to nobody.
  'k=; trap k=1 TERM; trap : PIPE',
  'if [ "$m" != - ]; then echo "$m" >&2; fi',
  // A foreground program, and the watcher in the background: a background one would ignore SIGINT for ever.
  `if [ "$n" = - ]; then { ${watch}; } >/dev/null 2>&1 & w=$!; (exec "$@" 3<&-); s=$?`,
  // The pipe stays open until all bytes have come, so that a program never takes a cut-off input for a whole one.
  `else { read -r p l </proc/self/stat; echo $p; head -c $n <&3; if read -r l <&3; then exec >/dev/null; read -r l <&3; fi; ${stop}; } 2>/dev/null | { trap k=1 TERM; read -r w; (exec "$@" 3<&-); s=$?; if [ -n "$k" ]; then all KILL; fi; kill $w 2>/dev/null; exit $s; }; s=$?; w=`,
  'fi; if [ -n "$k" ]; then finish; fi; if [ -n "$w" ]; then kill $w; fi; exit $s',
].join('; ');

/**
 * Prints argument 1 on standard error, then copies between its standard streams and the Unix socket that argument 2 names. Docker and
 * Podman bring a program for that; without them netcat does.
 */
export const forwarder = [
  'm=$1 s=$2; echo "$m" >&2; exec 2>/dev/null; unset DOCKER_CONTEXT DOCKER_HOST CONTAINER_HOST',
  'if command -v docker >/dev/null; then exec docker -H "unix://$s" system dial-stdio; fi',
  'if command -v podman >/dev/null; then exec podman --url "unix://$s" system dial-stdio; fi',
  'exec nc -N -U "$s"',
].join('; ');

/** Ends every process of the session that argument 1 names: TERM, then KILL. */
export const stopper = [
  'sid=$1',
  signalAll,
  killAll,
  'i=0; while all TERM && [ $i -lt 10 ]; do i=$((i+1)); sleep 0.05; done; finish',
].join('; ');

/**
 * Kills the file transfers of this connection, which are children of the process that sshd has for it, perhaps through the login
 * shell: `sftp-server`, or a process of sshd itself for `internal-sftp`.
 */
export const sftpStopper = [
  'of() { l=; read -r l <$1/stat; set -- ${l##*) } - -; up=$2; }',
  'of /proc/$PPID; c=$PPID; case "$l" in *"(sshd"*|*"(dropbear"*) ;; *) c=$up;; esac',
  'for f in /proc/[0-9]*; do of $f; k=; case "$l" in *"(sftp-server)"*) k=1;; *"(sshd"*) if grep -qs internal-sftp $f/cmdline; then k=1; fi;; esac',
  'if [ -n "$k" ]; then p=$up; of /proc/$p; if [ $p = $c ] || [ "$up" = $c ]; then kill -s KILL ${f#/proc/}; fi; fi; done 2>/dev/null; exit 0',
].join('; ');

/** The first line of a session shell: errors dropped, its session id reported behind `mark`. */
export function preamble(mark: string): string {
  return `exec 2>/dev/null; unset ENV; ${environment}; ${findSession}\nprintf '\\n%s %s\\n' ${mark} "$sid"\n`;
}
