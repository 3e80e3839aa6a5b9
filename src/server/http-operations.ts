/** What each HTTP operation does to the sea: one entry per operation of the protocol (P4, P5, P7). */

import { type AnyOperation, type Operation, operations } from '../protocol/operations';
import { parseDefinition } from '../protocol/schema';
import { checkPublicKey, drawSecret, hashSecret } from './auth';
import type { Client } from './jail';
import type { Sea } from './sea';

/** One authenticated request. */
export interface Call {
  readonly sea: Sea;
  readonly client: Client;
  /** The stream, client or jail in the path; empty where the path has none. */
  readonly subject: string;
  /** Reads the body as JSON. Operations without a body never call it, so what stands there does not matter. */
  readBody(): Promise<unknown>;
}

/** Resolves with the reply's JSON object. @throws Refusal, ProtocolError or SchemaError */
type Handler = (call: Call) => Promise<object>;

const handlers = new Map<AnyOperation, Handler>([
  withBody(operations.publish, ({ sea, client, subject }, publication) => {
    sea.publish(client, subject, publication);
    return {};
  }),
  withBody(operations.define, ({ client, subject }, body) => {
    client.jail.define(parseDefinition(body, subject));
    return {};
  }),
  bare(operations.describe, ({ client, subject }) => {
    // Named one by one: a client in the field breaks on a fourth key (P4).
    const { name, version, fields } = client.jail.describe(subject);
    return { name, version, fields };
  }),
  withBody(operations.versions, ({ client }, { schemaNames }) => ({
    versionsVector: schemaNames.map((name) => client.jail.versionOf(name)),
  })),
  withBody(operations.createClient, ({ sea, client }, { clientId, description }) => {
    const secret = drawSecret();
    sea.createClient(client, clientId, description, hashSecret(secret));
    return { givenId: clientId, secret };
  }),
  bare(operations.deleteClient, ({ sea, client, subject }) => {
    sea.deleteClient(client, subject);
    return { id: subject };
  }),
  bare(operations.rotateSecret, ({ sea, client, subject }) => {
    const secret = drawSecret();
    sea.rotateSecret(client, subject, hashSecret(secret));
    return { givenId: subject, secret };
  }),
  withBody(operations.setJwtPublicKey, ({ sea, client, subject }, { jwtPublicKey }) => {
    if (jwtPublicKey !== null) checkPublicKey(jwtPublicKey);
    sea.setJwtPublicKey(client, subject, jwtPublicKey);
    return { givenId: subject, jwtPublicKey };
  }),
  withBody(operations.createJail, ({ sea, client }, { newJailId, newJailName, newClientId }) => {
    const secret = drawSecret();
    const jail = { id: newJailId, name: newJailName, clientId: newClientId };
    sea.createJail(client, jail, hashSecret(secret));
    return { newJailId, newClientId, newClientSecret: secret };
  }),
  bare(operations.deleteJail, ({ sea, client, subject }) => {
    sea.deleteJail(client, subject);
    return { id: subject };
  }),
]);

/** Nobody waits for the disk here; all the other operations are answered only once it has what they changed. */
const UNSAVED = new Set<AnyOperation>([operations.publish, operations.describe, operations.versions]);

/** @throws Refusal, ProtocolError or SchemaError; StoreError when the change was made, but may not outlive us. */
export async function perform(operation: AnyOperation, call: Call): Promise<object> {
  const handler = handlers.get(operation);
  if (handler === undefined) throw new TypeError(`Nothing here performs ${operation.name}.`);
  const reply = await handler(call);
  if (!UNSAVED.has(operation)) await call.sea.saved();
  return reply;
}

function withBody<Body>(
  operation: Operation<Body, unknown>,
  act: (call: Call, body: Body) => object,
): [AnyOperation, Handler] {
  return [
    operation,
    async (call) => {
      const body = operation.parseBody(await call.readBody());
      // Reading took its time, in which somebody may have deleted the client.
      call.sea.requirePresent(call.client);
      return act(call, body);
    },
  ];
}

function bare(operation: AnyOperation, act: (call: Call) => object): [AnyOperation, Handler] {
  return [operation, async (call) => act(call)];
}
