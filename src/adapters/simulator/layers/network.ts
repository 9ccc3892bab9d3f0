import type { BoardSpec } from '../boards/board-spec.js';
import type { Files } from '../device/file-tree.js';
import type { SimulatedDevice } from '../device/simulated-device.js';

/** One interface of a board, as `ip addr` and sysfs tell it. */
export interface Interface {
  readonly index: number;
  readonly name: string;
  readonly kind: 'loopback' | 'wired' | 'wireless' | 'bridge' | 'gadget';
}

export function interfacesOf(spec: BoardSpec): readonly Interface[] {
  const list: [string, Interface['kind']][] = [
    ['lo', 'loopback'],
    ['dummy0', 'gadget'],
    [spec.wired, 'wired'],
  ];
  if (spec.wireless !== undefined) list.push([spec.wireless, 'wireless']);
  list.push(['l4tbr0', 'bridge'], ['usb0', 'gadget'], ['docker0', 'bridge']);
  return list.map(([name, kind], index) => ({ index: index + 1, name, kind }));
}

/** The IPv4 address of a device on the simulated network, from its name and seed. */
export function addressOf(device: SimulatedDevice): string {
  return `192.168.${1 + Math.floor(device.unit(960) * 200)}.${2 + Math.floor(device.unit(961) * 250)}`;
}

function hexAddress(address: string): string {
  const bytes = address.split('.').map(Number).reverse();
  return bytes.map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join('');
}

function routes(device: SimulatedDevice): string {
  const name = device.spec.wired;
  const network = addressOf(device).replace(/\d+$/, '0');
  const row = (iface: string, to: string, gateway: string, flags: string, mask: string): string =>
    `${iface}\t${hexAddress(to)}\t${hexAddress(gateway)}\t${flags}\t0\t0\t100\t${hexAddress(mask)}\t0\t0\t0\n`;
  return (
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n' +
    row(name, '0.0.0.0', network.replace(/0$/, '1'), '0003', '0.0.0.0') +
    row('docker0', '172.17.0.0', '0.0.0.0', '0001', '255.255.0.0') +
    row(name, network, '0.0.0.0', '0001', '255.255.255.0')
  );
}

/** Interfaces, routes and name servers. */
export function networkFiles(spec: BoardSpec): Files {
  const files: Record<string, Files[string]> = {
    '/proc/net/route': routes,
    '/etc/resolv.conf':
      '# This is /run/systemd/resolve/stub-resolv.conf\nnameserver 127.0.0.53\noptions edns0 trust-ad\n',
    '/run/systemd/resolve/resolv.conf': (device) => `nameserver ${addressOf(device).replace(/\d+$/, '1')}\n`,
    '/proc/net/wireless':
      'Inter-| sta-|   Quality        |   Discarded packets               | Missed | WE\n face | tus | link level noise |  nwid  crypt   frag  retry   misc | beacon | 22\n',
  };
  for (const { index, name, kind } of interfacesOf(spec)) {
    const folder = `/sys/class/net/${name}`;
    files[`${folder}/uevent`] =
      `${kind === 'wireless' ? 'DEVTYPE=wlan\n' : kind === 'bridge' ? 'DEVTYPE=bridge\n' : ''}INTERFACE=${name}\nIFINDEX=${index}\n`;
    files[`${folder}/operstate`] = kind === 'wired' ? 'up\n' : kind === 'loopback' ? 'unknown\n' : 'down\n';
    files[`${folder}/speed`] = kind === 'wired' ? '1000\n' : () => undefined;
    files[`${folder}/address`] = (device) => (kind === 'loopback' ? '00:00:00:00:00:00\n' : `${device.mac(index)}\n`);
  }
  return files;
}
