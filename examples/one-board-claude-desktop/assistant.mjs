// What Claude Desktop does with an MCP server, in one screen: JSON-RPC, a line each, over the server's stdin and stdout.
import { createInterface } from 'node:readline';
import { start } from '../setup.mjs';

/** A session of revision 2025-11-25. `person` gets each question and says yes or no. */
export async function openSession({ command, args }, person) {
  const server = start(command, args);
  server.stderr.pipe(process.stderr);
  const waiting = new Map();
  const send = (message) => server.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const request = (method, params) =>
    new Promise((resolve, reject) => {
      const id = waiting.size + 1;
      waiting.set(id, { resolve, reject });
      send({ id, method, params });
    });

  createInterface({ input: server.stdout }).on('line', (line) => {
    const { id, method, params, result, error } = JSON.parse(line);
    if (method === 'elicitation/create') {
      const approve = person(params.message);
      send({ id, result: { action: 'accept', content: { approve } } });
    } else if (method === undefined) {
      const { resolve, reject } = waiting.get(id);
      if (error) reject(new Error(error.message));
      else resolve(result);
    }
  });
  server.once('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('The server has ended.'));
  });

  await request('initialize', {
    protocolVersion: '2025-11-25',
    capabilities: { elicitation: { form: {} } },
    clientInfo: { name: 'one-board-example', version: '1.0.0' },
  });
  send({ method: 'notifications/initialized' });
  return {
    tools: async () => (await request('tools/list', {})).tools.map(({ name }) => name),
    /** Calls a tool; its reply as data. */
    call: async (name, args) => (await request('tools/call', { name, arguments: args })).structuredContent,
  };
}
