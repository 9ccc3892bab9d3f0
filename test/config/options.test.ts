import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { optionTable, type OptionRow } from '../../config/option-table.js';
import { loadOptions, type Environment, type LoadedOptions, type Options } from '../../config/options.js';
import { usage } from '../../config/usage.js';
import { runs } from '../setup/runs.js';

function good(argv: readonly string[], env: Environment = {}): Extract<LoadedOptions, { ok: true }> {
  const loaded = loadOptions(argv, env);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  return loaded;
}
const options = (argv: readonly string[], env: Environment = {}): Options => good(argv, env).options;
function errors(argv: readonly string[], env: Environment = {}): string[] {
  const loaded = loadOptions(argv, env);
  return loaded.ok ? [] : loaded.errors.map(({ message, fix }) => `${message} ${fix}`);
}

describe('loadOptions', () => {
  it('serves where nothing is asked for', () => {
    expect(good([])).toEqual({
      ok: true,
      command: 'serve',
      positionals: [],
      options: {
        toolsets: ['default'],
        tools: [],
        excludeTools: [],
        readOnly: false,
        disableDisruptive: false,
        logLevel: 'info',
        json: false,
        yes: false,
        mockSsh: false,
        help: false,
        version: false,
        temperatureLimits: {},
      },
    });
  });

  it.each([
    [{ TEST_MODE: 'true', MOCK_SSH_CONNECTIONS: 'true' }, true],
    [{ MOCK_SSH_CONNECTIONS: 'true' }, false],
    [{ TEST_MODE: 'true', MOCK_SSH_CONNECTIONS: 'true', JETFLEET_MOCK_SSH: 'false' }, false],
    [{ JETFLEET_MOCK_SSH: '1' }, true],
  ])('takes the variables of jetsonMCP for the mock: %j', (env, mockSsh) => {
    expect(loadOptions([], env)).toMatchObject({ ok: true, options: { mockSsh } });
  });

  it('has no variable that says yes beforehand', () => {
    expect(loadOptions(['call', 'x'], { JETFLEET_YES: 'true' })).toMatchObject({ options: { yes: false } });
    expect(loadOptions(['serve', '--yes'], {})).toMatchObject({ ok: false });
  });

  it('reads every option', () => {
    const argv = [
      '--config',
      'f.yaml',
      '--toolsets=device,hardware',
      '--tools',
      'a_b',
      '--tools=c_d',
      '--exclude-tools',
      'e_f,',
    ];
    const more = ['--read-only', '--disable-disruptive', '--log-level=DEBUG', '--json', '--devices', '12'];
    const place = ['--listen', '0.0.0.0', '--port=2200'];
    expect(good(['sim', ...argv, ...more, ...place])).toMatchObject({
      command: 'sim',
      options: {
        config: 'f.yaml',
        toolsets: ['device', 'hardware'],
        tools: ['a_b', 'c_d'],
        excludeTools: ['e_f'],
        readOnly: true,
        disableDisruptive: true,
        logLevel: 'debug',
        json: true,
        devices: 12,
        listen: '0.0.0.0',
        port: 2200,
      },
    });
  });

  it('reads the same from the environment, and lets the command line win', () => {
    const env = {
      JETFLEET_CONFIG: 'f.yaml',
      JETFLEET_TOOLSETS: 'device hardware',
      JETFLEET_TOOLS: 'a_b',
      JETFLEET_EXCLUDE_TOOLS: 'e_f',
      JETFLEET_READ_ONLY: '1',
      JETFLEET_DISABLE_DISRUPTIVE: 'yes',
      JETFLEET_LOG_LEVEL: 'warn',
      JETFLEET_JSON: 'true',
      JETFLEET_DEVICES: '3',
      JETFLEET_LISTEN: '::1',
      JETFLEET_PORT: '65535',
      JETFLEET_CORPUS: 'not an option',
    };
    expect(options([], env)).toMatchObject({
      config: 'f.yaml',
      toolsets: ['device', 'hardware'],
      tools: ['a_b'],
      excludeTools: ['e_f'],
      readOnly: true,
      disableDisruptive: true,
      logLevel: 'warn',
      json: true,
      devices: 3,
      listen: '::1',
      port: 65535,
    });
    expect(options(['--config=g.yaml', '--tools=x_y', '--read-only=false', '--log-level', 'error'], env)).toMatchObject(
      {
        config: 'g.yaml',
        tools: ['x_y'],
        readOnly: false,
        logLevel: 'error',
      },
    );
  });

  it('takes the arguments of a command', () => {
    expect(good(['call', 'device_list', '{"selector":"all"}', '--json'])).toMatchObject({
      command: 'call',
      positionals: ['device_list', '{"selector":"all"}'],
    });
    expect(good(['call', 'device_list', '--', '--x'])).toMatchObject({ positionals: ['device_list', '--x'] });
  });

  it.each([
    [['--read-olny'], 'There is no option "--read-olny". Write --read-only.'],
    [['--toolset', 'all'], 'There is no option "--toolset". Write --toolsets.'],
    [['-x'], 'There is no option "-x". `jetfleet --help` lists the options.'],
    [['--config'], '--config needs a value. Write --config=FILE.'],
    [['--config', '--json'], '--config needs a value. Write --config=FILE.'],
    [['--config='], '--config needs a value. Write --config=FILE.'],
    [['--config=a', '--config=b'], '--config is given twice. Remove one of the two.'],
    [['--read-only=perhaps'], '--read-only takes true or false. Write --read-only=true.'],
    [['--log-level=warning'], '--log-level takes error, warn, info or debug. Write --log-level=warn.'],
    [
      ['--tools=a;b'],
      '--tools takes names, and "a;b" is not one. Put commas between names; `jetfleet tools` lists them.',
    ],
    [['--tools=,'], '--tools takes at least one name. Put commas between names; `jetfleet tools` lists them.'],
    [['demo', '--devices=0'], '--devices takes a whole number from 1 to 10000. Write for example --devices=12.'],
    [['--devices=2'], '--devices does not belong to serve. It belongs to demo and sim.'],
    [['demo', '--listen=::'], '--listen does not belong to demo. It belongs to sim.'],
    [['--port=22'], '--port does not belong to serve. It belongs to sim.'],
    [['sim', '--port=0'], '--port takes a port from 1 to 65535. Write for example --port=2200.'],
    [['sim', '--port=70000'], '--port takes a port from 1 to 65535. Write for example --port=2200.'],
    [['sim', '--listen=a b'], '--listen takes an address or the name of one. Write for example --listen=0.0.0.0.'],
    [['serv'], 'There is no command "serv". Write jetfleet serve.'],
    [
      ['fly'],
      'There is no command "fly". The commands are serve, demo, sim, init, doctor, call, tools, approve, policy, audit.',
    ],
    [['tools', 'x'], 'tools does not take "x". Write: jetfleet tools'],
    [['call'], "call needs TOOL ['{json}']. Write: jetfleet call TOOL ['{json}']"],
  ])('answers %j with what to write', (argv, error) => expect(errors(argv)).toContain(error));

  it.each([
    [{ JETFLEET_READONLY: '1' }, 'JETFLEET_READONLY is not a variable of jetfleet. Set JETFLEET_READ_ONLY instead.'],
    [
      { JETFLEET_LOG_LEVEL: 'loud' },
      'JETFLEET_LOG_LEVEL takes error, warn, info or debug. Write JETFLEET_LOG_LEVEL=error.',
    ],
    [{ JETFLEET_READ_ONLY: 'maybe' }, 'JETFLEET_READ_ONLY takes true or false. Write JETFLEET_READ_ONLY=true.'],
    [
      { JETSON_TEMP_WARNING: 'hot' },
      'JETSON_TEMP_WARNING takes degrees Celsius up to 125. Set for example JETSON_TEMP_WARNING=80.',
    ],
  ])('refuses the environment %j', (env: Environment, error) => expect(errors([], env)).toEqual([error]));

  it('tells everything at once', () => {
    expect(errors(['fly', '--x', '--log-level=y'], { JETFLEET_JSON: 'z' })).toHaveLength(4);
  });

  it('reads the temperature limits of jetsonMCP', () => {
    const env = { JETSON_TEMP_WARNING: '70', JETSON_TEMP_CRITICAL: '80.5' };
    expect(options([], env).temperatureLimits).toEqual({ warningCelsius: 70, criticalCelsius: 80.5 });
    expect(errors([], { JETSON_TEMP_WARNING: '80', JETSON_TEMP_CRITICAL: '70' })).toEqual([
      expect.stringMatching(/^JETSON_TEMP_WARNING is not below JETSON_TEMP_CRITICAL\./),
    ]);
  });

  it.each([[['--help']], [['-h', '--nonsense']], [['demo', '-h']], [['fly', '--version']], [['call', '-V']]])(
    'gives help to %j',
    (argv) => expect(options(argv).help || options(argv).version).toBe(true),
  );

  it('names every command and option in the help', () => {
    for (const [name, row] of Object.entries<OptionRow>(optionTable)) {
      expect(usage()).toContain(`--${name}`);
      expect(usage()).toContain(row.variable ?? '');
    }
  });

  it('answers any command line', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom('--config', '-h', '--', '--json=', 'call', '__proto__'))),
        (argv) => {
          const loaded = loadOptions(argv, {});
          if (!loaded.ok) expect(loaded.errors.length).toBeGreaterThan(0);
        },
      ),
      { seed: 13, numRuns: runs(500) },
    );
  });
});
