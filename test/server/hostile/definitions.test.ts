/** Clients that define, ask for and publish to what is as large as it may be, or larger. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { send } from '../../support/network/wire';
import { besiege, GAUGE, type Siege } from '../../support/sea/siege';

const as = GAUGE;

describe('hostile definitions', function () {
  this.timeout(120_000);

  let siege: Siege;

  beforeEach(async () => {
    siege = await besiege();
  });

  const define = (fields: unknown, version: unknown = 1, stream = 's') =>
    send(siege.url, 'POST', `/streams/${stream}/define`, { version, fields }, { as });

  const publish = (payload: unknown, stream = 's') =>
    send(siege.url, 'POST', `/streams/${stream}/publish`, { payload }, { as });

  const vector = (schemaNames: readonly string[]) =>
    send(siege.url, 'POST', '/schema-versions-vector', { schemaNames }, { as });

  /** Refused, in few words. */
  function refused({ status, body }: Awaited<ReturnType<typeof send>>): void {
    assert(status === 400 || status === 413, String(status));
    assert(JSON.stringify(body).length < 200_000);
  }

  const fieldsOf = (count: number, type: string) =>
    Array.from({ length: count }, (_, n) => ({ name: `f${n}`, type }));

  it('with versions of megabytes, asked for many times over', async () => {
    await siege.withstands(async () => {
      for (const version of [
        'x'.repeat(6_000_000),
        '1'.repeat(65),
        '9'.repeat(7_000_000),
        '1.'.repeat(3_000_000),
      ]) {
        refused(await define([], version));
      }
      await define([], '9'.repeat(64));
      assert.equal((await vector(Array(10_000).fill('s'))).status, 200);
      refused(await vector(Array(1_000_000).fill('s')));
      assert.equal((await vector(Array(10).fill('x'.repeat(1_500_000)))).status, 200);
    });
  });

  it('with enums of half a million values, and of a few that are long, and messages that are none of them', async () => {
    await siege.withstands(async () => {
      const values = Array.from({ length: 500_000 }, (_, n) => `v${n}`);
      refused(await define([{ name: 'e', type: 'enum', enum: values }]));
      const long = Array.from({ length: 9 }, (_, n) => `${n}${'x'.repeat(100_000)}`);
      const many = values.slice(0, 9_000);
      for (const [stream, values] of [
        ['long', long],
        ['many', many],
      ] as const) {
        assert.equal((await define([{ name: 'e', type: 'enum', enum: values }], 1, stream)).status, 200);
        refused(await publish(Array(10_000).fill({ e: 'none' }), stream));
        refused(await publish({ e: 'x'.repeat(10_000_000) }, stream));
      }
    });
  });

  it('with tens of thousands of fields, and messages of as many', async () => {
    await siege.withstands(async () => {
      refused(await define(fieldsOf(20_000, 'date')));
      assert.equal((await define(fieldsOf(9_999, 'date'))).status, 200);
      const right = Object.fromEntries(fieldsOf(9_999, '').map(({ name }) => [name, '2026-01-01T00:00:00Z']));
      const wrong = Object.fromEntries(fieldsOf(9_999, '').map(({ name }) => [name, '2026-13-01T00:00:00Z']));
      for (let n = 0; n < 5; n += 1) {
        assert.equal((await publish(Array(20).fill(right))).status, 200);
        refused(await publish(Array(20).fill(wrong)));
      }
      // One that has all of those fields, and the same again as another version.
      for (let version = 2; version < 20; version += 1) await define(fieldsOf(9_999, 'date'), version);
    });
  });

  it('with names that are long, twice there, or those of every object', async () => {
    await siege.withstands(async () => {
      const name = 'x'.repeat(1_000_000);
      const colours = fieldsOf(50, 'colour');
      refused(await define([{ name, type: 'object', fields: colours }]));
      refused(await define([{ name: name.slice(500_000), type: 'object', fields: colours }]));
      refused(await define([{ name: 'x'.repeat(1_001), type: 'integer' }]));
      refused(await define(Array(20_000).fill({ name: 'f', type: 'integer' })));
      refused(
        await send(
          siege.url,
          'POST',
          `/streams/${'x'.repeat(10_000)}/define`,
          { version: 1, fields: [] },
          { as },
        ),
      );
      const odd = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'].map((each) => ({
        name: each,
        type: 'integer',
      }));
      assert.equal((await define(odd)).status, 200);
      refused(
        await publish(JSON.parse('{"__proto__":"x","constructor":[],"toString":1.5,"hasOwnProperty":null}')),
      );
    });
  });

  it('that nest as deep as JSON may', async () => {
    await siege.withstands(async () => {
      let fields: unknown = [];
      for (let depth = 0; depth < 490; depth += 1)
        fields = [{ name: 'x'.repeat(100), type: 'array<object>', fields }];
      refused(await define(fields));
      let nested = [{ name: 'n', type: 'integer' }] as object[];
      for (let depth = 0; depth < 99; depth += 1) nested = [{ name: 'f', type: 'object', fields: nested }];
      assert.equal((await define(nested)).status, 200);
      let message: unknown = 'x';
      for (let depth = 0; depth < 99; depth += 1) message = { f: message };
      refused(await publish(Array(10_000).fill(message)));
    });
  });

  it('that are many, and large', async () => {
    await siege.withstands(
      async () => {
        const fields = fieldsOf(9_000, 'array<integer>');
        let taken = 0;
        for (let n = 0; n < 200; n += 1) {
          const { status } = await define(fields, 1, `stream-${n}`);
          if (status === 200) taken += 1;
          else assert.equal(status, 400);
        }
        assert(taken > 20 && taken < 199, `${taken} definitions of 360 kB were taken`);
        // All that one jail may have: 32 MiB of text, which take five times as much once they are read.
      },
      { used: 250 * 1_048_576 },
    );
  });
});
