/** What each HTTP operation does to the sea: one entry per operation of the protocol (P4, P5, P7). */

import { EngineAway, TooLarge } from '../engine/faults';
import { StoreError } from '../errors';
import { parseJson } from '../protocol/json';
import { messageTexts } from '../protocol/message-texts';
import { type AnyOperation, type Operation, operations } from '../protocol/operations';
import { parseDefinition } from '../protocol/schema';
import { checkPublicKey, drawSecret, hashSecret } from './auth';
import type { Client } from './jail';
import { Refusal } from './refusal';
import type { Sea } from './sea';

/** One authenticated request. */
export interface Call {
  readonly sea: Sea;
  readonly client: Client;
  /** The stream, client or jail in the path; empty where the path has none. */
  readonly subject: string;
  /** Reads the body. Operations without a body never call it, so what stands there does not matter. */
  readText(): Promise<string>;
}

/** Resolves with the reply's JSON object. @throws Refusal, ProtocolError or SchemaError */
type Handler = (call: Call) => Promise<object>;

const handlers = new Map<AnyOperation, Handler>([
  [
    operations.publish,
    async ({ sea, client, subject, readText }) => {
      const messages = messageTexts(await readText());
      sea.requirePresent(client);
      await sea.publish(client, subject, messages);
      return {};
    },
  ],
  withBody(operations.define, async ({ sea, client, subject }, body) => {
    await sea.administration.define(client, parseDefinition(body, subject));
    return {};
  }),
  bare(operations.describe, async ({ sea, client, subject }) => {
    // Named one by one: a client in the field breaks on a fourth key (P4).
    const { name, version, fields } = sea.describe(client, subject);
    return { name, version, fields };
  }),
  withBody(operations.versions, async ({ client }, { schemaNames }) => ({
    versionsVector: schemaNames.map((name) => client.jail.streams.get(name)?.definition.version ?? null),
  })),
  withBody(operations.createClient, async ({ sea, client }, { clientId, description }) => {
    const secret = drawSecret();
    await sea.administration.createClient(client, clientId, description, hashSecret(secret));
    return { givenId: clientId, secret };
  }),
  bare(operations.deleteClient, async ({ sea, client, subject }) => {
    await sea.administration.deleteClient(client, subject);
    return { id: subject };
  }),
  bare(operations.rotateSecret, async ({ sea, client, subject }) => {
    const secret = drawSecret();
    await sea.administration.rotateSecret(client, subject, hashSecret(secret));
    return { givenId: subject, secret };
  }),
  withBody(operations.setJwtPublicKey, async ({ sea, client, subject }, { jwtPublicKey }) => {
    if (jwtPublicKey !== null) checkPublicKey(jwtPublicKey);
    await sea.administration.setJwtPublicKey(client, subject, jwtPublicKey);
    return { givenId: subject, jwtPublicKey };
  }),
  withBody(operations.createJail, async ({ sea, client }, { newJailId, newJailName, newClientId }) => {
    const secret = drawSecret();
    const jail = { id: newJailId, name: newJailName, clientId: newClientId };
    await sea.administration.createJail(client, jail, hashSecret(secret));
    return { newJailId, newClientId, newClientSecret: secret };
  }),
  bare(operations.deleteJail, async ({ sea, client, subject }) => {
    await sea.administration.deleteJail(client, subject);
    return { id: subject };
  }),
]);

/** Seconds after which trying again may help. */
const RETRY_AFTER = 2;

/** @throws Refusal, ProtocolError or SchemaError */
export async function perform(operation: AnyOperation, call: Call): Promise<object> {
  const handler = handlers.get(operation);
  if (handler === undefined) throw new TypeError(`Nothing here performs ${operation.name}.`);
  try {
    return await handler(call);
  } catch (error) {
    throw refusalOf(error) ?? error;
  }
}

/** What an engine says no with, as an answer. */
function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof TooLarge) {
    return new Refusal(
      413,
      `One request may publish ${error.maxBytes} bytes here. Send fewer messages at once.`,
    );
  }
  if (error instanceof EngineAway || error instanceof StoreError) {
    return new Refusal(503, error.message, [], RETRY_AFTER);
  }
  return undefined;
}

function withBody<Body>(
  operation: Operation<Body, unknown>,
  act: (call: Call, body: Body) => Promise<object>,
): [AnyOperation, Handler] {
  return [
    operation,
    async (call) => {
      const text = await call.readText();
      const body = operation.parseBody(text === '' ? undefined : parseJson(text));
      // Reading took its time, in which somebody may have deleted the client.
      call.sea.requirePresent(call.client);
      return act(call, body);
    },
  ];
}

function bare(operation: AnyOperation, act: Handler): [AnyOperation, Handler] {
  return [operation, act];
}
