import type { Argv } from '../command.js';
import { ofLooker } from './lookers.js';
import { dangers, kindOf, type Danger } from './programs.js';
import { commandsOf, type SimpleCommand } from './shell-words.js';

const grammar = new Set([
  'if',
  'then',
  'else',
  'elif',
  'fi',
  'do',
  'done',
  'while',
  'until',
  'esac',
  '!',
  'time',
  'in',
]);
const deepest = 6;

const powerWords =
  /^(?:reboot|poweroff|halt|kexec|suspend|hibernate|hybrid-sleep|rescue|emergency|isolate|soft-reboot)$/;

const places: readonly (readonly [RegExp, Danger])[] = [
  [/\/proc\/sysrq-trigger/, 'power'],
  [/\/dev\/(?:sd|nvme|mmcblk|vd|disk|mapper|mtd)/, 'disk'],
  [/\/dev\/k?mem\b|^\/boot(?:\/|$)|\/proc\/sys\/|\/sys\/kernel\/debug|\/etc\/fstab/, 'kernel'],
  [/\/etc\/(?:passwd|group|sudoers|pam\.d)/, 'rights'],
  [/\/etc\/g?shadow|\.ssh(?:\/|$)|\/id_[a-z0-9]+$|\.env$|\.(?:pem|key)$|\.netrc$|credentials$/, 'credentials'],
];

/** What written files mean, beside being overwritten. */
const writtenPlaces: readonly (readonly [RegExp, Danger])[] = [
  [/^\/sys\//, 'hardware'],
  [/\/etc\/(?:systemd|cron)/, 'services'],
];

const nameOf = (program: string): string => program.slice(program.lastIndexOf('/') + 1);

/** Elsewhere a file of any name may be anything. */
const isTrusted = (program: string): boolean => !program.includes('/') || /^\/(?:usr\/)?s?bin\/[^/]+$/.test(program);

const assignment = /^([A-Za-z_]\w*)\+?=/;
/** Variables by which a program, or the next one, runs other code than its own. */
const steering =
  /^(?:PATH|LD_\w*|BASH\w*|ENV|IFS|SHELLOPTS|PS\d|PROMPT_COMMAND|PYTHON\w*|PERL\w*|RUBY\w*|NODE_\w*|\w*JAVA_\w*|GIT_\w*|\w*PAGER|LESS\w*|EDITOR|VISUAL|GCONV_PATH|DOCKER_\w*)$/;
/** Variables that only change how something is told. */
const telling = /^(?:LC_\w+|LANG|LANGUAGE|TZ|COLUMNS|LINES|NO_COLOR|TERM|[a-z_]\w*)$/;

function ofAssignments(words: readonly string[], hasProgram: boolean): Danger[] {
  return words.flatMap((word): Danger[] => {
    const name = assignment.exec(word)?.[1];
    return name === undefined || telling.test(name) || !hasProgram ? [] : ['unknown'];
  });
}

function ofWords(words: readonly string[], depth: number): Danger[] {
  const start = words.findIndex((word) => !grammar.has(word) && !assignment.test(word));
  const [program, ...rest] = start === -1 ? [] : words.slice(start);
  const before = ofAssignments(start === -1 ? words : words.slice(0, start), program !== undefined);
  return program === undefined ? before : [...before, ...ofProgram(program, rest, depth)];
}

function ofProgram(program: string, rest: readonly string[], depth: number): Danger[] {
  if (program === 'for' || program === 'case' || program === 'select' || program === 'function') return [];
  if (program === '' || program.includes('$') || /[*?[]/.test(program.slice(1))) return ['code'];
  const kind = kindOf(program);
  const name = nameOf(program);
  const strange: Danger[] = isTrusted(program) ? [] : ['unknown'];
  const looked = ofLooker(name, rest);
  if (looked) return [...looked, ...strange];
  if (kind === 'shell') return [...ofShell(rest, depth), ...strange];
  if (kind === 'wrapper') return [...ofWrapped(name, rest, depth), ...strange];
  if (kind === 'services' && rest.some((word) => powerWords.test(word))) return ['power', ...strange];
  return [kind, ...strange];
}

function ofShell(rest: readonly string[], depth: number): Danger[] {
  const at = rest.findIndex((word) => /^-[a-z]*c$/.test(word));
  const script = at === -1 ? undefined : rest[at + 1];
  if (script === undefined || depth > deepest) return ['code'];
  // Other options read other files first.
  return [...(at === 0 ? [] : (['code'] as const)), ...ofScript(script, depth + 1)];
}

/** Programs that run another, with the letters of their options that take no word but a number. Of all others any word may be the program. */
const wrappers: Readonly<Record<string, string>> = {
  sudo: 'nHEbSk',
  doas: 'n',
  env: 'i0v',
  nohup: '',
  nice: 'n',
  ionice: 'ctn',
  timeout: 'kv',
  time: 'p',
  exec: '',
  command: 'p',
  builtin: '',
  setsid: 'cfw',
  xargs: '0rtnPLx',
  busybox: '',
};

/** `sudo timeout 5 rm y`: what follows is the program, and where that is not plain, any word may be. */
function ofWrapped(name: string, rest: readonly string[], depth: number): Danger[] {
  if (name === 'command' && /^-[vV]$/.test(rest[0] ?? '')) return [];
  const letters = Object.hasOwn(wrappers, name) ? wrappers[name] : undefined;
  const at = rest.findIndex((word) => !/^(?:-.*|\d[\d.]*[smhd]?|[A-Za-z_]\w*=.*)$/.test(word));
  const options = (at === -1 ? rest : rest.slice(0, at)).filter((word) => word.startsWith('-') && word !== '--');
  const isPlain = letters !== undefined && options.every((word) => new RegExp(`^-[${letters}\\d]+$`).test(word));
  const program = at === -1 ? undefined : rest[at];
  if (program === undefined) return isPlain && !['sudo', 'doas'].includes(name) ? [] : ['code'];
  // What comes by standard input may be options.
  const given = [...rest.slice(at + 1), ...(name === 'xargs' ? ['--from-input'] : [])];
  const found = [...ofAssignments(rest.slice(0, at), true), ...ofProgram(program, given, depth)];
  if (isPlain && kindOf(program) !== 'unknown') return found;
  if (isPlain && ofLooker(nameOf(program), given)) return found;
  const others = rest.slice(at + 1).flatMap((word): Danger[] => {
    const kind = kindOf(word);
    return kind === 'unknown' || kind === 'wrapper' ? [] : [kind === 'shell' ? 'code' : kind];
  });
  return ['unknown', ...found, ...others];
}

function ofCommand({ words, writes }: SimpleCommand, depth: number): Danger[] {
  const written = writes.filter((path) => !/^(?:\/dev\/(?:null|stdout|stderr|tty)|\d|-)$/.test(path));
  return [
    ...ofWords(words, depth),
    ...words.flatMap((word): Danger[] => (steering.test(assignment.exec(word)?.[1] ?? '') ? ['code'] : [])),
    ...(written.length > 0 ? (['files'] as const) : []),
    ...[...words, ...written].flatMap((word) =>
      places.flatMap(([place, danger]) => (place.test(word) ? [danger] : [])),
    ),
    ...written.flatMap((word) => writtenPlaces.flatMap(([place, danger]) => (place.test(word) ? [danger] : []))),
  ];
}

function ofScript(script: string, depth: number): Danger[] {
  return commandsOf(script).flatMap((command) => ofCommand(command, depth));
}

const order = Object.keys(dangers) as Danger[];

/** What a command may do, the gravest first; empty where it only looks. A guess for the person who is asked, never a permission. */
export function dangersOf(argv: Argv): Danger[] {
  const found = new Set(ofCommand({ words: argv, writes: [] }, 0));
  return order.filter((danger) => found.has(danger));
}

/** The same in words, to begin a sentence: `Restarts the device or switches it off; deletes or overwrites files`. */
export function dangerWords(argv: Argv): string {
  const words = dangersOf(argv).map((danger) => dangers[danger]);
  if (words.length === 0) return 'Only looks, as far as jetfleet can tell';
  const text = words.join('; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
