/** What is in deploy/ is right, as far as can be told without a container or a service manager. */

import assert from 'node:assert/strict';
import { execSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { FLAG_NAMES, ONLY_VARIABLES } from '../bin/settings/flag-table';
import { parseCommand } from '../bin/settings/flags';
import manifest from '../package.json';
import { composeServices, DEPLOY, deployText, environmentFile } from './support/nats/deploy';
import { type Ports, startNatsWith } from './support/nats/nats';
import { ok, send, Wire } from './support/network/wire';
import { FIRST, run, serve } from './support/sea/program';
import { freshFolder } from './support/store/folders';

const SERVER_GUIDE = readFileSync(join(DEPLOY, '../guide/server.md'), 'utf8');

const VARIABLES = { NATS_PASSWORD: '3e5', STREAM_SEA_CLIENT_SECRET: 'a-secret-of-letters' };

/** Fails for what the program would end with, or warn of. */
function settingsOf(env: Readonly<Record<string, string>>) {
  const command = parseCommand([], env);
  assert(command.name === 'serve');
  assert.deepEqual(command.settings.unknownVariables, []);
  return command.settings;
}

describe('the service', () => {
  const unit = deployText('stream-sea-server.service');

  it('is a unit that systemd takes, where there is one', () => {
    const { error, status, stderr } = spawnSync('systemd-analyze', [
      'verify',
      `${DEPLOY}/stream-sea-server.service`,
    ]);
    if (error === undefined) assert.deepEqual([status, String(stderr)], [0, '']);
    // What it asks for stands in it, whether there is a systemd here or not.
    for (const [key, value] of [
      ['ExecStart', '/usr/bin/env stream-sea-server'],
      ['ExecReload', '/bin/kill -HUP $MAINPID'],
      ['DynamicUser', 'yes'],
      ['StateDirectory', 'stream-sea'],
      ['RestartPreventExitStatus', '2'],
      ['EnvironmentFile', '/etc/stream-sea/server.env'],
    ] as const) {
      assert(unit.includes(`\n${key}=${value}\n`), key);
    }
    assert(Object.hasOwn(manifest.bin, 'stream-sea-server'));
  });

  it('has settings that make sense as they are', () => {
    const { engine, host } = settingsOf(environmentFile('server.env'));
    assert.equal(host, '0.0.0.0');
    // In the folder that the unit gives it.
    assert.deepEqual(engine, { name: 'disk', folder: '/var/lib/stream-sea/store', durability: 'written' });
  });

  it('has settings that make sense when it is one of several', () => {
    const { STREAM_SEA_FOLDER, ...shared } = environmentFile('server.env', { commented: true });
    const { engine, tls } = settingsOf({
      ...shared,
      STREAM_SEA_NATS_PASSWORD: 'p',
      STREAM_SEA_CLIENT_ID: 'a',
      STREAM_SEA_CLIENT_SECRET: 'b',
    });
    assert.equal(engine.name, 'jetstream');
    assert(tls);
  });
});

describe('the containers', () => {
  const services = Object.entries(composeServices(VARIABLES));
  const gateways = services.filter(([, { build }]) => build !== undefined);
  const nats = services.filter(([, { image }]) => image?.startsWith('nats:'));

  it('are three NATS servers, each with a name and a volume of its own, and two gateways', () => {
    assert.deepEqual([nats.length, gateways.length, services.length], [3, 2, 5]);
    for (const [name, { environment, volumes = [], command }] of nats) {
      assert.equal(environment.NATS_NAME, name);
      assert.equal(environment.NATS_PASSWORD, '"3e5"');
      assert(environment.NATS_ROUTES?.includes(`route:3e5@${name}:6222`));
      assert(volumes.includes(`${name}:/data`));
      const config = command?.at(-1) ?? '';
      assert(
        volumes.some((volume) => volume === `./nats.conf:${config}:ro`),
        config,
      );
    }
  });

  it('have gateways whose settings make sense, on all three', () => {
    for (const [, { environment }] of gateways) {
      const { engine } = settingsOf(environment);
      assert(engine.name === 'jetstream');
      assert.deepEqual(
        engine.servers,
        nats.map(([name]) => `${name}:4222`),
      );
      assert.equal(engine.replicas, 3);
      assert.deepEqual(engine.auth, { user: 'stream-sea', password: '3e5' });
    }
  });

  it('are one sea as they are configured, but for where each is', async function () {
    this.timeout(120_000);
    const configOf = (ports: readonly Ports[], at: number) =>
      [
        // One machine has all of them.
        [/^port: 4222$/m, ''],
        [/^http_port: 8222$/m, ''],
        [/^( +)port: 6222$/m, `$1listen: "127.0.0.1:${ports[at]?.cluster}"`],
        [/\/data$/m, 'STORE'],
      ].reduce((text, [there, here]) => {
        assert.match(text, there as RegExp);
        return text.replace(there as RegExp, here as string);
      }, deployText('nats.conf'));
    const here = (text: string, at: (name: string) => string): string =>
      text.replace(/nats-\d:\d+/g, (address) => at(address.slice(0, 6)));
    const names = nats.map(([name]) => name);
    const servers = await startNatsWith(3, (at, ports) => {
      const { environment = {} } = nats[at]?.[1] ?? {};
      const routes = here(environment.NATS_ROUTES ?? '', (name) => {
        return `127.0.0.1:${ports[names.indexOf(name)]?.cluster}`;
      });
      return { config: configOf(ports, at), env: { ...environment, NATS_ROUTES: routes } };
    });
    try {
      const programs = gateways.map(([, { environment }]) => {
        const where = here(environment.STREAM_SEA_NATS ?? '', (name) => {
          return servers[names.indexOf(name)]?.url ?? '';
        });
        return run(['--port', '0'], { env: { ...environment, STREAM_SEA_NATS: where } });
      });
      const [one = '', two = ''] = await Promise.all(programs.map(({ ready }) => ready));
      const as = { clientId: 'first', clientSecret: VARIABLES.STREAM_SEA_CLIENT_SECRET };
      const wire = await Wire.login(two, as);
      await wire.subscribe('s');
      // Any one of the three may stop.
      await servers[0]?.kill();
      const publish = () => send(one, 'POST', '/streams/s/publish', { payload: { n: 1 } }, { as });
      // A cluster takes its time to choose another leader.
      while ((await publish()).status !== 200);
      assert.deepEqual((await wire.next()).payload, { n: 1 });
      for (const { child } of programs) child.kill('SIGTERM');
      for (const { ended } of programs) assert.deepEqual(await ended, { code: 0, signal: null });
    } finally {
      await Promise.all(servers.map((server) => server.dispose()));
    }
  });

  it('say what is missing', () => {
    assert.throws(
      () => composeServices({ ...VARIABLES, NATS_PASSWORD: undefined } as never),
      /NATS_PASSWORD/,
    );
  });
});

describe('the image', () => {
  const dockerfile = deployText('Dockerfile');

  it('installs this package and what its engine on NATS asks for, and runs the program', () => {
    const [, command = ''] = /npm install ((?:.*\\\n)*.*)/.exec(dockerfile) ?? [];
    assert(command.includes(`"${manifest.name}@\${VERSION}"`));
    const peers = [...command.matchAll(/ (@nats-io\/[\w-]+)@(\d+)/g)].map(([, name, major]) => [
      name,
      `^${major}`,
    ]);
    assert.deepEqual(
      peers,
      Object.entries(manifest.peerDependencies).map(([name, range]) => [name, String(range).split('.')[0]]),
    );
    const [, program = ''] = /^ENTRYPOINT \["([^"]+)"\]$/m.exec(dockerfile) ?? [];
    assert(Object.hasOwn(manifest.bin, program), program);
  });

  it('has settings and a health check that the program knows', () => {
    const env = Object.fromEntries(
      [...dockerfile.matchAll(/^ENV (\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
    );
    assert.equal(settingsOf(env).host, '0.0.0.0');
    const [, check = ''] = /^ {2}CMD (\[.*\])$/m.exec(dockerfile) ?? [];
    const [program, ...flags] = JSON.parse(check);
    assert(Object.hasOwn(manifest.bin, program));
    assert.equal(parseCommand(flags, env).name, 'healthy');
    assert.equal(/^EXPOSE (\d+)$/m.exec(dockerfile)?.[1], String(settingsOf(env).port));
  });
});

describe('a backup', () => {
  it('by the commands of the guide holds all that the server had', async () => {
    const folder = freshFolder();
    mkdirSync(folder);
    const commands = [...SERVER_GUIDE.matchAll(/^tar .*$/gm)].map(([line]) =>
      line.replace('/var/lib/stream-sea', folder).replace('sea.tar.gz', join(folder, 'sea.tar.gz')),
    );
    const [save = '', restore = ''] = commands;
    assert.equal(commands.length, 2);
    const store =
      environmentFile('server.env').STREAM_SEA_FOLDER?.replace('/var/lib/stream-sea', folder) ?? '';

    const first = serve(['--folder', store]);
    const url = await first.ready;
    await ok(url, 'POST', '/streams/s/define', { version: 1, fields: [] }, { as: FIRST });
    const wire = await Wire.login(url, FIRST);
    await wire.subscribe('s');
    wire.ws.close();
    await wire.closed;
    await ok(url, 'POST', '/streams/s/publish', { payload: { n: 1 } }, { as: FIRST });
    first.child.kill('SIGTERM');
    assert.equal((await first.ended).code, 0);
    execSync(save);
    rmSync(store, { recursive: true });
    execSync(restore);

    const again = await serve(['--folder', store]).ready;
    assert.equal((await ok(again, 'GET', '/streams/s/schema', undefined, { as: FIRST })).version, 1);
    const back = await Wire.login(again, FIRST);
    await back.subscribe('s');
    assert.deepEqual((await back.next()).payload, { n: 1 });
  });
});

describe('the guide', () => {
  it('has a row for each flag and each variable', () => {
    for (const name of [...FLAG_NAMES.map((flag) => `--${flag}`), ...Object.keys(ONLY_VARIABLES)]) {
      assert(SERVER_GUIDE.includes(`| \`${name}`), name);
    }
  });

  it('has commands whose flags the program knows', () => {
    for (const [, line = ''] of SERVER_GUIDE.matchAll(/^(?:npx )?stream-sea-server (--.*)$/gm)) {
      assert.doesNotThrow(() => parseCommand(line.split(' '), {}), line);
    }
  });
});
