import type { FailureKind } from '../errors.js';

/** What a message of the Docker Engine (or of its CLI, or of Podman) means, in our words. */
export interface EngineFault {
  /** One word for data and tests. */
  readonly fault: FaultName;
  readonly kind: FailureKind;
  readonly message: string;
  readonly hint: string;
}

export type FaultName = (typeof vocabulary)[number][0];

type Row = readonly [fault: string, pattern: RegExp, kind: FailureKind, message: string, hint: string];

/** The first that fits counts: causes come before what merely failed for them. */
const vocabulary = [
  [
    'no_nvidia_runtime',
    /could not select device driver.*\[\[gpu\]\]|unknown(?: or invalid)? runtime(?: specified|:| name:)? ?"?nvidia|invalid runtime name: nvidia|unknown runtime specified nvidia/i,
    'command_failed',
    'The engine knows no runtime `nvidia`, so no container gets the GPU.',
    'docker_setup installs the NVIDIA container toolkit, registers the runtime in /etc/docker/daemon.json and restarts Docker.',
  ],
  [
    'nvidia_runtime_fails',
    /nvidia-container-cli|nvidia-container-runtime|libnvidia-container|unresolvable CDI devices|failed to inject CDI|error modifying OCI spec/i,
    'command_failed',
    "NVIDIA's container runtime could not give the container the GPU.",
    'Its toolkit does not fit this L4T or is set up wrongly: docker_status shows its state, docker_setup mends it.',
  ],
  [
    'port_taken',
    /port is already allocated|address already in use|ports are not available|bind: address/i,
    'command_failed',
    'A port that the container publishes is taken on the device.',
    'Choose another port, or stop what holds it: container_list and system_network show who listens.',
  ],
  [
    'no_space',
    /no space left on device|disk quota exceeded/i,
    'command_failed',
    "The disk of the engine's data is full.",
    'container_prune frees what nothing uses; system_storage shows what fills the disk; docker_setup can move the data to another one.',
  ],
  [
    'wrong_architecture',
    /exec format error|no matching manifest for linux\/arm|does not match the detected host platform/i,
    'command_failed',
    'The image is built for another processor than this board has (arm64).',
    'Take an image for linux/arm64, for AI engines one that fits the L4T: ai_match names it.',
  ],
  [
    'pull_denied',
    /pull access denied|requested access to the resource is denied|unauthorized: |authentication required|denied: /i,
    'command_failed',
    'The registry has no such image, or wants a login for it.',
    "Check the image's name. For a private one log in on the device (`docker login`) as the user who pulls.",
  ],
  [
    'no_manifest',
    /manifest unknown|manifest for \S+ not found|not found: manifest|failed to resolve reference/i,
    'command_failed',
    'The registry has no such tag of that image.',
    'Check the tag; image_search and ai_match know those that exist.',
  ],
  [
    'rate_limited',
    /toomanyrequests|too many requests|pull rate limit/i,
    'command_failed',
    'The registry refuses further pulls from this address for now.',
    'Wait some hours, log in to the registry on the device, or copy the image from a board that has it.',
  ],
  [
    'registry_unreachable',
    /lookup \S+.*(?:no such host|server misbehaving|i\/o timeout|temporary failure)|(?:dial tcp|Client\.Timeout|TLS handshake|x509).*|net\/http: request canceled while waiting/i,
    'command_failed',
    "The device's engine could not reach the registry.",
    "Check the device's network, DNS, proxy and clock (a wrong clock breaks TLS): system_network and system_info show them.",
  ],
  [
    'name_taken',
    /is already in use by container|name .{0,200} is already in use/i,
    'command_failed',
    'A container of that name exists already.',
    'Choose another name, or remove the old one with container_control.',
  ],
  [
    'bad_name',
    /invalid container name|invalid reference format|includes invalid characters/i,
    'invalid_input',
    'That is no name that the engine takes.',
    'Names have two or more of letters, digits and _.- and begin with a letter or digit.',
  ],
  [
    'no_such_container',
    /no such container|no container with name or ID|no such object/i,
    'invalid_input',
    'The engine has no container of that name.',
    'container_list names the containers there are.',
  ],
  [
    'no_such_image',
    /no such image|image not known|image .{0,300} not found|unable to find image/i,
    'invalid_input',
    'The engine has no such image.',
    'image_list names the images there are; image_pull brings one.',
  ],
  [
    'no_such_network',
    /network .{0,200} not found|no such network|unable to find network/i,
    'invalid_input',
    'The engine has no network of that name.',
    'Leave the network out for the default bridge.',
  ],
  [
    'no_such_volume',
    /no such volume|volume .{0,200} not found/i,
    'invalid_input',
    'The engine has no volume of that name.',
    'Check the name; a container that names a new volume makes it.',
  ],
  [
    'container_running',
    /cannot remove a running container|container is running|stop the container before/i,
    'command_failed',
    'The container is running, and a running one is not removed.',
    'Stop it first with container_control, or remove it by force.',
  ],
  [
    'not_running',
    /is not running|container .{0,200} is stopped|can only create exec sessions on running containers|is restarting, wait/i,
    'command_failed',
    'The container does not run.',
    'Start it with container_control; container_logs tells why it ended.',
  ],
  [
    'paused',
    /is paused|is already paused|is not paused/i,
    'command_failed',
    'The container is paused, or is not, against what this needs.',
    'container_list shows its state; container_control pauses and unpauses.',
  ],
  [
    'removal_in_progress',
    /removal of container .{0,200} is already in progress|is marked for removal/i,
    'command_failed',
    'The container is being removed already.',
    'Look again in a moment: container_list.',
  ],
  [
    'image_in_use',
    /image is (?:being )?used by|image is referenced in multiple repositories|image has dependent child images|image in use|unable to (?:delete|remove repository)/i,
    'command_failed',
    'The image is in use by a container, another tag or another image.',
    'Remove the containers that use it first; container_list shows them.',
  ],
  [
    'volume_in_use',
    /volume is in use|volume .{0,200} is being used/i,
    'command_failed',
    'The volume is in use by a container.',
    'Remove that container first; container_list shows it.',
  ],
  [
    'no_such_device',
    /error gathering device information|no such device|not a device node/i,
    'command_failed',
    'A device file that the container asks for is not on the device.',
    'Check that the camera or other hardware is connected and its driver loaded, or leave it out.',
  ],
  [
    'device_busy',
    /device or resource busy|resource temporarily unavailable/i,
    'command_failed',
    'Something that the container needs is busy: another process holds it.',
    'End what holds it (another container, perhaps), then try again.',
  ],
  [
    'no_program',
    /executable file not found|exec: .{0,300}no such file or directory|no command specified|stat .{0,300}no such file or directory: unknown/i,
    'command_failed',
    'The image has no such program, or names none.',
    'Check command and entrypoint; container_inspect shows what the image would run.',
  ],
  [
    'no_bind_source',
    /bind source path does not exist|invalid mount config|statfs .{0,300}no such file/i,
    'command_failed',
    'A folder that the container mounts is not on the device, or may not be mounted so.',
    'Make the folder first, or correct the path.',
  ],
  [
    'no_memory',
    /cannot allocate memory|out of memory|minimum memory limit/i,
    'command_failed',
    'There is not enough memory for the container, or its limit is too low for it to start.',
    'Stop something else, or give it another limit: system_processes and ai_match show what fits.',
  ],
  [
    'firewall',
    /iptables|driver failed programming external connectivity|failed to create endpoint/i,
    'command_failed',
    "The engine could not set up the container's network: its firewall rules are gone, or the kernel lacks what they need.",
    'Restart Docker (service_control). Where that does not help, L4T lacks a kernel module or uses the wrong iptables: docker_status tells, docker_setup mends it.',
  ],
  [
    'cgroup',
    /cgroup/i,
    'command_failed',
    'The kernel or systemd of the device cannot set up the control group of the container.',
    'docker_status shows which cgroup version and driver are in use.',
  ],
  [
    'denied_inside',
    /permission denied|operation not permitted/i,
    'command_failed',
    'The container may not do something that it needs to start.',
    'Check the rights of mounted folders and the user it runs as.',
  ],
  [
    'read_only',
    /read-only file system/i,
    'command_failed',
    'A file system that the container or the engine writes to is read-only.',
    'system_storage shows it; a disk that had errors is mounted so.',
  ],
  [
    'version',
    /client version .{0,40} is too (?:old|new)|api version/i,
    'unsupported',
    'The engine does not speak a version of its API that jetfleet speaks.',
    'Docker 20.10 to 29 and later do: update the engine.',
  ],
] as const satisfies readonly Row[];

/** Recognises what an engine, its CLI or its runtime complains of; undefined where it is none of what is known. */
export function engineFault(text: string): EngineFault | undefined {
  const head = text.slice(0, 64 * 1024);
  const found = vocabulary.find(([, pattern]) => pattern.test(head));
  if (found === undefined) return undefined;
  const [fault, , kind, message, hint] = found;
  return { fault, kind, message, hint };
}
