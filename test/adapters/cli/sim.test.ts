import { describe, expect, it } from '@jest/globals';
import { simCommand } from '../../../src/adapters/cli/sim.js';
import { Screen } from './screen.js';

const board = (name: string, port: number) => ({ name, host: '127.0.0.1', port, user: 'ops' });

describe('jetfleet sim', () => {
  it.each([
    [[board('nano-01', 2200)], '1 simulated Jetson listens. Fleet file: /tmp/f.yaml'],
    [[board('nano-01', 2200), board('orin', 2201)], '2 simulated Jetsons listen. Fleet file: /tmp/f.yaml'],
  ])('says how to reach each board, and waits: %#', async (devices, line) => {
    const [screen, stop] = [new Screen(), new AbortController()];
    const running = simCommand({ devices, config: '/tmp/f.yaml' }, screen, stop.signal);
    expect(screen.said[0]).toBe('nano-01  ssh -p 2200 ops@127.0.0.1');
    expect(screen.said).toContain(line);
    stop.abort();
    expect(await running).toBe(0);
  });
});
