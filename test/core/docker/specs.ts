import type { ContainerSpec } from '../../../src/core/docker/container-spec.js';

/** A small container, with something changed. */
export const specOf = (more: Partial<ContainerSpec> = {}): ContainerSpec => ({
  name: 'web',
  image: 'nginx:1.27',
  gpu: false,
  env: {},
  ports: [],
  mounts: [],
  devices: [],
  restart: 'no',
  labels: {},
  pull: 'missing',
  ...more,
});
