/**
 * `npm start`: builds, and runs a Node-RED on 127.0.0.1 with these nodes and the boiler example. Everything it keeps is
 * in .demo/ beside package.json: the flows of the first start are the example, afterwards whatever you made of them.
 * PORT picks another port than 1880, 0 stands for any free one; FOLDER another folder than .demo/. DEV_BUILD is set by
 * `npm run dev`, which has built already: pages that are open learn from it that they are of an earlier build.
 *
 * In package.json the command starts with `exec`, which puts this process in the place of npm's shell: the shell would
 * die of the signal before we have ended. Windows has no such word and runs what comes after `||`.
 */

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join, relative, resolve } from 'node:path';
import { build } from '../build.mjs';

const HOST = '127.0.0.1';
const DEFAULT_PORT = 1880;
const STOP_DEADLINE = 1_500;
const LOG_ERROR = 20;
const devBuild = process.env.DEV_BUILD;

const root = resolve(import.meta.dirname, '../..');
const userDir = resolve(process.env.FOLDER || join(root, '.demo'));

/** Something the user can put right, told in one line. */
class DemoError extends Error {}

/** Where flows serve what they serve: dashboards, `http in`. */
const NODE_ROOT = '/api';

async function main() {
  // The handlers stay: npm passes Ctrl-C on, so it mostly arrives twice, and the second one must not kill.
  const stopRequested = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => resolve());
  });
  const RED = await Promise.race([start(), stopRequested]);
  await stopRequested;
  console.log('\nStopping ...');
  // Should a node not let go, its flow still ends with this process.
  setTimeout(() => process.exit(0), STOP_DEADLINE);
  await RED?.stop();
  process.exit(0);
}

async function start() {
  // Never another listener: what listens to Node-RED's requests may take this one's place.
  let answer = sayStarting;
  const server = createServer((request, response) => answer(request, response));
  // Before the build, so that a port that is taken is told at once.
  await listen(server, portWanted(process.env.PORT));
  if (devBuild === undefined) {
    console.log('Building ...');
    await build(root, () => {});
  }
  const RED = await startNodeRed(server);
  answer = (request, response) => serve(RED, request, response);
  const address = `http://${HOST}:${server.address().port}/`;
  if (devBuild !== undefined) {
    console.log(`Node-RED is running: ${address}`);
    return RED;
  }
  console.log(`
Node-RED with the stream-sea nodes is running:  ${address}

  The flow "Boiler telemetry": three simulated boilers publish to a stream of the server built in, and the readings
  come back. The sidebar shows them in a chart; the debug sidebar (the beetle, top right) one by one, with an alarm when
  a pressure passes 9 bar. More examples: menu, Import, Examples. Your changes are kept in ${relative('', userDir)}/.

Ctrl-C ends it.`);
  return RED;
}

/**
 * Whoever comes before Node-RED is there: a request that nobody answers holds one of a browser's few connections, and a
 * page that asks again and again has soon none left.
 */
function sayStarting(_request, response) {
  response.writeHead(503, { 'Content-Type': 'text/html; charset=utf-8', 'Retry-After': '1' });
  response.end('<meta http-equiv="refresh" content="1"><title>Node-RED</title>Node-RED is starting ...');
}

function portWanted(text) {
  if (text === undefined || text === '') return DEFAULT_PORT;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new DemoError(`PORT=${text} is no port: choose a number from 1 to 65535, or 0 for any free one.`);
  }
  return port;
}

async function listen(server, port) {
  server.listen({ host: HOST, port });
  await once(server, 'listening').catch((error) => {
    if (error.code === 'EADDRINUSE') {
      throw new DemoError(`Port ${port} is taken. Choose another one: PORT=${port + 1} npm start`);
    }
    throw new DemoError(`Cannot listen on port ${port}: ${error.message}`);
  });
}

async function startNodeRed(server) {
  const pageScripts = ['demo-page.js', ...(devBuild === undefined ? [] : ['dev-page.js'])];
  await prepareUserDir();
  const { default: RED } = await import('node-red');
  RED.init(server, {
    uiHost: HOST,
    uiPort: server.address().port,
    userDir,
    flowFile: 'flows.json',
    credentialSecret: await credentialSecret(),
    httpAdminRoot: '/',
    httpNodeRoot: NODE_ROOT,
    logging: { console: { level: 'off' }, terminal: { level: 'warn', handler: () => printLog } },
    telemetry: { enabled: false, updateNotification: false },
    // Nothing that asks or tours stands between a newcomer and the flow, and nothing is updated behind their back.
    externalModules: { palette: { allowUpdate: false } },
    editorTheme: {
      tours: false,
      projects: { enabled: false },
      page: { scripts: pageScripts.map((name) => join(import.meta.dirname, name)) },
    },
  });
  const flowsStarted = once(RED.events, 'flows:started');
  await RED.start();
  await flowsStarted;
  return RED;
}

function isBelow(root, url) {
  return url.startsWith(root) && /^([/?]|$)/.test(url.slice(root.length));
}

function serve(RED, request, response) {
  if (devBuild !== undefined && request.url === '/dev-build') response.end(devBuild);
  else if (isBelow(NODE_ROOT, request.url)) {
    request.originalUrl = request.url;
    request.url = request.url.slice(NODE_ROOT.length).replace(/^(?!\/)/, '/');
    RED.httpNode(request, response);
  } else RED.httpAdmin(request, response);
}

/** What Node-RED warns of although it is as it should be here. */
const NO_WARNINGS = [/^Projects disabled/, /^Encrypted credentials not found/];

function printLog({ level, type, name, id, msg }) {
  const text = typeof msg?.message === 'string' ? msg.message : String(msg);
  if (NO_WARNINGS.some((pattern) => pattern.test(text))) return;
  const source = type === undefined ? '' : `${type} ${name ?? id}: `;
  console.log(`${level <= LOG_ERROR ? 'error' : 'warning'}: ${source}${text}`);
}

/** The package as npm would install it, only by a link; and the example, unless there are flows already. */
async function prepareUserDir() {
  const link = join(userDir, 'node_modules', '@stream-sea', 'node-red');
  await mkdir(resolve(link, '..'), { recursive: true });
  // Drawn anew: the folder may have been moved or copied.
  await rm(link, { force: true, recursive: true });
  await symlink(root, link, 'junction');
  const flows = join(userDir, 'flows.json');
  if (!existsSync(flows)) {
    await writeFile(flows, await readFile(join(root, 'examples', '01-boiler-telemetry.json')));
  }
}

/** What Node-RED encrypts credentials with: drawn once, as it has to stay the same. */
async function credentialSecret() {
  const file = join(userDir, 'credential-secret');
  if (!existsSync(file)) await writeFile(file, randomBytes(32).toString('hex'), { mode: 0o600 });
  return readFile(file, 'utf8');
}

main().catch((error) => {
  console.error(error instanceof DemoError ? error.message : `npm start failed: ${error.message}`);
  process.exit(1);
});
