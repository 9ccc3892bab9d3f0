/** Something listens there. `*` is every address. */
export interface Listener {
  readonly address: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
}

const listenState = { tcp: '0A', udp: '07' } as const;

/** Four bytes of /proc/net/tcp, which are in the order of the processor. */
function ipv4(hex: string): string {
  const bytes = hex.match(/../g) ?? [];
  return bytes
    .map((byte) => Number.parseInt(byte, 16))
    .reverse()
    .join('.');
}

function addressOf(hex: string): string {
  if (/^0+$/.test(hex)) return '*';
  if (hex.length === 8) return ipv4(hex);
  const mapped = /^0{16}FFFF0000([0-9A-F]{8})$/.exec(hex)?.[1];
  if (mapped !== undefined) return ipv4(mapped);
  return hex === '00000000000000000000000001000000' ? '::1' : `[${hex}]`;
}

/** Reads `/proc/net/tcp`, `tcp6`, `udp` and `udp6`. */
export function parseListening(text: string, protocol: Listener['protocol']): Listener[] {
  const rows = text.matchAll(/^\s*\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) \S+ ([0-9A-F]{2}) /gm);
  return [...rows]
    .filter(([, , , state]) => state === listenState[protocol])
    .map(([, address = '', port = '']) => ({ address: addressOf(address), port: Number.parseInt(port, 16), protocol }));
}

const every = new Set(['*', '0.0.0.0', '::', '']);

/** Whether a port can be opened on an address while something else listens. */
export function isTaken(wanted: Listener, listeners: readonly Listener[]): boolean {
  return listeners.some(
    ({ address, port, protocol }) =>
      port === wanted.port &&
      protocol === wanted.protocol &&
      (address === wanted.address || every.has(address) || every.has(wanted.address)),
  );
}
