/** What each HTTP operation does to the sea: one entry per operation of the protocol (P4, P5, P7, P40). */

import { type AnyOperation, type Operation, operations } from '../../protocol/http/operations';
import { parseJson } from '../../protocol/json';
import { parseDefinition } from '../../protocol/schema/schema';
import { checkPublicKey, drawSecret, hashSecret } from '../auth/auth';
import {
  checkDefinition,
  checkDefinitionText,
  checkDescription,
  checkVector,
  checkVersions,
} from '../bounds';
import type { Client } from '../directory/jail';
import { listClients, listJails } from '../directory/listing';
import type { ServerLimits } from '../limits';
import type { Sea } from '../sea';

/** One authenticated request. */
export interface ServerCall {
  readonly sea: Sea;
  readonly client: Client;
  readonly limits: Readonly<ServerLimits>;
  /** The stream, client or jail in the path; empty where the path has none. */
  readonly subject: string;
  /** Reads the body. Operations without a body never call it, so what stands there does not matter. */
  readText(): Promise<string>;
}

/** Resolves with the reply's JSON object. @throws Refusal, ProtocolError or SchemaError */
type Handler = (call: ServerCall) => Promise<object>;

const handlers = new Map<AnyOperation, Handler>([
  [
    operations.publish,
    async ({ sea, client, subject, readText }) => {
      await sea.publish(client, subject, await readText());
      return {};
    },
  ],
  [
    operations.define,
    async ({ sea, client, subject, limits, readText }) => {
      const text = await readText();
      checkDefinitionText(text, limits);
      const definition = parseDefinition(operations.define.parseBody(bodyOf(text)), subject);
      checkDefinition(definition, limits);
      sea.requirePresent(client);
      await sea.administration.define(client, definition);
      return {};
    },
  ],
  bare(operations.describe, async ({ sea, client, subject }) => {
    // Named one by one: a client in the field breaks on a fourth key (P4).
    const { name, version, fields } = sea.describe(client, subject);
    return { name, version, fields };
  }),
  withBody(operations.versions, async ({ sea, client, limits }, { schemaNames }) => {
    checkVector(schemaNames, limits);
    const versionsVector = await sea.reading.versionsOf(client.jail, schemaNames);
    checkVersions(versionsVector, limits);
    return { versionsVector };
  }),
  withBody(operations.createClient, async ({ sea, client, limits }, { clientId, description }) => {
    checkDescription(description, "A client's description", limits);
    const secret = drawSecret();
    await sea.administration.createClient(client, clientId, description, hashSecret(secret));
    return { givenId: clientId, secret };
  }),
  bare(operations.deleteClient, async ({ sea, client, subject }) => {
    await sea.administration.deleteClient(client, subject);
    return { id: subject };
  }),
  newSecret('rotateSecret'),
  newKey('setJwtPublicKey'),
  bare(operations.listClients, async ({ client }) => {
    const { items, total } = listClients(client);
    return { self: client.id, clients: items, total };
  }),
  newSecret('resetSecret'),
  newKey('resetJwtPublicKey'),
  withBody(
    operations.createJail,
    async ({ sea, client, limits }, { newJailId, newJailName, newClientId }) => {
      checkDescription(newJailName, "A jail's name", limits);
      const secret = drawSecret();
      const jail = { id: newJailId, name: newJailName, clientId: newClientId };
      await sea.administration.createJail(client, jail, hashSecret(secret));
      return { newJailId, newClientId, newClientSecret: secret };
    },
  ),
  bare(operations.deleteJail, async ({ sea, client, subject }) => {
    await sea.administration.deleteJail(client, subject);
    return { id: subject };
  }),
  bare(operations.listJails, async ({ sea, client }) => {
    sea.administration.requireFirstJail(client);
    const { items, total } = listJails(client, sea.directory.jails);
    return { jails: items, total };
  }),
]);

/** @throws (rejects with) Refusal, ProtocolError, SchemaError; EngineAway, StoreError, TooLarge */
export function perform(operation: AnyOperation, call: ServerCall): Promise<object> {
  const handler = handlers.get(operation);
  if (handler === undefined) throw new TypeError(`Nothing here performs ${operation.name}.`);
  return handler(call);
}

/** Of one's own, or of another client of the jail. */
function newSecret(name: 'rotateSecret' | 'resetSecret'): [AnyOperation, Handler] {
  return bare(operations[name], async ({ sea, client, subject }) => {
    const secret = drawSecret();
    await sea.administration[name](client, subject, hashSecret(secret));
    return { givenId: subject, secret };
  });
}

/** Likewise. */
function newKey(name: 'setJwtPublicKey' | 'resetJwtPublicKey'): [AnyOperation, Handler] {
  return withBody(operations[name], async ({ sea, client, subject, limits }, { jwtPublicKey }) => {
    if (jwtPublicKey !== null) checkPublicKey(jwtPublicKey, limits);
    await sea.administration[name](client, subject, jwtPublicKey);
    return { givenId: subject, jwtPublicKey };
  });
}

function withBody<Body>(
  operation: Operation<Body, unknown>,
  act: (call: ServerCall, body: Body) => Promise<object>,
): [AnyOperation, Handler] {
  return [
    operation,
    async (call) => {
      const body = operation.parseBody(bodyOf(await call.readText()));
      // Reading took its time, in which somebody may have deleted the client.
      call.sea.requirePresent(call.client);
      return act(call, body);
    },
  ];
}

function bodyOf(text: string): unknown {
  return text === '' ? undefined : parseJson(text);
}

function bare(operation: AnyOperation, act: Handler): [AnyOperation, Handler] {
  return [operation, act];
}
