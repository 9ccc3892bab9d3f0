import { isInferencePath } from '../core/ai/inference-paths.js';
import type { DockerStep } from '../core/docker/request.js';
import { Failure } from '../core/errors.js';
import type { Docker } from '../ports/docker.js';
import type { LoopbackHttp } from '../ports/loopback-http.js';

/** Notes what is done, and does it. */
type Noted = <T>(what: string, work: () => Promise<T>) => Promise<T>;
/** Does an approved step, once; rejects for any other. */
type Once = <T>(step: DockerStep, what: string, work: () => Promise<T>) => Promise<T>;

/** Rejects where the policy keeps the tool from a path, or from where its links lead. */
type MayRead = (path: string, signal: AbortSignal) => Promise<void>;

/** A container engine of which looking is free, and the rest takes an approved step. */
export function guardedDocker(docker: Docker, noted: Noted, once: Once): Docker {
  return {
    ask: (question, signal) => noted(`docker GET ${question.path}`, () => docker.ask(question, signal)),
    follow: (stream, onPiece, signal) =>
      noted(`docker follow ${stream.path}`, () => docker.follow(stream, onPiece, signal)),
    save: (image, signal) => docker.save(image, signal),
    send: (request, signal) =>
      once(request, `docker ${request.docker} ${request.path}`, () => docker.send(request, signal)),
    exec: (exec, signal, onOutput) =>
      once(exec, `docker exec ${exec.argv.join(' ')}`, () => docker.exec(exec, signal, onOutput)),
    load: (load, content, signal) => once(load, `docker load ${load.image}`, () => docker.load(load, content, signal)),
  };
}

/** HTTP to a device's ports by which engines are asked, and nothing is changed. */
export function guardedHttp(http: LoopbackHttp, noted: Noted, mayRead: MayRead): LoopbackHttp {
  return {
    request: async (request, signal, onChunk) => {
      const { method, port, path, tokenFile } = request;
      if (!isInferencePath(method, path))
        throw new Failure('not_allowed', 'A tool asked a port of the device for more than inference.', { retry: 'no' });
      // What listens there gets the file's content.
      if (tokenFile !== undefined) await mayRead(tokenFile, signal);
      return noted(`http ${method} ${port}${path}`, () => http.request(request, signal, onChunk));
    },
  };
}
