/** A scripted server that keeps the protocol, and its groups, unless it is told to misbehave. */
import type { Outlet, Peer } from './network/net';
import { type Request, type Script, Wire } from './network/wire';

export interface Message {
  readonly n: number;
  readonly x: number | string;
  /** The server refuses it, whatever the schema says. */
  readonly bad?: true;
  readonly pad?: string;
  /** In no schema. */
  readonly extra?: number;
}

/** What happens to a request instead of its due answer. */
export type Strike =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: number }
  /** No answer, ever; the message not taken, or taken. */
  | { readonly kind: 'stall' | 'stallTaken' }
  /** The connection breaks; the message not taken, or taken. */
  | { readonly kind: 'cut' | 'cutTaken' }
  /** 200, and the body breaks off or never ends: taken. */
  | { readonly kind: 'half' | 'endless' }
  /** 200 by somebody else: not taken. */
  | { readonly kind: 'page' }
  /** Answered, and the connection is closed behind it. */
  | { readonly kind: 'close' };

/** What the WebSocket meets. `mute`: authentication is not answered. `silent`: subscribes are not. */
export type SocketManner = 'open' | 'blocked' | 'hanging' | 'mute' | 'silent' | 'denied';

export type XType = 'integer' | 'float' | 'string';

export interface Asked {
  readonly owner: object | undefined;
  readonly clientId: string;
  readonly sentAt: number;
}

/** Hears of all that matters; throws nothing. */
export interface Witness {
  /** A request came, or an authentication. */
  asked(sea: Sea, asked: Asked, what: string): void;
  /** A publish came. The result is called when the client has its answer. */
  publishing(
    sea: Sea,
    asked: Asked,
    stream: string,
    messages: readonly Message[],
    outlet: Outlet,
  ): () => void;
  taken(sea: Sea, asked: Asked, stream: string, messages: readonly Message[]): void;
  answered(sea: Sea, asked: Asked, messages: readonly Message[], status: number): void;
  /** A request for a schema, likewise. */
  described(asked: Asked, status: number): void;
  /** It has a WebSocket, and so many in all. */
  connected(owner: object, open: number): void;
  /** The client has been let in. */
  authorised(asked: Asked): void;
  /** The client knows now that its credentials are refused. */
  unauthorised(sea: Sea, asked: Asked): void;
  subscribed(sea: Sea, member: Member): void;
  /** A subscription is refused. */
  unsubscribed(owner: object, stream: string, group: string): void;
  /** A delivery has reached the client. */
  arrived(member: Member, message: Message): void;
}

export interface Member {
  /** None: somebody else's client, which takes what it is given. */
  readonly wire: Wire | undefined;
  readonly owner: object | undefined;
  readonly id: number;
  readonly stream: string;
  readonly group: string;
}

interface Session {
  clientId: string | undefined;
  readonly members: Member[];
}

export class Sea implements Script {
  readonly host: string;
  /** By client id. */
  readonly secrets = new Map<string, string>();
  readonly schemas = new Map<string, { readonly version: number; readonly x: XType }>();
  /** Streams that are refused, with what. */
  readonly refused = new Map<string, number>();
  /** Streams whose subscriptions are refused. */
  readonly unsubscribable = new Set<string>();
  /** For the next requests, in order. */
  readonly strikes: Strike[] = [];
  /** For all requests, while set. */
  always: Strike | undefined;
  manner: SocketManner = 'open';
  /** Bytes of a body; more is a 413. */
  bodyLimit = Number.POSITIVE_INFINITY;
  readonly #witness: Witness;
  readonly #wires = new Set<Wire>();
  readonly #sessions = new Map<Wire, Session>();
  /** By stream and group. */
  readonly #groups = new Map<string, Member[]>();
  /** Answers to subscribes that are held up. */
  #silenced: (() => void)[] = [];

  constructor(host: string, witness: Witness) {
    this.host = host;
    this.#witness = witness;
  }

  get sessions(): number {
    let open = 0;
    for (const { clientId } of this.#sessions.values()) if (clientId !== undefined) open += 1;
    return open;
  }

  /** @param owner whose it is, where the outlet does not know */
  listen(outlet: Outlet, owner: object): Peer {
    const wire = new Wire(outlet, this, outlet.owner ?? owner);
    this.#wires.add(wire);
    return wire;
  }

  /** Ends the connections that requests are kept alive on, as servers do after some idle seconds. */
  endIdle(): void {
    for (const wire of [...this.#wires]) if (!wire.isWebSocket && !wire.busy && wire.served) wire.end();
  }

  /** Lets go of what was held up. */
  answerSubscribes(): void {
    for (const answer of this.#silenced.splice(0)) answer();
  }

  ping(): void {
    for (const wire of [...this.#sessions.keys()]) wire.ping();
  }

  /** Ends all WebSockets, as a server that restarts. */
  dropSockets(how: 'end' | 'reset'): void {
    for (const wire of [...this.#sessions.keys()]) wire[how]();
  }

  /** Gives a message to each group of its stream: to one member of each. */
  spread(stream: string, message: Message): void {
    for (const [place, members] of this.#groups) {
      const [next, ...others] = members;
      if (next === undefined || next.stream !== stream) continue;
      this.#groups.set(place, [...others, next]);
      const frame = { id: next.id, action: 'subscription', streamName: stream, payload: message };
      next.wire?.send(frame, () => this.#witness.arrived(next, message));
    }
  }

  membersOf(owner: object): readonly Member[] {
    return [...this.#sessions.values()].flatMap(({ members }) =>
      members.filter((member) => member.owner === owner),
    );
  }

  /** Somebody else's client joins a group, or leaves it. */
  rival(stream: string, group: string): void {
    const place = `${group} ${stream}`;
    const members = this.#groups.get(place) ?? [];
    const others = members.filter(({ wire }) => wire !== undefined);
    const came = members.length === others.length;
    const rival: Member = { wire: undefined, owner: undefined, id: 0, stream, group };
    this.#groups.set(place, came ? [...others, rival] : others);
  }

  request(wire: Wire, request: Request): void {
    const [, , , , name = '', operation] = request.path.split('/');
    const stream = decodeURIComponent(name);
    const { clientId, secret } = basicOf(request.authorization);
    const asked: Asked = { owner: wire.owner, clientId, sentAt: request.sentAt };
    this.#witness.asked(this, asked, `${request.method} ${request.path}`);
    if (operation === 'publish') this.#publish(wire, asked, secret, stream, request.body);
    else this.#describe(wire, asked, secret, stream);
  }

  upgrade(wire: Wire, { sentAt }: Request): void {
    const { owner } = wire;
    if (this.manner === 'hanging') return;
    if (this.manner === 'blocked') {
      wire.answer(403, 'blocked', { 'Content-Type': 'text/plain' });
      wire.end();
      return;
    }
    if (this.manner === 'denied') {
      const asked = { owner, clientId: '', sentAt };
      this.#witness.asked(this, asked, 'upgrade');
      wire.answer(401, '', {}, () => this.#witness.unauthorised(this, asked));
      wire.end();
      return;
    }
    this.#sessions.set(wire, { clientId: undefined, members: [] });
    const open = [...this.#sessions.keys()].filter((other) => other.owner === owner && other.outlet.alive);
    this.#witness.connected(owner, open.length);
    wire.accept();
  }

  frame(wire: Wire, text: string, sentAt: number): void {
    const session = this.#sessions.get(wire);
    const { id, action, payload, groupId } = JSON.parse(text);
    if (session === undefined) return;
    if (action === 'authenticate') {
      const asked = { owner: wire.owner, clientId: payload.clientId, sentAt };
      this.#witness.asked(this, asked, 'authenticate');
      if (this.manner === 'mute') return;
      if (this.secrets.get(payload.clientId) === payload.clientSecret) {
        session.clientId = payload.clientId;
        const reply = { id, action, success: true, payload: { jailId: 'jail' } };
        wire.send(reply, () => this.#witness.authorised(asked));
      } else {
        const error = { message: `Not ${payload.clientSecret}` };
        wire.send({ id, action, success: false, error }, () => this.#witness.unauthorised(this, asked));
      }
      return;
    }
    const stream: string = payload;
    const answer = (): void => {
      const group = groupId ?? `default ${session.clientId}`;
      if (this.unsubscribable.has(stream)) {
        this.#witness.unsubscribed(wire.owner, stream, group);
        wire.send({ id, action: 'subscription', success: false, error: { message: 'not for you' } });
        return;
      }
      wire.send({ id, action: 'subscription', success: true, streamName: stream, payload: id });
      const member: Member = { wire, owner: wire.owner, id, stream, group };
      session.members.push(member);
      const place = `${group} ${stream}`;
      this.#groups.set(place, [...(this.#groups.get(place) ?? []), member]);
      this.#witness.subscribed(this, member);
    };
    if (this.manner === 'silent') this.#silenced.push(() => !wire.over && answer());
    else answer();
  }

  gone(wire: Wire): void {
    this.#wires.delete(wire);
    const session = this.#sessions.get(wire);
    this.#sessions.delete(wire);
    for (const member of session?.members ?? []) {
      const place = `${member.group} ${member.stream}`;
      const left = (this.#groups.get(place) ?? []).filter((other) => other !== member);
      if (left.length > 0) this.#groups.set(place, left);
      else this.#groups.delete(place);
    }
  }

  #publish(wire: Wire, asked: Asked, secret: string, stream: string, body: string): void {
    const { payload } = JSON.parse(body);
    const messages: readonly Message[] = Array.isArray(payload) ? payload : [payload];
    const arrived = this.#witness.publishing(this, asked, stream, messages, wire.outlet);
    const strike = this.#nextStrike();
    const due = this.#judge(asked, secret, stream, messages, body);
    const takes = due === 200 && !['status', 'stall', 'cut', 'page'].includes(strike?.kind ?? '');
    if (takes) {
      this.#witness.taken(this, asked, stream, messages);
      for (const message of messages) this.spread(stream, message);
    }
    const status = strike?.kind === 'status' ? strike.status : due;
    if (!['stall', 'stallTaken', 'cut', 'cutTaken'].includes(strike?.kind ?? '')) {
      this.#witness.answered(this, asked, messages, status);
    }
    this.#reply(wire, asked, strike, { due, body: '{}', arrived });
  }

  #describe(wire: Wire, asked: Asked, secret: string, stream: string): void {
    const schema = this.schemas.get(stream);
    const right = this.secrets.get(asked.clientId) === secret;
    const fields = [
      { name: 'n', type: 'integer' },
      { name: 'x', type: schema?.x },
      { name: 'pad', type: 'string' },
    ];
    const body = schema && JSON.stringify({ name: stream, version: schema.version, fields });
    const due = right ? (body === undefined ? 404 : 200) : 401;
    const strike = this.#nextStrike();
    this.#witness.described(asked, strike?.kind === 'status' ? strike.status : due);
    this.#reply(wire, asked, strike, { due, body: body ?? '', arrived: () => {} });
  }

  #nextStrike(): Strike | undefined {
    return this.strikes.shift() ?? this.always;
  }

  #judge(asked: Asked, secret: string, stream: string, messages: readonly Message[], body: string): number {
    if (this.secrets.get(asked.clientId) !== secret) return 401;
    const refused = this.refused.get(stream);
    if (refused !== undefined) return refused;
    if (body.length > this.bodyLimit) return 413;
    const x = this.schemas.get(stream)?.x;
    return messages.every((message) => fits(message, x)) ? 200 : 400;
  }

  #reply(
    wire: Wire,
    asked: Asked,
    strike: Strike | undefined,
    { due, body, arrived }: { due: number; body: string; arrived: () => void },
  ): void {
    const reply = (status: number, text: string, headers: Record<string, string> = {}): void =>
      wire.answer(status, text, headers, () => {
        arrived();
        if (status === 401) this.#witness.unauthorised(this, asked);
      });
    const words = due === 200 ? body : JSON.stringify({ message: `refused: ${due}` });
    switch (strike?.kind) {
      case 'status': {
        const wait = strike.retryAfter === undefined ? {} : { 'Retry-After': String(strike.retryAfter) };
        reply(strike.status, JSON.stringify({ message: 'struck' }), wait);
        break;
      }
      case 'stall':
      case 'stallTaken':
        break;
      case 'cut':
      case 'cutTaken':
        wire.reset();
        break;
      case 'half':
      case 'endless':
        if (due !== 200) reply(due, words);
        else {
          wire.half(200, arrived);
          if (strike.kind === 'half') wire.reset();
        }
        break;
      case 'page':
        reply(200, '<!doctype html><title>Sign in</title>', { 'Content-Type': 'text/html' });
        break;
      case 'close':
        reply(due, words);
        wire.end();
        break;
      case undefined:
        reply(due, words);
    }
  }
}

/** What a schema's field of that type takes; without a schema anything. */
export function fits({ x, bad }: Message, type: XType | undefined): boolean {
  if (bad) return false;
  if (type === undefined) return true;
  if (type === 'string') return typeof x === 'string';
  return typeof x === 'number' && (type === 'float' || Number.isInteger(x));
}

function basicOf(authorization = ''): { clientId: string; secret: string } {
  const text = Buffer.from(authorization.replace('Basic ', ''), 'base64').toString();
  const colon = text.indexOf(':');
  return { clientId: text.slice(0, colon), secret: text.slice(colon + 1) };
}
