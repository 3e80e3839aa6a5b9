import assert from 'node:assert/strict';
import { decodeJwt } from 'jose';
import { Client } from '../../../src/client/client';
import type { ConnectionState } from '../../../src/client/connection/connection-state';
import type { TokenState } from '../../../src/client/identity/token-stage';
import type { ClientOptions } from '../../../src/client/options';
import { ClosedError, CredentialsError, SettingError, type StreamSeaError } from '../../../src/errors';
import { FakeClock } from '../../support/clock';
import { type Peer, type RawServer, startRawServer } from '../../support/network/raw-server';
import { renewUnderLoad } from '../../support/sea/renewals';
import { KEYS, signToken } from '../../support/sea/tokens';
import { until } from '../../support/until';

const START = 1_700_000_000_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const key = { type: 'key', clientId: 'gauge', privateKey: KEYS.privateKey } as const;
const basic = { type: 'basic', clientId: 'gauge', clientSecret: 'gauge-secret' } as const;

describe('client/sign-in', () => {
  describe('with a server that is scripted', () => {
    let server: RawServer;
    let clock: FakeClock;
    let client: Client;
    let states: ConnectionState['name'][];
    let problems: StreamSeaError[];
    let tokens: (TokenState | undefined)[];

    beforeEach(async () => {
      server = await startRawServer();
      clock = new FakeClock(START);
      states = [];
      problems = [];
      tokens = [];
    });

    afterEach(async () => {
      const done = client.close();
      for (let n = 0; n < 20; n += 1) await clock.advance(200);
      await done;
      assert.equal(clock.pending, 0, 'a timer is left');
      await until(() => server.sockets === 0, 'the end of the sockets');
      for (const { message } of problems) assert.ok(!/gauge-secret|eyJ/.test(message), message);
    });

    function start(credentials: ClientOptions['credentials']): void {
      // Nobody pings here, and hours pass.
      const silenceTimeout = 30 * DAY;
      client = new Client({ url: server.url, credentials, clock, random: () => 0.5, silenceTimeout });
      client.on('state', ({ name }) => states.push(name));
      client.on('problem', (problem) => problems.push(problem));
      client.on('token', (token) => tokens.push(token));
      client.acquire();
    }

    /** What the next connection shows; it is let in. */
    async function welcome(): Promise<{ peer: Peer; payload: Record<string, unknown> }> {
      const peer = await server.accept();
      const { payload } = await peer.authenticate();
      return { peer, payload: payload as Record<string, unknown> };
    }

    async function refuse(peer: Peer, message: string): Promise<void> {
      const { id } = await peer.frame();
      peer.send({ id, action: 'authenticate', success: false, error: { message } });
    }

    const inState = (name: string) => until(() => states.at(-1) === name, name);

    it('exchanges the connection before a token ends that was made here (G17)', async () => {
      start({ ...key, tokenLifetime: HOUR });
      const first = await welcome();
      const { exp } = decodeJwt(String(first.payload.jwt));
      assert.equal(exp, (START + HOUR + MINUTE) / 1000);
      await inState('ready');
      await clock.advance(55 * MINUTE - 1);
      assert.equal(server.peers.length, 1);
      await clock.advance(1);
      const second = await welcome();
      assert.equal(decodeJwt(String(second.payload.jwt)).exp, Number(exp) + 55 * 60);
      assert.equal(await first.peer.closed, 1000);
      await clock.advance(55 * MINUTE);
      await welcome();
      assert.deepEqual(states, ['connecting', 'authenticating', 'ready']);
      assert.deepEqual(problems, []);
    });

    it('does the same for a token that was fetched, and fetches the next one', async () => {
      let fetched = 0;
      const jwt = (): Promise<string> => {
        fetched += 1;
        return signToken({ exp: (clock.now() + HOUR) / 1000 });
      };
      start({ type: 'jwt', clientId: 'gauge', jwt });
      await welcome();
      await inState('ready');
      await clock.advance(54 * MINUTE - 1);
      assert.equal(fetched, 1);
      await clock.advance(1);
      await welcome();
      assert.equal(fetched, 2);
    });

    it('goes on trying while the token lasts, and tells why, once (G17)', async () => {
      start({ ...key, tokenLifetime: HOUR });
      const { peer } = await welcome();
      await inState('ready');
      server.upgrade = { status: 503 };
      await clock.advance(55 * MINUTE);
      for (const [upgrades, wait] of [
        [2, 500],
        [3, 1_000],
        [4, 2_000],
      ] as const) {
        await until(() => server.upgrades === upgrades && clock.next === wait, `try ${upgrades}`);
        if (upgrades === 4) server.upgrade = 'accept';
        await clock.advance(wait);
      }
      await welcome();
      assert.equal(problems.length, 1);
      assert.match(problems[0]?.message ?? '', /^The connection stays as it is, /);
      assert.equal(await peer.closed, 1000);
      assert.deepEqual(states, ['connecting', 'authenticating', 'ready']);
    });

    it('neither renews nor keeps a timer while nobody needs the connection', async () => {
      start({ ...key, tokenLifetime: HOUR });
      await welcome();
      await inState('ready');
      client.disconnect();
      await inState('idle');
      await until(() => server.sockets === 0);
      assert.equal(clock.pending, 0);
    });

    it('tells when a token ends that was given, and does not exchange anything for it', async () => {
      const endsAt = START + 2 * DAY;
      start({ type: 'jwt', clientId: 'gauge', jwt: await signToken({ exp: endsAt / 1000 }) });
      assert.deepEqual(client.token, { name: 'valid', endsAt });
      await welcome();
      await inState('ready');
      await clock.advance(2 * DAY);
      assert.deepEqual(
        tokens.map((token) => token?.name),
        ['valid', 'ending', 'ended'],
      );
      assert.equal(client.token?.name, 'ended');
    });

    describe('given others', () => {
      it('exchanges the connection for one that shows them', async () => {
        start({ type: 'jwt', clientId: 'gauge', jwt: await signToken({ exp: (START + HOUR) / 1000 }) });
        const { peer } = await welcome();
        await inState('ready');
        const jwt = await signToken({ exp: (START + 3 * DAY) / 1000 });
        client.setCredentials({ type: 'jwt', clientId: 'gauge', jwt });
        assert.equal((await welcome()).payload.jwt, jwt);
        assert.equal(await peer.closed, 1000);
        assert.deepEqual(
          tokens.map((token) => token?.name),
          ['valid', 'valid'],
        );
        assert.deepEqual([states, problems], [['connecting', 'authenticating', 'ready'], []]);
      });

      it('shows them to requests at once', async () => {
        start(basic);
        await welcome();
        await client.publish('s', 1);
        client.setCredentials({ ...basic, clientSecret: 'another' });
        await client.publish('s', 2);
        const shown = server.requests.map(({ headers }) => headers.authorization);
        assert.deepEqual(
          shown,
          ['gauge:gauge-secret', 'gauge:another'].map(
            (text) => `Basic ${Buffer.from(text).toString('base64')}`,
          ),
        );
      });

      it('ends the rest of those that were refused (G7)', async () => {
        start(basic);
        server.answer = ({ headers }) => ({
          status: headers.authorization?.endsWith(Buffer.from('gauge:another').toString('base64'))
            ? 200
            : 401,
          body: {},
        });
        await refuse(await server.accept(), 'Invalid credentials');
        await inState('refused');
        const published = client.publish('s', 1);
        client.setCredentials({ ...basic, clientSecret: 'another' });
        const { payload } = await welcome();
        assert.equal(payload.clientSecret, 'another');
        await published;
        await inState('ready');
      });

      it('does not hold against them that those before are refused only now', async () => {
        start(basic);
        const first = await server.accept();
        await until(() => first.received.length === 1, 'the authentication');
        client.setCredentials({ ...basic, clientSecret: 'another' });
        await refuse(first, 'Invalid credentials');
        assert.equal((await welcome()).payload.clientSecret, 'another');
        await inState('ready');
        assert.ok(!states.includes('refused'), String(states));
      });

      it('exchanges a connection on which those before are accepted only now', async () => {
        start(basic);
        const first = await server.accept();
        const frame = await first.frame();
        client.setCredentials({ ...basic, clientSecret: 'another' });
        first.send({ id: frame.id, action: 'authenticate', success: true, payload: { jailId: 'works' } });
        assert.equal((await welcome()).payload.clientSecret, 'another');
        assert.equal(await first.closed, 1000);
      });

      it('does not hold a request against them that was refused with those before', async () => {
        start(basic);
        await welcome();
        await inState('ready');
        let answer = (): void => {};
        server.answer = ({ headers }) =>
          headers.authorization?.endsWith(Buffer.from('gauge:another').toString('base64'))
            ? { body: {} }
            : new Promise((resolve) => {
                answer = () => resolve({ status: 401 });
              });
        const published = client.publish('s', 1);
        await until(() => server.requests.length === 1, 'the request');
        client.setCredentials({ ...basic, clientSecret: 'another' });
        answer();
        await published;
        assert.equal(client.sending.name, 'flowing');
        assert.ok(!states.includes('refused'), String(states));
      });

      it('refuses those of another client, and what makes no sense, and stays as it is', async () => {
        start(basic);
        await welcome();
        for (const other of [
          { ...basic, clientId: 'meter' },
          { ...basic, clientSecret: '' },
        ]) {
          assert.throws(() => client.setCredentials(other), SettingError);
        }
        await client.close();
        assert.throws(() => client.setCredentials(basic), ClosedError);
        assert.equal(server.peers.length, 1);
      });
    });

    it('takes a token that is refused as any refusal: the connection stays, and the next try is in 5 minutes', async () => {
      start({ ...key, tokenLifetime: HOUR });
      await welcome();
      await inState('ready');
      await clock.advance(55 * MINUTE);
      await refuse(await server.accept(), 'no such key');
      await until(() => problems.length === 1, 'the reason');
      assert.ok(problems[0]?.cause instanceof CredentialsError);
      assert.equal(states.at(-1), 'ready');
      await clock.advance(5 * MINUTE - 1);
      assert.equal(server.peers.length, 2);
      await clock.advance(1);
      await welcome();
    });
  });

  for (const [clocks, ahead, renewals] of [
    ['the same', 0, 4],
    ['a minute before ours', 61_000, 2],
    ['a minute behind ours', -61_000, 2],
  ] as const) {
    it(`loses and doubles nothing over tokens that end all the time, the server's clock being ${clocks} (G17)`, async () => {
      const { told, ...figures } = await renewUnderLoad({
        tokenLifetime: 1_000,
        renewals,
        rate: 1_000,
        ahead,
      });
      assert.deepEqual(told, []);
      assert.deepEqual([figures.lost, figures.doubled, figures.renewals], [0, 0, renewals]);
      assert.ok(figures.mostConnections <= 2 && figures.published > 1_000, JSON.stringify(figures));
    }).timeout(120_000);
  }
});
