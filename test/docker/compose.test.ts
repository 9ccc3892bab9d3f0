import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Composed } from '../../src/core/compose/compose-words.js';
import { ComposeDown } from '../../tools/container/compose_down.js';
import { ComposeUp } from '../../tools/container/compose_up.js';
import { busybox, engineHostUnavailable, startEngineHost, type EngineHost } from '../setup/engine-host.js';
import { describeWith } from '../setup/suite.js';
import { Calls, changed } from './change.js';

const up = new ComposeUp(300);
const down = new ComposeDown();
const file = `
name: lab
services:
  web:
    image: ${busybox}
    command: [sh, -c, 'echo "$$GREETING"; trap "exit 0" TERM; sleep 1000 & wait']
    environment: { GREETING: "web's \${WHO}" }
    depends_on: { db: { condition: service_healthy }, prepare: { condition: service_completed_successfully } }
    networks: [front, back]
    ports: ["127.0.0.1:8090:80"]
  prepare:
    image: ${busybox}
    command: [sh, -c, 'echo ready >/data/ready']
    volumes: ["data:/data"]
  db:
    image: ${busybox}
    command: [sh, -c, 'echo "$$GREETING"; trap "exit 0" TERM; sleep 1000 & wait']
    environment: { GREETING: "db's" }
    volumes: ["data:/data:ro"]
    networks: [back]
    depends_on: { prepare: { condition: service_completed_successfully } }
    healthcheck: { test: [CMD, cat, /data/ready], interval: 1s }
networks: { front: , back: }
volumes: { data: }
`;

describeWith(engineHostUnavailable(), 'compose in a real engine', () => {
  let host: EngineHost;
  let calls: Calls;
  beforeAll(async () => {
    host = await startEngineHost();
    calls = new Calls(host.sshd.user);
  }, 60_000);
  afterAll(async () => {
    calls.forget();
    await host.stop();
  });
  const bring = (text = file): Promise<Composed> =>
    changed(up, { file: text, variables: { WHO: 'own' } }, host.device, calls.next());
  const did = ({ services }: Composed): string[] => services.map(({ service, did: what }) => `${service} ${what}`);

  it('brings a project up in its order, each with its own variables', async () => {
    const composed = await bring();
    expect(did(composed)).toEqual(['prepare made', 'db made', 'web made']);
    expect(composed.says).toBe('Everything is up, or did what it was for.');
    expect(await host.engine.docker(['logs', 'lab-web-1'])).toBe("web's own\n");
    expect(await host.engine.docker(['logs', 'lab-db-1'])).toBe("db's\n");
    const networks = await host.engine.docker([
      'inspect',
      '--format',
      '{{range $k, $v := .NetworkSettings.Networks}}{{$k}} {{end}}',
      'lab-web-1',
    ]);
    expect(networks.trim().split(' ').sort()).toEqual(['lab_back', 'lab_front']);
    const found = await host.engine.docker(['ps', '-q', '--filter', 'label=com.docker.compose.project=lab']);
    expect(found.trim().split('\n')).toHaveLength(2);
  });

  it('leaves what is unchanged, and makes anew what is not', async () => {
    expect(did(await bring())).toEqual(['prepare started', 'db left', 'web left']);
    expect(did(await bring(file.replace("web's", 'web is')))).toEqual(['prepare started', 'db left', 'web remade']);
    expect(await host.engine.docker(['logs', 'lab-web-1'])).toBe('web is own\n');
  });

  it('does not start what waits for one that fails', async () => {
    const text = file
      .replace('echo ready >/data/ready', 'exit 4')
      .replace('name: lab', 'name: bad')
      .replace('8090', '8091');
    await expect(bring(text)).rejects.toThrow(/bad-prepare-1, which others wait for, ended with an error/);
    const names = await host.engine.docker(['ps', '-a', '--format', '{{.Names}}', '--filter', 'name=bad-']);
    expect(names.trim()).toBe('bad-prepare-1');
  });

  it('takes it down, its volumes only where asked for', async () => {
    const gone = await changed<{ removed: string[] }>(down, { project: 'lab' }, host.device, calls.next());
    expect(gone.removed).toEqual(['lab-db-1', 'lab-prepare-1', 'lab-web-1', 'lab_back', 'lab_default', 'lab_front']);
    expect(await host.engine.docker(['volume', 'ls', '-q'])).toContain('lab_data');
    await changed(down, { project: 'lab', volumes: true }, host.device, calls.next());
    expect(await host.engine.docker(['volume', 'ls', '-q'])).not.toContain('lab_data');
  });
});
