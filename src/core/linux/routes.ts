export interface DefaultRoute {
  readonly interface: string;
  readonly gateway?: string | undefined;
  readonly metric: number;
}

/** The default routes in `/proc/net/route`, best first. Its addresses are little-endian hexadecimal words. */
export function parseRoutes(text: string): {
  readonly defaults: readonly DefaultRoute[];
  readonly unknown: readonly string[];
} {
  const defaults: DefaultRoute[] = [];
  const unknown: string[] = [];
  for (const line of text.split('\n').filter((each) => each.trim() !== '' && !each.startsWith('Iface'))) {
    const match = /^(\S+)\s+([0-9A-F]{8})\s+([0-9A-F]{8})\s+[0-9A-F]+\s+\d+\s+\d+\s+(\d+)\s+([0-9A-F]{8})\s/.exec(
      `${line} `,
    );
    if (match === null) {
      unknown.push(line);
      continue;
    }
    const [, name = '', destination, gateway = '', metric, mask] = match;
    if (destination !== '00000000' || mask !== '00000000') continue;
    const bytes = (gateway.match(/../g) ?? []).reverse().map((byte) => Number.parseInt(byte, 16));
    const address = bytes.join('.');
    defaults.push({ interface: name, metric: Number(metric), ...(address !== '0.0.0.0' && { gateway: address }) });
  }
  return { defaults: defaults.sort((a, b) => a.metric - b.metric), unknown };
}

/** The name servers of a resolv.conf; absent addresses, none. */
export function nameServers(text: string): readonly string[] {
  return [...text.matchAll(/^[ \t]*nameserver[ \t]+([0-9a-fA-F.:]{2,45}(?:%\w{1,15})?)[ \t]*$/gm)].map(
    (match) => match[1] ?? '',
  );
}

/** Signal level in dBm by interface, from `/proc/net/wireless`. */
export function wirelessSignals(text: string): ReadonlyMap<string, number> {
  const rows = text.matchAll(/^[ \t]*([^\s:]{1,32}):[ \t]+[0-9a-f]{1,8}[ \t]+-?\d{1,5}\.?[ \t]+(-?\d{1,5})\.?[ \t]/gm);
  return new Map([...rows].map((match) => [match[1] ?? '', Number(match[2])]));
}
