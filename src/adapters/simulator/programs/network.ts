import type { SimulatedDevice } from '../device/simulated-device.js';
import { addressOf, interfacesOf, type Interface } from '../layers/network.js';
import { prints, type Programs } from './program.js';

function block(device: SimulatedDevice, { index, name, kind }: Interface): string {
  if (kind === 'loopback') {
    return `${index}: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
       valid_lft forever preferred_lft forever
    inet6 ::1/128 scope host
       valid_lft forever preferred_lft forever
`;
  }
  const up = kind === 'wired';
  const flags = up ? 'BROADCAST,MULTICAST,UP,LOWER_UP' : 'NO-CARRIER,BROADCAST,MULTICAST,UP';
  const head = `${index}: ${name}: <${flags}> mtu 1500 qdisc ${up ? 'mq' : 'noqueue'} state ${up ? 'UP' : 'DOWN'} group default qlen 1000\n    link/ether ${device.mac(index)} brd ff:ff:ff:ff:ff:ff\n`;
  const inet = (address: string, brd: string, tail: string): string =>
    `    inet ${address} brd ${brd} scope global ${tail}${name}\n       valid_lft forever preferred_lft forever\n`;
  if (name === 'docker0') return head + inet('172.17.0.1/16', '172.17.255.255', '');
  if (!up) return head;
  const address = addressOf(device);
  const half = device.hex(962, 12).replace(/^(.{4})(.{4})(.{4})$/, '$1:$2:$3');
  return (
    head +
    (name === 'eth0' && device.spec.release.jetpackMajor >= 5 ? '    altname enP8p1s0\n' : '') +
    inet(`${address}/24`, address.replace(/\d+$/, '255'), 'noprefixroute ') +
    `    inet6 fe80::${half}:1/64 scope link noprefixroute\n       valid_lft forever preferred_lft forever\n`
  );
}

/** Interfaces with their addresses. */
export const networkPrograms: Programs = {
  ip: prints(['addr'], ({ device }) =>
    interfacesOf(device.spec)
      .map((each) => block(device, each))
      .join(''),
  ),
};
