import { z } from 'zod';
import { Failure } from '../errors.js';
import { interfaceKind, interfaceKinds } from '../linux/interface-kind.js';
import { ipAddrArgv, parseIpAddr, type IpInterface } from '../linux/ip-addr.js';
import { present } from '../linux/present.js';
import { nameServers, parseRoutes, wirelessSignals } from '../linux/routes.js';
import { argv, defineProbe, file, glob, type Answers } from '../probe/probe.js';
import { cleanName } from '../untrusted.js';
import { dataChars, entriesThatFit, jsonChars } from './fitting.js';
import { notReadData, toldUnknown, unknownData, whyNot, type NotRead } from './not-read.js';

export const interfaceData = z.object({
  kind: z.enum(interfaceKinds),
  state: z.string().optional(),
  carrier: z.boolean().describe('A cable or a radio link is there.'),
  addresses: z.array(z.string()).describe('With prefix length; a word after it says what is odd about it.'),
  mac: z.string().optional(),
  mtu: z.number().optional(),
  speedMbps: z.number().optional(),
  signalDbm: z.number().optional().describe('Wi-Fi: above -60 is good, below -75 bad.'),
  master: z.string().optional(),
  altNames: z.array(z.string()).optional(),
  note: z.string().optional(),
});
export const interfacesData = z.record(z.string(), interfaceData);
export const networkData = z.object({
  interfaces: interfacesData,
  next: z.string().optional().describe('Give it as `after` for the interfaces that follow.'),
  containerLinks: z.number().optional().describe('Virtual cables of running containers (veth), which are not listed.'),
  defaultRoute: z
    .object({ interface: z.string(), gateway: z.string().optional(), metric: z.number() })
    .optional()
    .describe('The best IPv4 one.'),
  otherDefaultRoutes: z.array(z.string()).optional().describe('Interfaces with a default route of a worse metric.'),
  nameServers: z.array(z.string()),
  notRead: notReadData.optional(),
  unknown: unknownData.optional(),
});
export type Network = z.output<typeof networkData>;

const reads = {
  addresses: argv(ipAddrArgv),
  routes: file('/proc/net/route'),
  resolv: file('/etc/resolv.conf'),
  // Where systemd-resolved answers on 127.0.0.53, its own file has the servers behind it.
  resolved: file('/run/systemd/resolve/resolv.conf'),
  wireless: file('/proc/net/wireless'),
  speeds: glob('/sys/class/net/*/speed'),
  uevents: glob('/sys/class/net/*/uevent'),
};

const containerLink = /^veth[0-9a-f]+$/;
const deviceModeAddress = '192.168.55.1/';

/** The last folder but one of `/sys/class/net/NAME/FILE`. */
const interfaceOf = (path: string): string => path.split('/').at(-2) ?? '';

function addressText({ address, flags }: IpInterface['addresses'][number]): string {
  return cleanName([address, ...(flags ?? [])].join(' '));
}

function described(
  link: IpInterface,
  facts: { deviceType?: string | undefined; speed?: number | undefined; signal?: number | undefined },
): z.output<typeof interfaceData> {
  const isDeviceMode = link.addresses.some(({ address }) => address.startsWith(deviceModeAddress));
  return present({
    kind: interfaceKind(link.name, link.linkType, facts.deviceType),
    state: link.enabled ? link.state : 'off',
    carrier: link.carrier,
    addresses: link.addresses.map(addressText),
    mac: link.mac,
    mtu: link.mtu,
    // An interface without a link says -1, or 65535 of old drivers.
    speedMbps:
      facts.speed !== undefined && facts.speed > 0 && facts.speed < 65_535 * 16 && facts.speed !== 65_535
        ? facts.speed
        : undefined,
    signalDbm: facts.signal !== undefined && facts.signal < 0 ? facts.signal : undefined,
    master: link.master === undefined ? undefined : cleanName(link.master, 32),
    altNames: link.altNames.length === 0 ? undefined : link.altNames.map((name) => cleanName(name, 32)),
    note: isDeviceMode ? 'USB device mode: every Jetson has this address, so it identifies none.' : undefined,
  });
}

/** Interfaces with what the answers of sysfs add to them, by name. */
export function interfacesOf(
  found: readonly IpInterface[],
  speeds: ReadonlyMap<string, string>,
  uevents: ReadonlyMap<string, string>,
  signals: ReadonlyMap<string, number>,
): z.output<typeof interfacesData> {
  const speedOf = new Map(
    [...speeds].flatMap(([path, text]) => (/^\d{1,7}$/.test(text) ? [[interfaceOf(path), Number(text)]] : [])),
  );
  const typeOf = new Map([...uevents].map(([path, text]) => [interfaceOf(path), /^DEVTYPE=(\w+)$/m.exec(text)?.[1]]));
  const listed = found.filter(({ name }) => !containerLink.test(name));
  return Object.fromEntries(
    listed.map((link) => [
      cleanName(link.name, 32),
      described(link, {
        deviceType: typeOf.get(link.name),
        speed: speedOf.get(link.name),
        signal: signals.get(link.name),
      }),
    ]),
  );
}

function parse(answers: Answers<typeof reads>): Network {
  const links = parseIpAddr(answers.addresses.text);
  const routes = parseRoutes(answers.routes.text);
  const [best, ...others] = routes.defaults;
  const cables = links.interfaces.filter(({ name }) => containerLink.test(name)).length;
  const upstream = nameServers(answers.resolved.text);
  const notRead: NotRead = [
    ...(links.interfaces.length === 0
      ? [{ what: 'interfaces', why: whyNot(answers.addresses.status, 'ip is not installed') }]
      : []),
    ...(answers.routes.status === 'ok' ? [] : [{ what: 'routes', why: whyNot(answers.routes.status) }]),
  ];
  const unknown = [...links.unknown, ...routes.unknown];
  return present({
    interfaces: interfacesOf(
      links.interfaces,
      answers.speeds.files,
      answers.uevents.files,
      wirelessSignals(answers.wireless.text),
    ),
    containerLinks: cables === 0 ? undefined : cables,
    defaultRoute: best === undefined ? undefined : { ...best, interface: cleanName(best.interface, 32) },
    otherDefaultRoutes: others.length === 0 ? undefined : others.map((route) => cleanName(route.interface, 32)),
    nameServers: [...(upstream.length > 0 ? upstream : nameServers(answers.resolv.text))],
    notRead: notRead.length === 0 ? undefined : notRead,
    unknown: toldUnknown(unknown),
  });
}

/** Interfaces, addresses, the way out and the name servers. */
export const networkProbe = defineProbe({ name: 'system_network', reads, parse });

/** The interfaces after the one named (from the first on without a name), as many as fit into an answer. */
export function interfacesAfter(network: Network, after: string | undefined): Network {
  const names = Object.keys(network.interfaces);
  const start = after === undefined ? 0 : names.indexOf(after) + 1;
  if (after !== undefined && start === 0) {
    throw new Failure('invalid_input', '`after`: this device has no interface of that name.', {
      hint: 'Leave out `after` to begin with the first interface.',
      retry: 'no',
    });
  }
  const rest = Object.fromEntries(Object.entries(network.interfaces).slice(start));
  const interfaces = entriesThatFit(rest, dataChars - jsonChars({ ...network, interfaces: {} }));
  const last = Object.keys(interfaces).at(-1);
  return present({ ...network, interfaces, next: last === names.at(-1) ? undefined : last });
}
