import { canonicalJson } from '../canonical-json.js';
import { renderArgv } from '../command.js';
import { visible } from '../visible.js';
import type { DockerStep } from './request.js';

/** A step of the container engine on one line and in full, as a person reads and approves it. */
export function dockerStepText(step: DockerStep): string {
  if (step.docker === 'load')
    return visible(`docker load ${renderArgv([step.image])} (${step.imageId}) from device ${step.from}`);
  if (step.docker === 'exec') {
    const { container, argv, user, cwd } = step;
    const how = [...(user === undefined ? [] : ['--user', user]), ...(cwd === undefined ? [] : ['--workdir', cwd])];
    return visible(renderArgv(['docker', 'exec', ...how, container, ...argv]));
  }
  const { docker: method, path, query, body } = step;
  const words = query === undefined ? '' : `?${new URLSearchParams(query).toString()}`;
  return visible(`docker ${method} ${path}${words}${body === undefined ? '' : ` ${canonicalJson(body)}`}`);
}
