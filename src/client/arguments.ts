/**
 * What callers give to a client's methods, read at the border: a type is no more than a promise, and of flows and plain
 * JavaScript not even that. All that is not said to throw something else throws SettingError.
 */
import { messageOf, SchemaError, SettingError, StreamSeaError } from '../errors';
import type { Operation } from '../protocol/http/operations';
import { isRecord, problemAt } from '../protocol/json';
import { type Definition, parseDefinition } from '../protocol/schema/schema';
import { atLeast, callable, choice, flag, list, record, text, wrong } from '../protocol/values';
import { say } from '../sentences';
import type { CallOptions } from './common/call';
import { readPem, writePem } from './identity/pem';
import type { Publication, PublishOptions } from './publish/entry';
import type { Delivery } from './receive/delivery';
import type { ReadOptions } from './receive/messages';
import type { SubscriptionListener } from './receive/subscription';

const NO_OPTIONS: PublishOptions = {};
const READ_BUFFER = 256;
const CHECKS = ['off', 'types', 'strict'] as const;
const DELIVERIES = ['every', 'shared', 'group'] as const;

export function stream(name: unknown): string {
  if (name === '') throw new SettingError(say('setting.noStream'));
  return text('stream', name);
}

export function streams(names: unknown): readonly string[] {
  return list('streams', names).map((name, index) => text(`streams[${index}]`, name));
}

/** A client's id as it may be given to a new one: a colon would end it where it logs in (P2). */
export function newClient(name: string, value: unknown): string {
  const id = text(name, value);
  if (id.includes(':')) throw new SettingError(problemAt(name, say('value.colon')));
  return id;
}

/** For people, perhaps nothing. */
export function description(name: string, value: unknown): string {
  if (typeof value !== 'string') throw wrong(name, say('expected.string'), value);
  return value;
}

/** PEM, as it is pasted (servers want it with its lines), or null for none. The wrong file of the pair must not be sent. */
export function publicKey(name: string, value: unknown): string | null {
  if (value === null) return null;
  if (typeof value !== 'string' || value.trim() === '') {
    throw wrong(name, say('expected.either', { one: say('expected.someString'), other: 'null' }), value);
  }
  if (value.includes('PRIVATE KEY')) throw new SettingError(say('setting.privateKey'));
  const pem = readPem(value);
  return pem === undefined ? value : writePem(pem);
}

export function options(value: unknown): PublishOptions {
  if (value === undefined) return NO_OPTIONS;
  const { check, batch }: PublishOptions = record('options', value);
  if (check !== undefined) choice('options.check', CHECKS, check);
  flag('options.batch', batch);
  limits(value as CallOptions);
  return value as PublishOptions;
}

/** How long a call may take, and what ends it before. */
export function limits<Options extends CallOptions>(value: Options = NO_OPTIONS as Options): Options {
  const { signal, timeout } = record('options', value);
  if (timeout !== undefined) atLeast(1, 'options.timeout', timeout, 1);
  if (signal !== undefined) aborting('options.signal', signal);
  return value;
}

function aborting(name: string, value: unknown): void {
  if (!(value instanceof AbortSignal)) throw wrong(name, say('expected.signal'), value);
}

/** @returns how many messages may wait. */
export function reading(value: ReadOptions): number {
  const { signal, buffer, ready, error } = record('options', value);
  if (signal !== undefined) aborting('options.signal', signal);
  if (ready !== undefined) callable('options.ready', ready as CallableFunction);
  if (error !== undefined) callable('options.error', error as CallableFunction);
  return atLeast(1, 'options.buffer', buffer, READ_BUFFER);
}

export function publication(value: Publication): Publication {
  const { ended } = record('publication', value);
  callable('publication.ended', ended as CallableFunction);
  return value;
}

export function delivery(value: unknown): Delivery {
  const { type, group } = record('delivery', value);
  const known = choice('delivery.type', DELIVERIES, type);
  return known === 'group' ? { type: known, group: text('delivery.group', group) } : { type: known };
}

/** What has no `message` is options for who reads. */
export function isListener(value: SubscriptionListener | ReadOptions): value is SubscriptionListener {
  return 'message' in record('listener', value);
}

export function listener(value: SubscriptionListener): SubscriptionListener {
  const { message, error, ready } = record('listener', value);
  callable('listener.message', message as CallableFunction);
  callable('listener.error', error as CallableFunction);
  if (ready !== undefined) callable('listener.ready', ready as CallableFunction);
  return value;
}

/** An operation, and its parameter: one without it would be another. */
export function operation<Body, Reply>(
  value: Operation<Body, Reply>,
  parameter: unknown,
): Operation<Body, Reply> {
  const { name, method, path, parseReply } = isRecord(value) ? value : ({} as Record<string, unknown>);
  const texts = [name, method, path].every((part) => typeof part === 'string');
  if (!texts || typeof parseReply !== 'function') throw wrong('operation', say('expected.operation'), value);
  if (String(path).includes('{}')) text('parameter', parameter);
  return value;
}

/** @throws SchemaError, for getters that throw too: it is read wherever it comes from. */
export function definition(value: unknown, name: unknown): Definition {
  const of = name === undefined ? undefined : stream(name);
  try {
    const parsed = parseDefinition(value, of);
    stream(parsed.name);
    return parsed;
  } catch (thrown) {
    if (thrown instanceof StreamSeaError) throw thrown;
    throw new SchemaError(say('schema.invalid', { mistakes: messageOf(thrown) }));
  }
}
