import type { Argv } from '../command.js';

export interface Address {
  readonly family: 'ipv4' | 'ipv6';
  /** With its prefix length, `192.168.1.31/24`. */
  readonly address: string;
  readonly scope?: string | undefined;
  /** Given by DHCP or router advertisement. */
  readonly dynamic?: boolean | undefined;
  /** `tentative`, `dadfailed`, `deprecated`, ...: what keeps it from being an ordinary address. */
  readonly flags?: readonly string[] | undefined;
}

export interface IpInterface {
  readonly name: string;
  readonly altNames: readonly string[];
  /** `up`, `down`, `unknown`, ... as the kernel says. */
  readonly state?: string | undefined;
  /** Switched on, whether or not there is a cable. */
  readonly enabled: boolean;
  /** A carrier is there. */
  readonly carrier: boolean;
  /** `ether`, `loopback`, `can`, ... */
  readonly linkType?: string | undefined;
  readonly mac?: string | undefined;
  readonly mtu?: number | undefined;
  /** The bridge or bond it belongs to. */
  readonly master?: string | undefined;
  readonly addresses: readonly Address[];
}

export const ipAddrArgv: Argv = ['ip', 'addr'];

type Draft = { -readonly [K in keyof IpInterface]: IpInterface[K] } & { altNames: string[]; addresses: Address[] };

const headKeys = new Set(['mtu', 'qdisc', 'master', 'state', 'mode', 'group', 'qlen', 'vrf']);
const linkKeys = new Set(['brd', 'peer', 'link-netnsid', 'link-netns', 'permaddr']);
const addressKeys = new Set(['brd', 'peer', 'scope', 'metric', 'proto']);
const ordinaryFlags = new Set(['noprefixroute', 'mngtmpaddr', 'permanent', 'nodad', 'stable-privacy', 'autojoin']);
const tellingFlags = new Set(['tentative', 'dadfailed', 'deprecated', 'secondary', 'temporary', 'optimistic', 'home']);

/** Splits words into `key value` pairs of the known keys and the words that are left. */
function pairs(words: readonly string[], keys: ReadonlySet<string>): { found: Map<string, string>; rest: string[] } {
  const found = new Map<string, string>();
  const rest: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (keys.has(word) && at + 1 < words.length) found.set(word, words[++at] ?? '');
    else rest.push(word);
  }
  return { found, rest };
}

function headOf(line: string, unknown: string[]): Draft | undefined {
  const match = /^\d+: ([^\s:@]{1,32})(?:@[^\s:]+)?: <([A-Z0-9_,-]*)> (.*)$/.exec(line);
  if (match === null) return undefined;
  const { found, rest } = pairs((match[3] ?? '').trim().split(/\s+/), headKeys);
  unknown.push(...rest);
  const flags = (match[2] ?? '').split(',');
  const [state, mtu, master] = [found.get('state')?.toLowerCase(), found.get('mtu'), found.get('master')];
  return {
    name: match[1] ?? '',
    altNames: [],
    ...(state !== undefined && { state }),
    enabled: flags.includes('UP'),
    carrier: flags.includes('LOWER_UP'),
    ...(mtu !== undefined && /^\d+$/.test(mtu) && { mtu: Number(mtu) }),
    ...(master !== undefined && { master }),
    addresses: [],
  };
}

function addressOf(words: readonly string[], name: string, unknown: string[]): Address {
  const [kind, address = '', ...tail] = words;
  const { found, rest } = pairs(tail, addressKeys);
  const scope = found.get('scope');
  const flags = rest.filter((word) => tellingFlags.has(word));
  // The last word of an IPv4 line is its label: the interface's name, perhaps with a colon and more.
  const isLabel = (word: string): boolean => word === name || word.startsWith(`${name}:`);
  unknown.push(...rest.filter((w) => w !== 'dynamic' && !ordinaryFlags.has(w) && !tellingFlags.has(w) && !isLabel(w)));
  return {
    family: kind === 'inet' ? 'ipv4' : 'ipv6',
    address,
    ...(scope !== undefined && { scope }),
    ...(rest.includes('dynamic') && { dynamic: true }),
    ...(flags.length > 0 && { flags }),
  };
}

/** Reads `ip addr`. */
export function parseIpAddr(text: string): {
  readonly interfaces: readonly IpInterface[];
  readonly unknown: readonly string[];
} {
  const interfaces: Draft[] = [];
  const unknown: string[] = [];
  for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
    const head = headOf(line, unknown);
    const last = interfaces.at(-1);
    const words = line.trim().split(/\s+/);
    const [first = ''] = words;
    if (head !== undefined) interfaces.push(head);
    else if (last === undefined) unknown.push(line);
    else if (first.startsWith('link/')) {
      last.linkType = first.slice(5);
      const { found: _, rest } = pairs(words.slice(1), linkKeys);
      const [mac] = rest;
      // A loopback says all zeros, which is no address.
      if (mac !== undefined && /^(?!00:00:00:00:00:00)[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/.test(mac)) last.mac = mac;
      unknown.push(...rest.slice(1));
    } else if (first === 'altname') last.altNames.push(...words.slice(1));
    else if (first === 'inet' || first === 'inet6') last.addresses.push(addressOf(words, last.name, unknown));
    else if (first !== 'valid_lft') unknown.push(line);
  }
  return { interfaces, unknown };
}
