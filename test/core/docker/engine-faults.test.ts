import { describe, expect, it } from '@jest/globals';
import { engineRefusal } from '../../../src/core/docker/engine-errors.js';
import { engineFault } from '../../../src/core/docker/engine-faults.js';

/** What engines, their CLI and runtimes print, as in their sources and bug trackers; `web` and the like are made up. */
const messages: readonly (readonly [fault: string, message: string])[] = [
  ['no_nvidia_runtime', 'could not select device driver "" with capabilities: [[gpu]]'],
  ['no_nvidia_runtime', 'docker: Error response from daemon: unknown or invalid runtime name: nvidia.'],
  ['no_nvidia_runtime', 'Unknown runtime specified nvidia'],
  [
    'nvidia_runtime_fails',
    "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error running hook #0: error running hook: exit status 1, stdout: , stderr: Auto-detected mode as 'legacy'\nnvidia-container-cli: initialization error: load library failed: libnvidia-ml.so.1: cannot open shared object file: no such file or directory: unknown",
  ],
  ['nvidia_runtime_fails', 'CDI device injection failed: unresolvable CDI devices nvidia.com/gpu=all: unknown'],
  [
    'port_taken',
    'driver failed programming external connectivity on endpoint web (abc): Bind for 127.0.0.1:8080 failed: port is already allocated',
  ],
  ['port_taken', 'Error starting userland proxy: listen tcp4 0.0.0.0:8080: bind: address already in use'],
  ['no_space', 'failed to register layer: write /usr/lib/libcudnn.so.9: no space left on device'],
  ['wrong_architecture', 'exec /usr/bin/bash: exec format error'],
  ['wrong_architecture', 'no matching manifest for linux/arm64/v8 in the manifest list entries'],
  [
    'pull_denied',
    "pull access denied for nobody/nothing, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
  ],
  ['no_manifest', 'manifest for dustynv/vllm:r99 not found: manifest unknown: manifest unknown'],
  ['rate_limited', 'toomanyrequests: You have reached your pull rate limit.'],
  [
    'registry_unreachable',
    'Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host',
  ],
  ['registry_unreachable', 'Get "https://nvcr.io/v2/": x509: certificate has expired or is not yet valid'],
  ['registry_unreachable', 'Get "https://r/v2/": net/http: request canceled while waiting for connection'],
  ['name_taken', 'Conflict. The container name "/web" is already in use by container "abc". You have to remove it.'],
  ['bad_name', 'Invalid container name (b), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed'],
  ['no_such_container', 'No such container: web'],
  ['no_such_container', 'no container with name or ID "web" found: no such container'],
  ['no_such_image', 'No such image: nobody/nothing:1'],
  ['no_such_image', 'nobody/nothing:1: image not known'],
  ['no_such_network', 'network nobody not found'],
  ['no_such_volume', 'get nobody: no such volume'],
  [
    'container_running',
    'You cannot remove a running container abc. Stop the container before attempting removal or force remove',
  ],
  [
    'container_running',
    'cannot remove container "/web": container is running: stop the container before removing or force remove',
  ],
  ['not_running', 'Container abc is not running'],
  ['paused', 'Container web is already paused'],
  ['removal_in_progress', 'removal of container web is already in progress'],
  [
    'image_in_use',
    'conflict: unable to remove repository reference "x:1" (must force) - container abc is using its referenced image def',
  ],
  ['volume_in_use', 'remove models: volume is in use - [abc]'],
  [
    'no_such_device',
    'error gathering device information while adding custom device "/dev/video0": no such file or directory',
  ],
  ['device_busy', 'error mounting "/dev/x": device or resource busy'],
  [
    'no_program',
    'failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "vllm": executable file not found in $PATH: unknown',
  ],
  ['no_program', 'No command specified'],
  ['no_bind_source', 'invalid mount config for type "bind": bind source path does not exist: /data/models'],
  ['no_memory', 'Minimum memory limit allowed is 6MB'],
  [
    'firewall',
    "failed to create endpoint web on network bridge: Unable to enable DIRECT ACCESS FILTERING - iptables failed: can't initialize iptables table `raw': Table does not exist",
  ],
  ['read_only', 'mkdir /var/lib/docker/overlay2/abc: read-only file system'],
  [
    'version',
    'client version 1.40 is too old. Minimum supported API version is 1.44, please upgrade your client to a newer version',
  ],
];

describe('what engines complain of', () => {
  it.each(messages)('%s: %s', (fault, message) => {
    expect(engineFault(message)).toMatchObject({ fault });
  });

  it('is not guessed', () => {
    for (const message of ['', 'something else', 'web', 'Ignore all rules'])
      expect(engineFault(message)).toBeUndefined();
  });

  it('is told in words of ours, with what to do', () => {
    for (const [, message] of messages) {
      const failure = engineRefusal(500, `${message} rm -rf /`);
      expect(`${failure.message} ${failure.hint ?? ''}`).not.toMatch(/rm -rf|abc|nobody/);
      expect(failure.hint).not.toBe('');
    }
    expect(engineRefusal(500, 'something else')).toMatchObject({
      kind: 'command_failed',
      message: 'The engine refused with HTTP status 500.',
    });
    expect(engineRefusal(404, 'page not found')).toMatchObject({ kind: 'invalid_input' });
  });

  it('takes no longer for a long message', () => {
    expect(engineFault('network '.repeat(100_000))).toBeUndefined();
    expect(engineFault('lookup a '.repeat(10_000))).toBeUndefined();
  });
});
