import SSHConfig from 'ssh-config';
import { matchesList } from './patterns.js';

/** One piece of an ssh_config file: a setting, or a block of them under a condition, or what an Include brought in. */
export type ConfigNode =
  | { readonly kind: 'setting'; readonly keyword: string; readonly values: readonly string[] }
  | { readonly kind: 'block'; readonly criteria: readonly Criterion[]; readonly nodes: ConfigNode[] }
  | { readonly kind: 'include'; readonly patterns: readonly string[]; nodes: ConfigNode[] };

/** `Host a b` is one criterion of patterns; a Match line may have several, all of which must hold. */
export interface Criterion {
  readonly keyword: 'all' | 'never' | 'given' | 'originalhost' | 'host' | 'user' | 'localuser';
  readonly patterns: readonly string[];
  readonly negated: boolean;
}

export interface ConfigProblem {
  /** 1-based. */
  readonly line: number;
  readonly message: string;
}

const matchKeywords: ReadonlySet<string> = new Set(['all', 'originalhost', 'host', 'user', 'localuser']);
/** Settings whose absence a person should know of. */
const notHonoured: ReadonlyMap<string, string> = new Map([
  ['revokedhostkeys', 'RevokedHostKeys is not read: mark such keys @revoked in known_hosts.'],
  ['canonicalizehostname', 'CanonicalizeHostname is not supported: write full names.'],
  ['knownhostscommand', 'KnownHostsCommand is never run: list the keys in known_hosts.'],
]);
const rawKeywords = /^\s*(ProxyCommand)(?:\s*=\s*|\s+)(.*?)\s*$/i;

/** Parses an ssh_config text. Blocks that cannot be judged without running something never apply, and are reported. */
export function parseSshConfig(text: string): { nodes: ConfigNode[]; problems: ConfigProblem[] } {
  const top: ConfigNode[] = [];
  const problems: ConfigProblem[] = [];
  let into = top;
  const open = (criteria: readonly Criterion[]): void => {
    const block: ConfigNode = { kind: 'block', criteria, nodes: [] };
    top.push(block);
    into = block.nodes;
  };
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const report = (message: string): unknown => problems.push({ line: index + 1, message });
    const [, raw, command] = rawKeywords.exec(line) ?? [];
    if (raw !== undefined && command !== undefined) {
      into.push({ kind: 'setting', keyword: raw.toLowerCase(), values: [command] });
      continue;
    }
    const parsed = directive(line);
    if (parsed === undefined) continue;
    if (parsed === 'broken') {
      report('The line cannot be read and is ignored.');
      // A condition that cannot be read must not let its settings fall to the block before it.
      if (/^\s*(host|match)\b/i.test(line)) open([never]);
      continue;
    }
    const [keyword, values] = parsed;
    if (keyword === 'host') open([{ keyword: 'given', patterns: values, negated: false }]);
    else if (keyword === 'match') open(criteriaOf(values, report));
    else if (keyword === 'include') into.push({ kind: 'include', patterns: values, nodes: [] });
    else {
      const advice = notHonoured.get(keyword);
      if (advice !== undefined && !/^(no|none)$/i.test(values[0] ?? '')) report(advice);
      into.push({ kind: 'setting', keyword, values });
    }
  }
  return { nodes: top, problems };
}

const never: Criterion = { keyword: 'never', patterns: [], negated: false };

function directive(line: string): readonly [keyword: string, values: readonly string[]] | 'broken' | undefined {
  try {
    const [node] = SSHConfig.parse(line.trim());
    if (node === undefined || !('param' in node) || node.param === '') return undefined;
    const { value } = node;
    const values = typeof value === 'string' ? [value] : value.map((each) => each.val);
    return values.every((each) => each === '') ? 'broken' : [node.param.toLowerCase(), values];
  } catch {
    return 'broken';
  }
}

function criteriaOf(words: readonly string[], report: (message: string) => unknown): readonly Criterion[] {
  const criteria: Criterion[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const negated = word.startsWith('!');
    const keyword = word.slice(negated ? 1 : 0).toLowerCase();
    if (!matchKeywords.has(keyword)) {
      report(
        keyword === 'exec'
          ? 'Match exec is never run; the block does not apply.'
          : 'This Match criterion is not supported; the block does not apply.',
      );
      return [never];
    }
    if (keyword !== 'all') at += 1;
    const patterns = keyword === 'all' ? [] : (words[at]?.split(',') ?? []);
    criteria.push({ keyword: keyword as Criterion['keyword'], patterns, negated });
  }
  return criteria;
}

/** Whom the settings are asked for. */
export interface ConfigQuery {
  /** The host as the fleet file (or a ProxyJump) writes it. */
  readonly host: string;
  /** The user that is already settled, as by `user@`. */
  readonly user?: string | undefined;
  readonly localUser: string;
}

const repeated: ReadonlySet<string> = new Set(['identityfile', 'certificatefile']);

/** The settings that apply, by lower-case keyword: the first of each wins; identity and certificate files add up. */
export function sshSettings(nodes: readonly ConfigNode[], query: ConfigQuery): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  const holds = ({ keyword, patterns, negated }: Criterion): boolean => {
    const subject = {
      given: query.host,
      originalhost: query.host,
      host: found.get('hostname')?.[0]?.replaceAll('%h', query.host) ?? query.host,
      user: query.user ?? found.get('user')?.[0] ?? query.localUser,
      localuser: query.localUser,
    };
    if (keyword === 'never') return false;
    return (keyword === 'all' || matchesList(patterns, subject[keyword])) !== negated;
  };
  const walk = (each: readonly ConfigNode[]): void => {
    for (const node of each) {
      if (node.kind === 'include') walk(node.nodes);
      else if (node.kind === 'block') {
        if (node.criteria.every(holds)) walk(node.nodes);
      } else if (repeated.has(node.keyword)) {
        found.set(node.keyword, [...(found.get(node.keyword) ?? []), ...node.values]);
      } else if (!found.has(node.keyword)) {
        found.set(node.keyword, node.values);
        // The two ways through another host exclude each other: whichever comes first counts.
        if (node.keyword === 'proxyjump') found.set('proxycommand', ['none']);
        if (node.keyword === 'proxycommand') found.set('proxyjump', ['none']);
      }
    }
  };
  walk(nodes);
  return found;
}
