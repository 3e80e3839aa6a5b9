import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ProtocolError } from '../../../src/errors';
import {
  type AnyOperation,
  matchOperation,
  methodsAt,
  operations,
  pathOf,
} from '../../../src/protocol/http/operations';

const all = Object.values(operations) as readonly AnyOperation[];

describe('paths', () => {
  it('hold the parameter as one percent-encoded segment (P3)', () => {
    assert.equal(pathOf(operations.publish, 'boiler data/1'), '/api/v1/streams/boiler%20data%2F1/publish');
    assert.equal(pathOf(operations.describe, '50% $& ö'), '/api/v1/streams/50%25%20%24%26%20%C3%B6/schema');
    assert.equal(pathOf(operations.describe, '..'), '/api/v1/streams/%2E%2E/schema');
  });

  it('are found again by the server, for every operation and any name', () => {
    const names = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(fc.constantFrom(...all), names, (operation, name) => {
        const parameter = operation.path.includes('{}') ? name : undefined;
        const match = matchOperation(operation.method, pathOf(operation, parameter));
        assert.equal(match?.operation.name, operation.name);
        assert.equal(match?.parameter, parameter);
      }),
    );
  });

  it('are found as existing clients write them, names unescaped (P3)', () => {
    for (const name of ['a b/c', '50%', 'what?', 'a/publish/b', 'ü', 'x/schema']) {
      const match = matchOperation('POST', `/api/v1/streams/${name}/publish`);
      assert.deepEqual([match?.operation.name, match?.parameter], ['publish', name]);
    }
  });

  it('are not found with another method, another base (P1), or no parameter', () => {
    for (const [method, url] of [
      ['GET', '/api/v1/streams/a/publish'],
      ['POST', '/api/v2/streams/a/publish'],
      ['POST', '/api/v1/streams//publish'],
      ['POST', '/api/v1/streams/publish'],
      ['DELETE', '/api/v1/client/'],
      ['DELETE', '/api/v1/client/a/b'],
    ] as const) {
      assert.equal(matchOperation(method, url), undefined, `${method} ${url}`);
    }
    assert.deepEqual(methodsAt('/api/v1/client/a').sort(), ['DELETE', 'PUT']);
    assert.deepEqual(methodsAt('/nowhere'), []);
  });
});

describe('bodies', () => {
  it('that are not what they should be name the property', () => {
    for (const [parse, says] of [
      [() => operations.publish.parseBody({}), /payload is missing/],
      [() => operations.publish.parseBody(null), /the body should be a JSON object/],
      [
        () => operations.versions.parseBody({ schemaNames: ['a', 1] }),
        /schemaNames should be a list of strings/,
      ],
      [() => operations.versions.parseReply({}), /versionsVector should be a list/],
      [() => operations.createClient.parseBody({}), /clientId should be/],
      [() => operations.setJwtPublicKey.parseBody({}), /jwtPublicKey should be/],
      [() => operations.createJail.parseReply({ newJailId: 'j' }), /newClientId should be/],
      [() => operations.resetJwtPublicKey.parseBody({}), /jwtPublicKey should be/],
      [() => operations.listClients.parseReply({ clients: [] }), /self should be/],
      [() => operations.listClients.parseReply({ self: 'a', clients: {} }), /clients should be a list/],
      [() => operations.listClients.parseReply({ self: 'a', clients: [] }), /total should be a number/],
      [() => operations.listClients.parseReply({ self: 'a', clients: [{}], total: 1 }), /clientId should be/],
      [() => operations.listJails.parseReply({ jails: [{ jailId: 'j' }], total: 1 }), /clients should be/],
    ] as const) {
      assert.throws(parse, { name: 'ProtocolError', message: says });
    }
    assert.throws(
      () => operations.rotateSecret.parseReply({ givenId: 'a', secret: 4711 }),
      (error) => error instanceof ProtocolError && !error.message.includes('4711'),
    );
  });

  it('of replies are read', () => {
    assert.deepEqual(operations.versions.parseReply({ versionsVector: [1, null, '1.0'] }), [1, null, '1.0']);
    assert.deepEqual(operations.setJwtPublicKey.parseReply({ givenId: 'a', jwtPublicKey: null }), {
      givenId: 'a',
      jwtPublicKey: null,
    });
    assert.deepEqual(operations.deleteJail.parseReply({ id: 'j' }), { id: 'j' });
    assert.deepEqual(
      operations.listClients.parseReply({ self: 'a', clients: [{ clientId: 'a' }], total: 9 }),
      {
        self: 'a',
        items: [{ clientId: 'a', description: '', hasJwtPublicKey: false }],
        total: 9,
      },
    );
  });
});

it('a client ignores what comes with a 200 only where it says nothing (P4)', () => {
  const ignoring = all.filter(({ ignoresReply }) => ignoresReply).map(({ name }) => name);
  assert.deepEqual(ignoring, ['publish', 'define']);
});
