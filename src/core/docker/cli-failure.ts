import { Failure } from '../errors.js';

interface Known {
  readonly pattern: RegExp;
  readonly message: string;
  readonly hint: string;
}

/** What the Docker and Podman command lines say, and what it means. The first that matches counts. */
const known: readonly Known[] = [
  {
    pattern: /no space left on device|not enough space/i,
    message: 'The disk of the device is full.',
    hint: 'image_prune removes images that nothing uses; system_storage shows what fills the disk. What was downloaded whole is kept.',
  },
  {
    pattern:
      /no matching manifest for|image operating system .* cannot be used|does not match the specified platform|no image found in (?:manifest|image index)/i,
    message: "The registry has this image, but not for this device's architecture.",
    hint: 'Jetsons need linux/arm64: ai_match names images that fit.',
  },
  {
    pattern: /toomanyrequests|rate limit/i,
    message: 'The registry refuses more pulls for now: its rate limit is reached.',
    hint: 'Wait, log in to the registry on the device (docker login), or use image_copy from a device that has the image.',
  },
  {
    pattern: /manifest(?: for .{1,300})? (?:unknown|not found)|manifest unknown|name unknown|reference does not exist/i,
    message: 'The registry has no image of this name and tag.',
    hint: 'Look at its tags; ai_match names images that fit this device.',
  },
  {
    pattern:
      /pull access denied|unauthorized|authentication required|requested access to the resource is denied|denied: /i,
    message: 'The registry does not give this image to the device: it does not exist, or it needs a login.',
    hint: 'Correct the name, or run docker login for that registry on the device, as the user who pulls (root where sudo is used).',
  },
  {
    pattern: /server gave HTTP response to HTTPS client/i,
    message: 'The registry speaks plain HTTP, which the engine does not accept.',
    hint: 'Add it to insecure-registries in /etc/docker/daemon.json where that is wanted.',
  },
  {
    pattern: /x509|certificate/i,
    message: "The registry's certificate is not accepted by the device.",
    hint: 'Often the clock of a board without a battery is wrong: device_doctor compares it. Else the registry uses a certificate of its own.',
  },
  {
    pattern: /no such host|server misbehaving|Temporary failure in name resolution/i,
    message: "The device cannot resolve the registry's name.",
    hint: 'system_network shows its name servers; image_copy brings an image from another device without any registry.',
  },
  {
    pattern:
      /connection refused|i\/o timeout|network is unreachable|no route to host|TLS handshake timeout|context deadline exceeded|Client\.Timeout|connection reset/i,
    message: 'The device does not reach the registry.',
    hint: 'Look at system_network; image_copy brings an image from another device without any registry. Finished layers are kept: call again to go on.',
  },
  {
    pattern: /port is already allocated|address already in use|rootlessport listen/i,
    message: 'A port that it publishes is taken on the device.',
    hint: 'Choose another port of the device, or stop what uses it: container_list shows ports of containers.',
  },
  {
    pattern: /container name .{0,200}is already in use|name .{0,200}is in use/i,
    message: 'The device has a container of this name already.',
    hint: 'Choose another name, or remove that container (container_control).',
  },
  {
    pattern:
      /unknown or invalid runtime name|could not select device driver|runtime.{0,40}nvidia.{0,40}not found|unresolvable CDI devices|nvidia-container-runtime.{0,80}not found/i,
    message: 'The engine does not know the NVIDIA runtime, so the container cannot have the GPU.',
    hint: 'docker_setup installs and registers it.',
  },
  {
    pattern: /nvidia-container-cli|failed to create shim.*nvidia|nvidia-container-runtime/i,
    message: 'The NVIDIA runtime could not give the container the GPU.',
    hint: 'docker_status tells about the runtime; where L4T was upgraded, restart the device and run docker_setup.',
  },
  {
    pattern: /bind source path does not exist|statfs .{1,300}: no such file or directory/i,
    message: 'A folder or file that is to be mounted is not on the device.',
    hint: 'Make it first, or use a named volume. For jetfleet, a missing folder is no reason to make one as root.',
  },
  {
    pattern: /error gathering device information|no such file or directory.*\/dev\/|stat \/dev\//i,
    message: 'A device file that the container is to have is not there.',
    hint: 'Look for it with file_list in /dev; cameras appear once their driver is loaded.',
  },
  {
    pattern: /executable file not found|exec: .{1,200}: (?:not found|no such file)|exec format error/i,
    message: 'The program that the container is to run is not in the image, or is for another architecture.',
    hint: 'Correct command or entrypoint; Jetsons need images for linux/arm64.',
  },
  {
    pattern: /unknown server OS/i,
    message: 'The command line got no answer of the engine: often the login user may not use it.',
    hint: 'device_doctor shows whether the user is in group docker; docker_setup mends it.',
  },
  {
    pattern: /Duplicate mount point/i,
    message: 'Two mounts have the same path in the container.',
    hint: 'Leave one of the two out.',
  },
  {
    pattern: /No command specified/i,
    message: 'The image names no program to run.',
    hint: 'Give command or entrypoint.',
  },
  {
    pattern: /network .{1,150} not found|unable to find network/i,
    message: 'The engine has no network of that name.',
    hint: 'Leave network away, or let compose_up make it.',
  },
  {
    pattern: /memory limit|Minimum memory limit/i,
    message: 'The engine does not take this memory limit.',
    hint: 'Give more MiB, or none.',
  },
  {
    pattern: /permission denied while trying to connect|dial unix .{1,200}permission denied/i,
    message: 'The login user may not use the engine.',
    hint: 'docker_setup adds it to group docker; a user in that group is as good as root.',
  },
  {
    pattern: /Cannot connect to the Docker daemon|Is the docker daemon running/i,
    message: 'The Docker daemon does not run.',
    hint: 'service_control starts docker.service; system_logs tells why it ended.',
  },
];

/** Why a command line of the engine's ended with an error, by what it printed; in our words only. */
export function cliFailure(what: string, output: string, exitCode: number | undefined): Failure {
  const found = known.find(({ pattern }) => pattern.test(output));
  const ended = exitCode === undefined ? 'without an exit code' : `with exit code ${exitCode}`;
  return new Failure('command_failed', `${what} ${found?.message ?? `The engine's command line ended ${ended}.`}`, {
    hint: found?.hint ?? 'job_output with the id of this change has what it printed.',
    retry: 'check_first',
  });
}
