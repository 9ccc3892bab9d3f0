import { existsSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { isTaken, parseListening } from '../../../src/core/linux/listening.js';

const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const tcp = (at: string, state = '0A'): string =>
  `${head}   0: ${at} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 1\n`;

describe('what listens', () => {
  it.each([
    ['0100007F:1F90', '127.0.0.1', 8080],
    ['00000000:0016', '*', 22],
    ['00000000000000000000000000000000:0050', '*', 80],
    ['00000000000000000000000001000000:0277', '::1', 631],
    ['0000000000000000FFFF00000101A8C0:1F91', '192.168.1.1', 8081],
  ])('%s is %s:%d', (at, address, port) =>
    expect(parseListening(tcp(at), 'tcp')).toEqual([{ address, port, protocol: 'tcp' }]),
  );
  it('is not what is connected', () => expect(parseListening(tcp('0100007F:1F90', '01'), 'tcp')).toEqual([]));
  it('takes a port on its own address, or on all', () => {
    const on = (address: string) => [{ address, port: 80, protocol: 'tcp' as const }];
    const wants = (address: string, port = 80) => ({ address, port, protocol: 'tcp' as const });
    expect(isTaken(wants('127.0.0.1'), on('*'))).toBe(true);
    expect(isTaken(wants('0.0.0.0'), on('127.0.0.1'))).toBe(true);
    expect(isTaken(wants('127.0.0.1'), on('192.168.1.1'))).toBe(false);
    expect(isTaken(wants('127.0.0.1', 81), on('*'))).toBe(false);
    expect(isTaken({ ...wants('127.0.0.1'), protocol: 'udp' }, on('*'))).toBe(false);
  });
  it('on this very machine is found', async () => {
    if (!existsSync('/proc/net/tcp')) return;
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(parseListening(readFileSync('/proc/net/tcp', 'utf8'), 'tcp')).toContainEqual({
      address: '127.0.0.1',
      port,
      protocol: 'tcp',
    });
    server.close();
  });
});
