/** What a node shows beneath itself: a total function of the connection's state and of what is sent, reason included. */

import type { NodeStatus, NodeStatusFill } from 'node-red';
import type { ConnectionState, SendingState, StreamSeaError, TokenState } from '../../src/index';
import type { Translate } from './catalogue';
import type { ServerLease } from './lease';
import { translatedError } from './message/translated-error';
import { minuteOf } from './minute';
import { Refusals } from './refusals';
import type { KnownSchemas, RunningSea } from './server-node';
import { framed, short } from './status-text';
import { wordsOf } from './wire/sentence';

/** What may come by message where it is not filled in, and what the dialog calls it. */
const MISSING: Readonly<Record<string, string>> = {
  'error.noClientId': 'label.clientId',
  'error.noClientSecret': 'label.clientSecret',
  'error.noJwt': 'label.jwt',
  'error.noPrivateKey': 'status.privateKey',
};

/** Columns: nothing stands behind it, and what a setting should be comes last. */
const LONGEST_FAILURE = 100;

/** Milliseconds that two next tries are apart at the least. */
const SAME = 100;

const NOBODY: Situation = { state: { name: 'closed' }, sending: { name: 'flowing' } };

/** A set of them, or a map by them. */
export type Names = Pick<ReadonlySet<string>, 'has' | 'keys' | 'size'>;

/** What a node has to say of itself. */
export interface Own {
  /** How many of its own messages wait to be sent. Undefined for a node that sends none. */
  readonly waiting?: number | undefined;
  /** Why its messages fail here already, whatever becomes of others. */
  readonly failure?: StreamSeaError | undefined;
  /** How many of its messages were refused lately. */
  readonly refused?: number | undefined;
  /** The streams that it uses, by their names: those without a schema take anything, which a green dot is not to hide. */
  readonly streams?: Names | undefined;
  /** Instead of the plain `connected`. */
  readonly ready?: NodeStatus | undefined;
}

/** Within how many seconds a moment comes: the same for as long as it is the same moment of that source. */
export type SecondsTo = (until: number, source: 'state' | 'sending') => number;

/** How its server's client does. */
export interface Situation {
  readonly state: ConnectionState;
  readonly sending: SendingState;
  /** A token that nobody renews. */
  readonly token?: TokenState | undefined;
  readonly schemas?: Pick<KnownSchemas, 'hasSchema'> | undefined;
}

/** Texts that start with `node-red:` are the core's own and are translated in the viewer's browser. */
export function statusOf(
  { state, sending, token, schemas }: Situation,
  { waiting, failure: why, refused, streams, ready }: Own,
  t: Translate,
  secondsTo: SecondsTo,
): NodeStatus {
  if (why !== undefined && state.name !== 'closed') return failure(wordsOf(why, t));
  // Whether messages get through is what matters to a node that sends; for them a connection need not be there.
  const sends =
    waiting !== undefined &&
    sending.name !== 'flowing' &&
    state.name !== 'closed' &&
    // With nothing to send, nothing is tried before the connection is.
    !(waiting === 0 && state.name === 'waiting' && state.until > sending.until);
  const condition = sends ? sending : state;
  const queued = t('status.queued', { count: waiting ?? 0 });
  const before = waiting ? `${queued} · ` : '';
  const base =
    (condition.name === 'ready' && ready) ||
    (condition === state && token && tokenStatus(state, token, t)) ||
    conditionStatus(condition, t, (until) => secondsTo(until, sends ? 'sending' : 'state'), before);
  const lost = refused ? t('status.refusedCount', { count: refused }) : undefined;
  const green = condition.name === 'ready' && ready === undefined;
  if (!waiting) {
    if (green && lost !== undefined) return progress('red', lost);
    const isPlain = green && base.fill === 'green';
    return (isPlain && uncheckedStatus(streams, schemas, t)) || base;
  }
  if (green) {
    return { fill: 'blue', shape: 'dot', text: lost === undefined ? queued : `${queued} · ${lost}` };
  }
  if (base.text?.startsWith('node-red:')) return { ...base, text: queued };
  return { ...base, text: short(`${before}${base.text}`) };
}

/** Of several streams, which one it is. */
function uncheckedStatus(
  streams: Own['streams'],
  schemas: Situation['schemas'],
  t: Translate,
): NodeStatus | undefined {
  if (streams === undefined || schemas === undefined) return undefined;
  for (const stream of streams.keys()) {
    if (schemas.hasSchema(stream) !== false) continue;
    const text = streams.size === 1 ? t('status.noSchema') : t('status.noSchemaOf', { stream });
    return progress('green', text);
  }
  return undefined;
}

/** What somebody has to do about a token comes before what holds anyway. */
function tokenStatus({ name }: ConnectionState, token: TokenState, t: Translate): NodeStatus | undefined {
  const values = { date: minuteOf(token.endsAt) };
  if (name === 'ready' && token.name === 'ending') {
    return { fill: 'yellow', shape: 'dot', text: t('status.tokenEnds', values) };
  }
  const isOut = name === 'waiting' || name === 'refused';
  if (!isOut || token.name !== 'ended') return undefined;
  return { fill: 'red', shape: 'dot', text: t('status.tokenEnded', values) };
}

function conditionStatus(
  condition: ConnectionState | Exclude<SendingState, { name: 'flowing' }>,
  t: Translate,
  secondsTo: (until: number) => number,
  before: string,
): NodeStatus {
  const told = (why: StreamSeaError, frame: (reason: string) => string): string =>
    framed(wordsOf(why, t), frame, before);
  switch (condition.name) {
    case 'idle':
      return { fill: 'grey', shape: 'ring', text: 'node-red:common.status.not-connected' };
    case 'connecting':
      return { fill: 'yellow', shape: 'ring', text: 'node-red:common.status.connecting' };
    case 'authenticating':
      return { fill: 'yellow', shape: 'ring', text: t('status.authenticating') };
    case 'ready':
      return { fill: 'green', shape: 'dot', text: 'node-red:common.status.connected' };
    case 'waiting': {
      const seconds = secondsTo(condition.until);
      const text = told(condition.why, (reason) => t('status.waiting', { reason, seconds }));
      return { fill: 'red', shape: 'ring', text };
    }
    case 'refused':
      // Each of these reasons says that it is a refusal: "refused: the server refused the credentials" said it twice.
      return { fill: 'red', shape: 'dot', text: told(condition.why, (reason) => reason) };
    case 'closed':
      return { fill: 'grey', shape: 'ring', text: 'node-red:common.status.disconnected' };
  }
}

function problemStatus(problem: StreamSeaError, t: Translate): NodeStatus {
  const what = MISSING[problem.sentence?.key ?? ''];
  if (what === undefined) return failure(wordsOf(problem, t));
  return progress('yellow', t('status.noCredentials', { what: t(what) }));
}

/** A failure of the node's own, such as no server chosen or a subscription refused. */
export function failure(reason: string): NodeStatus {
  return { fill: 'red', shape: 'dot', text: short(reason, LONGEST_FAILURE) };
}

export function progress(fill: NodeStatusFill, text: string): NodeStatus {
  return { fill, shape: 'ring', text: short(text) };
}

/** Keeps a node's status equal to how its server and the node itself do, until the node closes. */
export class StatusLine {
  readonly #lease: ServerLease;
  readonly #own: () => Own;
  readonly #refusals = new Refusals(() => this.update());
  #unwatch: (() => void)[] = [];
  #shown = '';
  /** Status nodes have not heard it: they are wired up only once all nodes are there. */
  #unheard = true;
  #closed = false;
  /** The value that messages have long waited for. */
  #awaited: string | undefined;
  /** The next tries, as they were said: counted down, each second would be news to Status nodes. */
  readonly #next = { state: { until: 0, seconds: 0 }, sending: { until: 0, seconds: 0 } };

  constructor(lease: ServerLease, own: () => Own = () => ({})) {
    const { node, deploys } = lease;
    this.#lease = lease;
    this.#own = own;
    const stop = deploys.on({
      started: ({ newListeners }) => {
        if (this.#unheard || newListeners) this.#say(this.#current());
        else this.update();
      },
    });
    node.on('close', () => {
      this.#closed = true;
      this.#refusals.close();
      stop();
      this.#leave();
    });
    lease.ended = (error) => {
      // Without a server nobody has refused anything, and the status says that there is none.
      if (!this.#closed && lease.problem === undefined) this.#refusals.ended(error);
    };
    lease.awaits = (awaited) => {
      this.#awaited = awaited;
      this.update();
    };
    lease.follow(() => this.#watch());
  }

  /** Shows what holds now; does nothing when that is shown already. */
  update(): void {
    const status = this.#current();
    if (JSON.stringify(status) !== this.#shown) this.#say(status);
  }

  #watch(): void {
    this.#leave();
    const { sea } = this.#lease;
    if (sea !== undefined) {
      for (const event of ['state', 'sending', 'token'] as const)
        this.#unwatch.push(sea.client.on(event, () => this.update()));
      const used = (): Iterable<string> => this.#own().streams?.keys() ?? [];
      this.#unwatch.push(sea.schemas.onSchema((stream) => this.#onSchema(stream), used));
    }
    this.update();
  }

  #onSchema(stream: string | undefined): void {
    const { streams } = this.#own();
    // Of thousands that are defined one after the other, each node hears.
    if (streams !== undefined && (stream === undefined || streams.has(stream))) this.update();
  }

  #leave(): void {
    for (const stop of this.#unwatch) stop();
    this.#unwatch = [];
  }

  #say(status: NodeStatus): void {
    // What a node says as it closes would be a Status node's last word of its successor.
    if (this.#closed) return;
    this.#shown = JSON.stringify(status);
    this.#unheard = !this.#lease.deploys.running;
    const { node, t } = this.#lease;
    try {
      node.status(status);
    } catch (thrown) {
      // Whoever in Node-RED listens to statuses. Thrown on, it kept messages from their end, and from a timer ended Node-RED.
      node.error(translatedError(thrown, t));
    }
  }

  #current(): NodeStatus {
    const { sea, problem } = this.#lease;
    if (problem !== undefined) return problemStatus(problem, this.#lease.t);
    // Between two servers.
    return statusOf(
      sea === undefined ? NOBODY : situationOf(sea),
      { refused: this.#refusals.count, failure: this.#refusals.unkept, ...this.#own(), ...this.#awaits() },
      this.#lease.t,
      this.#secondsTo,
    );
  }

  readonly #secondsTo: SecondsTo = (until, source) => {
    const next = this.#next[source];
    // The same moment by another reading of the clock is some milliseconds off.
    if (Math.abs(until - next.until) > SAME) {
      next.until = until;
      next.seconds = Math.max(1, Math.round((until - Date.now()) / 1000));
    }
    return next.seconds;
  };

  #awaits(): Own {
    return this.#awaited === undefined ? {} : { ready: awaiting(this.#awaited, this.#lease.t) };
  }
}

function situationOf({ client, schemas }: RunningSea): Situation {
  const { state, sending, token } = client;
  return { state, sending, token, schemas };
}

/** Messages, or the node itself, cannot go on without a value. */
export function awaiting(source: string, t: Translate): NodeStatus {
  return progress('yellow', t('status.reading', { source }));
}
