/** Tokens whose filters cost as much as they may at every message. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'mocha';
import { ok, Wire } from '../../support/network/wire';
import { besiege, GAUGE, type Siege } from '../../support/sea/siege';
import { inOneHour, KEYS, signToken } from '../../support/sea/tokens';

const path = (e: string) => ({ t: 'path', e });
const text = (e: string) => ({ t: 'string', e });
const or = (e: object[]) => ({ t: 'or', e });
const eq = (...e: object[]) => ({ t: 'eq', e });
/** As many as a filter may have; none of them true. */
const MANY = or(Array.from({ length: 90 }, (_, n) => eq(path('$.a.b'), text(`none ${n}`))));

describe('hostile filters', function () {
  this.timeout(120_000);

  let siege: Siege;

  beforeEach(async () => {
    siege = await besiege();
    await ok(
      siege.url,
      'PUT',
      '/client/gauge/jwt-public-key',
      { jwtPublicKey: KEYS.publicKey },
      { as: GAUGE },
    );
  });

  const publish = (payload: unknown) =>
    ok(siege.url, 'POST', '/streams/s/publish', { payload }, { as: GAUGE });

  async function login(claims: Record<string, unknown>) {
    const wire = await Wire.open(siege.url);
    const jwt = await signToken({ exp: inOneHour(), ...claims });
    return { wire, reply: await wire.authenticate({ type: 'jwt', clientId: 'gauge', jwt }) };
  }

  /** Subscribed, so many times, to all that the filter lets through. */
  async function subscribed(filter: object, count: number): Promise<Wire> {
    const { wire, reply } = await login({ filter });
    assert.equal(reply.success, true);
    for (let n = 0; n < count; n += 1) {
      wire.send({ id: n + 2, action: 'subscribe', payload: 's', groupId: randomUUID() });
    }
    for (let n = 0; n < count; n += 1) await wire.next();
    return wire;
  }

  it('of more terms, or deeper, or in longer tokens than may be are refused', async () => {
    await siege.withstands(async () => {
      const yes = { t: 'bool', e: true };
      let deep: object = yes;
      for (let n = 0; n < 900; n += 1) deep = { t: 'not', e: deep };
      for (const filter of [
        or(Array(600).fill(yes)),
        deep,
        path('a.'.repeat(1_000)),
        text('x'.repeat(20_000)),
      ]) {
        const { reply } = await login({ filter });
        assert.equal(reply.success, false);
      }
    });
  });

  it('of many terms, on a thousand subscriptions', async () => {
    await subscribed(MANY, 1_000);
    await siege.withstands(async () => {
      for (let n = 0; n < 20; n += 1) await publish(Array(500).fill({ a: { b: 'b' } }));
    });
  });

  it('of many terms, another one on each of a hundred connections', async () => {
    for (let n = 0; n < 100; n += 1) await subscribed(or([MANY, text('')]), 1);
    await siege.withstands(async () => {
      for (let n = 0; n < 5; n += 1) await publish(Array(500).fill({ a: { b: 'b' } }));
    });
  });

  it('of many terms, and hundreds of thousands of messages at once that nobody may see', async () => {
    await subscribed(MANY, 1);
    await siege.withstands(async () => {
      await publish(Array(400_000).fill({ a: { b: 'b' } }));
    });
  });

  it('that compare large messages with themselves', async () => {
    await subscribed(or(Array(80).fill({ t: 'not', e: eq(path('a'), path('b')) })), 5);
    const large = Array.from({ length: 300_000 }, (_, n) => n);
    await siege.withstands(async () => {
      for (let n = 0; n < 3; n += 1) await publish({ a: large, b: large });
    });
  });
});
