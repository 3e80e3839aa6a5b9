/** A whole Node-RED, with the built package installed as npm would, that runs one flow. */

import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CREDENTIALS, flows, names } from '../lib/flows.mjs';
import { measure, measureLatency, measureLoad, until } from '../lib/measure.mjs';
import { DEFINITION, messagesOf } from '../lib/messages.mjs';

const require = createRequire(import.meta.url);

/**
 * @param flow name of the flow @param settings for it @param bytes size of the messages sent
 * @param streams how many the messages are for, in turn @param offered messages under way at any time
 * @param packageDir undefined: without our nodes
 */
export async function start(options) {
  const { flow, settings, nodeRedDir, packageDir, bytes = 96, streams = 1, offered = 256 } = options;
  const { nodes, completing, wrap } = flows[flow](settings ?? {});
  const bench = {
    received: 0,
    receive: () => bench.count(),
    count: () => {
      bench.received += 1;
    },
  };
  globalThis.bench = bench;
  const RED = await startNodeRed({ nodeRedDir, packageDir, nodes });

  const messages = messagesOf(bytes).map((message) => (wrap ? { payload: message } : message));
  const topics = names(streams);
  let next = 0;
  const send = () => {
    next += 1;
    bench.send({ topic: topics[next % topics.length], payload: messages[next % messages.length] });
  };
  const load = new FlowLoad(offered, send);
  if (completing !== undefined) {
    RED.hooks.add('onComplete.bench', ({ node, error }) => {
      if (node.node.type !== completing) return;
      if (error) throw error;
      load.completed();
    });
  }
  return {
    received: () => bench.received,
    async measure(ms) {
      if (completing === undefined) return measure(() => bench.received, ms);
      await load.trickle();
      return measureLoad(load, ms);
    },
    measureLatency: (ms) =>
      measureLatency(
        () =>
          new Promise((resolve) => {
            bench.receive = resolve;
            send();
          }),
        ms,
      ),
    define: () => {
      RED.nodes.getNode('define').receive({ payload: DEFINITION });
    },
    /** Whether a message makes the whole round. */
    trip: () =>
      Promise.race([
        new Promise((resolve) => {
          bench.receive = () => resolve(true);
          send();
        }),
        new Promise((resolve) => setTimeout(resolve, 200, false)),
      ]),
    subscribe: (list) => bench.send({ action: 'subscribe', topic: list }),
  };
}

/** So many messages under way: for each that is done another is sent. */
class FlowLoad {
  done = 0;
  #offered;
  #send;
  #underWay = 0;
  #going = false;

  constructor(offered, send) {
    this.#offered = offered;
    this.#send = send;
  }

  start() {
    this.#going = true;
    while (this.#underWay < this.#offered) this.#next();
  }

  /** As what receives: see lib/trickle.mjs. Each when the last one is done. */
  async trickle() {
    if (this.done > 0) return;
    const offered = this.#offered;
    this.#offered = 1;
    this.start();
    await sleep(1_000);
    await this.stop();
    this.#offered = offered;
  }

  async stop() {
    this.#going = false;
    await until(() => this.#underWay === 0, 'the last messages');
  }

  completed() {
    this.done += 1;
    this.#underWay -= 1;
    if (this.#going) this.#next();
  }

  #next() {
    this.#underWay += 1;
    this.#send();
  }
}

async function startNodeRed({ nodeRedDir, packageDir, nodes }) {
  const userDir = await mkdtemp(join(tmpdir(), 'stream-sea-bench-'));
  process.on('exit', () => rmSync(userDir, { recursive: true, force: true }));
  await writeFile(join(userDir, 'flows.json'), JSON.stringify(nodes));
  await writeFile(join(userDir, 'flows_cred.json'), JSON.stringify(CREDENTIALS));
  if (packageDir !== undefined) {
    const scope = join(userDir, 'node_modules', '@stream-sea');
    await mkdir(scope, { recursive: true });
    await symlink(packageDir, join(scope, 'node-red'), 'junction');
  }
  const RED = require(nodeRedDir);
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  RED.init(server, {
    uiHost: '127.0.0.1',
    uiPort: server.address().port,
    userDir,
    nodesDir: join(import.meta.dirname, '..', 'nodes'),
    flowFile: 'flows.json',
    credentialSecret: false,
    httpNodeRoot: false,
    nodesExcludes: ['node-red-dashboard'],
    telemetry: { enabled: false, updateNotification: false },
    editorTheme: { projects: { enabled: false } },
    logging: { console: { level: 'warn' } },
  });
  const started = new Promise((resolve) => RED.events.once('flows:started', resolve));
  await RED.start();
  await started;
  return RED;
}
