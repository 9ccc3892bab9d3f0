import type { Danger } from './programs.js';

/**
 * Programs that only look, whatever their options. What is on no list here may do anything: new options of programs are
 * dangers until somebody has read what they do.
 */
const always = new Set(
  'ls cat head tail grep egrep fgrep echo printf true false : sleep uname df du free ps top wc cut tr test [ [[ stat which type id whoami who w uptime lsblk lsusb lspci lscpu lsmod nproc cd pwd seq md5sum sha1sum sha256sum sha512sum b2sum cksum base64 od hexdump diff cmp readlink realpath dirname basename netstat getent groups printenv export set unset local return exit shift read wait umask ulimit arch vmstat iostat mpstat findmnt findfs last column jq yes tac rev nl fold expand unexpand strings paste join comm numfmt bc expr factor hostid locale tty clear modinfo gpioinfo jetson_release'.split(
    ' ',
  ),
);

interface Limits {
  /** Letters of its options that only look; digits always do. */
  readonly letters?: string;
  /** Its long options that only look. */
  readonly longs?: string;
  /** What its other arguments must be, or how many there may be. */
  readonly operands?: RegExp | number;
}

/** Programs that only look with these options, and do more with others. */
const limited: Readonly<Record<string, Limits>> = {
  blkid: { letters: 'opsLUtku' },
  date: { letters: 'uRI', longs: 'utc universal iso-8601 rfc-3339 rfc-email date reference', operands: /^\+/ },
  dmesg: { letters: 'HTtxkulfrwdeLSP', longs: 'human ctime level facility follow kernel decode nopager since until' },
  file: { letters: 'bhiIkLnNprsvzZ0', longs: 'brief mime mime-type mime-encoding dereference no-dereference' },
  hostname: {
    letters: 'fiIsdA',
    longs: 'fqdn long short ip-address all-ip-addresses all-fqdns domain',
    operands: 0,
  },
  journalctl: {
    letters: 'abefgknopqrtuxSU',
    longs:
      'no-pager output unit user-unit since until boot priority lines grep follow reverse dmesg quiet utc no-hostname all identifier disk-usage list-boots case-sensitive user system merge catalog no-tail output-fields',
  },
  lastlog: { letters: 'ubt', longs: 'user before time' },
  lshw: { letters: 'shortclaCi' },
  lsof: { letters: 'nPipuctdaUFlR' },
  'nvidia-smi': {
    letters: 'Lqidlxh',
    longs: 'query query-gpu query-compute-apps format id list-gpus loop loop-ms display xml-format help version',
    operands: /^[\dA-Z_,]+$/,
  },
  sensors: { letters: 'uAfj' },
  shuf: { letters: 'enirz', longs: 'echo head-count input-range repeat zero-terminated' },
  sort: {
    letters: 'bdfghiMnrRVcCkstuz',
    longs:
      'reverse numeric-sort unique key field-separator human-numeric-sort version-sort general-numeric-sort ignore-case stable zero-terminated check',
  },
  ss: {
    letters: 'HVnrlaoempiszTtudwx460bO',
    longs:
      'no-header numeric resolve listening all options extended memory processes info summary tcp udp raw unix ipv4 ipv6',
  },
  tegrastats: { longs: 'interval readall verbose help' },
  tree: { letters: 'adlfhspugDFLPIrtCnix', longs: 'du prune dirsfirst noreport filelimit timefmt' },
  uniq: { letters: 'cdDfisuwz', longs: 'count repeated unique ignore-case zero-terminated', operands: 1 },
  'v4l2-ctl': {
    letters: 'dDlL',
    longs:
      'device all info help list-devices list-formats list-formats-ext list-ctrls list-ctrls-menus list-inputs list-framesizes get-fmt-video get-ctrl get-parm get-input',
  },
  xxd: { letters: 'bcgilpsuaE', operands: 1 },
};

function withinLimits({ letters = '', longs = '', operands }: Limits, rest: readonly string[]): boolean {
  const others = rest.filter((word) => !/^-./.test(word) || word === '--');
  const options = rest.filter((word) => !others.includes(word));
  const known = longs.split(' ');
  const ofLetters = new RegExp(`^-[${letters}\\d,.:]+$`);
  const areKnown = options.every((word) =>
    word.startsWith('--') ? known.includes(word.slice(2).split('=')[0] ?? '') : ofLetters.test(word),
  );
  const named = others.filter((word) => word !== '--');
  if (typeof operands === 'number') return areKnown && named.length <= operands;
  return areKnown && (operands === undefined || named.every((word) => operands.test(word)));
}

const findTests =
  /^-(?:i?name|i?path|i?regex|type|size|[acm](?:time|min)|newer|(?:max|min)depth|user|group|uid|gid|nouser|nogroup|perm|empty|print0?|printf|ls|prune|o|or|a|and|not|xdev|mount|links|inum|readable|writable|executable|L|H|P|true|false|quit|depth)$/;

function ofFind(rest: readonly string[]): Danger[] {
  return rest.flatMap((word): Danger[] => {
    if (/^-(?:delete|fprint|fls)/.test(word)) return ['files'];
    if (/^-(?:exec|ok)/.test(word)) return ['code'];
    return /^-./.test(word) && !findTests.test(word) ? ['unknown'] : [];
  });
}

const address = String.raw`(?:\d+|\$|/[^/\\]*/)`;
const sedCommand = new RegExp(
  String.raw`^\s*(?:${address}(?:,${address})?)?\s*!?\s*(?:[pdq=]|s([/|#,])(?:\\.|(?!\1)[^\\])*\1(?:\\.|(?!\1)[^\\])*\1[gpiI\d]*)?\s*$`,
);

/** Its commands `e` and `w`, as flags too, run programs and write files. */
function ofSed(rest: readonly string[]): Danger[] {
  if (rest.some((word) => /^(?:-[a-zA-Z]*i|--in-place)/.test(word))) return ['files'];
  const options = rest.filter((word) => /^-./.test(word));
  const following = rest.filter((_, i) => /^-[nErsuz]*e$/.test(rest[i - 1] ?? ''));
  const scripts = following.length > 0 ? following : rest.filter((word) => !/^-./.test(word)).slice(0, 1);
  const isKnown = options.every((word) => /^-[nErsuz]*e?$/.test(word) || following.includes(word));
  return isKnown && scripts.every((text) => text.split(/[;\n]/).every((each) => sedCommand.test(each))) ? [] : ['code'];
}

const showsOfIp = /^(?:show|list|ls|get)$/;
const optionsOfIp = /^-(?:4|6|br|brief|s|stats|statistics|d|details|o|oneline|c|color|j|json|p|pretty|h|human)$/;

/** `ip -br addr`, `ip route show`: an object, and no verb but those that show it. */
function looksAtNetwork(rest: readonly string[]): boolean {
  const [object, verb] = rest.filter((word) => !word.startsWith('-'));
  const isKnown = rest.every((word) => !word.startsWith('-') || optionsOfIp.test(word));
  return isKnown && object !== undefined && (verb === undefined || showsOfIp.test(verb));
}

/** Of programs that can do much, the first words by which they only look, and the options that may follow. */
const verbs: Readonly<Record<string, readonly [verb: RegExp, options: RegExp]>> = {
  systemctl: [
    /^(?:status|show|list-[a-z-]+|is-[a-z-]+|cat|get-default)$/,
    /^(?:-[alnqpt]|--(?:no-pager|all|full|failed|plain|no-legend|value|user|quiet|(?:type|state|lines|property)(?:=.*)?))$/,
  ],
  docker: [/^(?:ps|images|logs|inspect|stats|info|version|top)$/, /^-/],
  apt: [/^(?:list|show|search|policy)$/, /^(?:-a|--(?:installed|upgradable|all-versions))$/],
  'apt-get': [/^(?:check|changelog)$/, /^$/],
  dpkg: [/^(?:-[lLsS]|--list|--status|--listfiles|--search)$/, /^$/],
  nvpmodel: [/^-q$/, /^--verbose$/],
  jetson_clocks: [/^--show$/, /^$/],
};

function looksByVerb(name: string, rest: readonly string[]): boolean {
  const [verb, options] = (Object.hasOwn(verbs, name) ? verbs[name] : undefined) ?? [];
  if (!verb || !options) return false;
  // Options may stand before the verb too, but then only those known to take no word of their own.
  const at = rest.findIndex((word) => verb.test(word));
  const before = rest.slice(0, Math.max(0, at));
  return (
    at !== -1 &&
    before.every((word) => name === 'systemctl' && /^(?:-[alq]|--[a-z-]+(?:=.*)?)$/.test(word) && options.test(word)) &&
    rest.slice(at + 1).every((word) => !word.startsWith('-') || options.test(word))
  );
}

/** What a program that can look does with these arguments: nothing where it only looks; undefined where no list has it. */
export function ofLooker(name: string, rest: readonly string[]): Danger[] | undefined {
  if (always.has(name)) return [];
  if (name === 'find') return ofFind(rest);
  if (name === 'sed') return ofSed(rest);
  const limits = Object.hasOwn(limited, name) ? limited[name] : undefined;
  if (limits) return withinLimits(limits, rest) ? [] : ['unknown', ...(more[name] ?? [])];
  return (name === 'ip' && looksAtNetwork(rest)) || looksByVerb(name, rest) ? [] : undefined;
}

/** What they most likely do then. */
const more: Readonly<Record<string, readonly Danger[]>> = {
  date: ['hardware'],
  dmesg: ['kernel'],
  hostname: ['network'],
  journalctl: ['files'],
  'nvidia-smi': ['hardware'],
  sort: ['files'],
  ss: ['network'],
  tegrastats: ['processes'],
  uniq: ['files'],
  'v4l2-ctl': ['hardware'],
};
