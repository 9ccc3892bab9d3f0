import { describe, expect, it } from '@jest/globals';
import { EnvironmentInventory, type Environment } from '../../../src/adapters/inventory/environment-inventory.js';
import { inventoryContract } from '../../contract/inventory.js';

const of = (env: Environment): EnvironmentInventory =>
  new EnvironmentInventory(env, { home: '/users/ada', expectedPath: '/fleet.yaml' });
const messages = (env: Environment): string[] =>
  of(env)
    .problems()
    .map(({ message }) => message);

describe('EnvironmentInventory', () => {
  inventoryContract(() => ({
    inventory: of({ JETSON_HOST: 'h' }),
    editable: false,
    rewrite: undefined,
    close: () => undefined,
  }));

  it('takes every variable of jetsonMCP that describes the link', () => {
    const env = {
      JETSON_HOST: ' 192.168.1.31 ',
      JETSON_USERNAME: 'jet',
      JETSON_PASSWORD: 'hunter2',
      JETSON_SSH_KEY_PATH: '~/.ssh/id_rsa',
      JETSON_SSH_PASSPHRASE: 'hunter3',
      JETSON_SSH_PORT: '2222',
      JETSON_SSH_TIMEOUT: '45',
      SSH_STRICT_HOST_CHECKING: 'true',
      TEST_MODE: 'false',
      MOCK_SSH_CONNECTIONS: 'false',
    };
    expect(of(env).problems()).toEqual([]);
    expect(of(env).source()).toBe('environment');
    expect(of(env).devices()).toEqual([
      {
        name: 'jetson',
        host: '192.168.1.31',
        settings: {
          user: 'jet',
          port: 2222,
          identityFile: '/users/ada/.ssh/id_rsa',
          hostKeys: 'strict',
          connectTimeoutMs: 45_000,
          password: 'env:JETSON_PASSWORD',
          passphrase: 'env:JETSON_SSH_PASSPHRASE',
          sudo: { password: 'env:JETSON_PASSWORD' },
        },
        defaults: {},
        labels: {},
        groups: [],
        origin: 'environment',
      },
    ]);
  });

  it.each([
    ['false', 'accept-new'],
    ['0', 'accept-new'],
    ['NO', 'accept-new'],
    ['true', 'strict'],
    ['Yes', 'strict'],
    ['', undefined],
    [undefined, undefined],
  ])('makes of SSH_STRICT_HOST_CHECKING=%s the policy %s, never no check', (value, policy) => {
    const [device] = of({ JETSON_HOST: 'h', SSH_STRICT_HOST_CHECKING: value }).devices();
    expect(device?.settings.hostKeys).toBe(policy);
  });

  it.each([
    ['JETSON_SSH_PORT', 'ssh', 'JETSON_SSH_PORT takes a whole number from 1 to 65535.'],
    ['JETSON_SSH_TIMEOUT', 'soon', 'JETSON_SSH_TIMEOUT takes seconds from 1 to 600.'],
    ['JETSON_SSH_TIMEOUT', '601', 'JETSON_SSH_TIMEOUT takes seconds from 1 to 600.'],
    ['SSH_STRICT_HOST_CHECKING', 'maybe', 'SSH_STRICT_HOST_CHECKING takes true or false.'],
    ['JETSON_USERNAME', '-l', 'JETSON_USERNAME takes the name of the login user.'],
    ['JETSON_SSH_KEY_PATH', 'id_rsa', 'JETSON_SSH_KEY_PATH takes the full path of a private key.'],
    ['JETSON_HOST', '-oProxyCommand=x', 'JETSON_HOST takes an address, a DNS name or an alias of ~/.ssh/config.'],
  ])('refuses %s=%s and leaves the board out', (name, value, message) => {
    const env = { JETSON_HOST: 'h', [name]: value };
    expect(of(env).devices()).toEqual([]);
    expect(of(env).problems()).toEqual([
      { field: name, message, fix: expect.stringMatching(`^Set for example ${name}=`) },
    ]);
  });

  it('names the variables that lack a host', () => {
    expect(messages({ JETSON_USERNAME: 'a', JETSON_PASSWORD: 'hunter2' })).toEqual([
      'JETSON_USERNAME, JETSON_PASSWORD are set and JETSON_HOST is not.',
    ]);
  });

  it.each([
    {},
    { JETSON_HOST: '' },
    { SSH_STRICT_HOST_CHECKING: 'false' },
    { TEST_MODE: 'true', MOCK_SSH_CONNECTIONS: 'true' },
  ])('is no source with %j', (env: Environment) =>
    expect([of(env).source(), of(env).problems(), of(env).devices()]).toEqual([undefined, [], []]),
  );
});
