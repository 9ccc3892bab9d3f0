import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { jupyterStep, pipStep, tokenFolder } from '../../../src/core/ai/install/pip-job.js';
import { servedJupyter } from '../../../src/core/ai/install/jupyter.js';
import { installProbe } from '../../../src/core/ai/install/probe.js';
import { insideProbe, installedWheel } from '../../../src/core/ai/install/result.js';
import { launched, stopCommand } from '../../../src/core/jobs/job-commands.js';
import { jobProbe, type JobReport } from '../../../src/core/jobs/job-probe.js';
import { frameworksProbe } from '../../../src/core/probes/ai-frameworks.js';
import { never, rig, type Rig } from '../../adapters/ssh/rig.js';
import { ensurePrograms } from '../../setup/packages.js';
import { describeWith } from '../../setup/suite.js';
import { sshdUnavailable } from '../../setup/sshd.js';

/** Makes wheels as they are in an index, from files by their paths. */
const makeWheels = `
import sys, os, zipfile, json
for name, version, files in json.load(sys.stdin):
    folder = os.path.join(sys.argv[1], name); os.makedirs(folder, exist_ok=True)
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(os.path.join(folder, f"{name}-{version}-py3-none-any.whl"), "w") as wheel:
        for path, text in files.items(): wheel.writestr(path, text)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(f"{info}/RECORD", "")
    open(os.path.join(folder, "index.html"), "w").write("".join(f'<a href="{each}">{each}</a>' for each in os.listdir(folder) if each.endswith(".whl")))
`;
/** Reads its token as Jupyter does, and listens where it is told. */
const server = `
import os, sys, http.server
words = dict(each.lstrip("-").split("=", 1) for each in sys.argv[1:] if "=" in each)
token = open(os.environ["JUPYTER_TOKEN_FILE"]).read()
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.headers.get("Authorization") == "token " + token else 403); self.end_headers()
http.server.HTTPServer((words["ServerApp.ip"], int(words["ServerApp.port"])), Answer).serve_forever()
`;

describeWith(
  sshdUnavailable({}) ?? ensurePrograms({ python3: 'python3-venv' }),
  'environments of Python over a real sshd',
  () => {
    let the: Rig;
    let index: string;
    const used: string[] = [];
    const newId = (): string => (used.push(randomBytes(8).toString('hex')), used.at(-1) ?? '');
    let folder: string;

    beforeAll(async () => {
      the = await rig({});
      folder = mkdtempSync(join(tmpdir(), 'jetfleet-wheels-'));
      execFileSync('chmod', ['755', folder]);
      index = `file://${folder}`;
      const wheels = [
        [
          'torch',
          '2.8.0',
          {
            'torch/version.py': "cuda: Optional[str] = '12.6'\n",
            'torch/lib/libtorch_cuda.so': readFileSync('/bin/true', 'latin1').slice(0, 0),
          },
        ],
        [
          'onnxruntime',
          '1.20.0',
          { 'onnxruntime/capi/build_and_package_info.py': "package_name = 'onnxruntime'\n__version__ = '1.20.0'\n" },
        ],
        ['jupyterlab', '4.4.0', { 'jupyterlab/__init__.py': '', 'jupyterlab/__main__.py': server }],
      ];
      execFileSync('python3', ['-c', makeWheels, folder], { input: JSON.stringify(wheels) });
    });
    afterAll(async () => {
      const uid = execFileSync('id', ['-u', the.server.user], { encoding: 'utf8' }).trim();
      for (const id of used) rmSync(`/var/tmp/jetfleet-${uid}/${id}`, { recursive: true, force: true });
      rmSync(folder, { recursive: true, force: true });
      await the.stop();
    });

    const look = (id: string): Promise<JobReport | undefined> =>
      the.device.ask(jobProbe({ id, asRoot: false, from: 'end', maxBytes: 8000 }), never());
    const ended = async (id: string): Promise<JobReport> => {
      for (;;) {
        const job = await look(id);
        if (job && job.state !== 'running') return job;
      }
    };
    const homeOf = async (): Promise<string> => (await the.device.ask(installProbe, never())).home ?? '';

    it('wheels come from their index alone, and are told from builds for the CPU afterwards', async () => {
      const [home, id] = [await homeOf(), newId()];
      const environment = `${home}/venvs/ai`;
      const source = { index, requirements: ['torch', 'onnxruntime'], packages: [], diskBytes: 0, mark: 'K' as const };
      expect(launched(await the.device.run(pipStep(id, environment, source), never()))).toBe('started');
      expect(await ended(id)).toMatchObject({ state: 'exited', exitCode: 0 });
      const inside = await the.device.ask(insideProbe(environment), never());
      expect(inside).toMatchObject({ torchCuda: true, missing: [] });
      expect(installedWheel('torch', environment, inside)).toMatchObject({
        version: '2.8.0',
        package: { gpu: true, cuda: '12.6' },
      });
      expect(() => installedWheel('onnxruntime', environment, inside)).toThrow('built for the CPU only');
      const { python } = await the.device.ask(frameworksProbe, never());
      if (environment.startsWith('/home/'))
        expect(python).toEqual(
          expect.arrayContaining([expect.objectContaining({ name: 'torch', where: environment, gpu: true })]),
        );
    }, 60_000);

    it('what the index lacks is an end with a reason', async () => {
      const id = newId();
      const source = { index, requirements: ['no-such-thing'], packages: [], diskBytes: 0, mark: 'K' as const };
      await the.device.run(pipStep(id, `${await homeOf()}/venvs/none`, source), never());
      const { exitCode, text } = await ended(id);
      expect([exitCode, text]).toEqual([1, expect.stringContaining('No matching distribution found')]);
    }, 60_000);

    it('jupyter listens on the loopback address only, and its token stays in a file of its user', async () => {
      const [home, id] = [await homeOf(), newId()];
      const port = 20_000 + (Number.parseInt(id.slice(0, 4), 16) % 10_000);
      await the.device.run(jupyterStep(id, `${home}/venvs/jupyter`, port, home, index), never());
      const state = { what: 'jupyter' as const, port, home, environment: `${home}/venvs/jupyter` };
      let served: unknown;
      while (served === undefined) {
        expect((await look(id))?.state).toBe('running');
        served = servedJupyter(id, state, (await the.device.ask(installProbe, never())).listeners);
      }
      const file = `${home}/${tokenFolder}/token`;
      expect(served).toMatchObject({ job: id, tokenFile: file });
      const token = readFileSync(file, 'utf8');
      expect([token.length, statSync(file).mode & 0o777]).toEqual([32, 0o600]);
      const status = async (headers: Record<string, string>): Promise<number> =>
        (await fetch(`http://127.0.0.1:${String(port)}/api`, { headers })).status;
      expect([await status({}), await status({ Authorization: `token ${token}` })]).toEqual([403, 200]);
      expect((await look(id))?.text).not.toContain(token);
      await the.device.run(stopCommand(id, false), never());
      expect((await look(id))?.state).toBe('stopped');
      expect(existsSync(file)).toBe(true);
    }, 60_000);
  },
);
