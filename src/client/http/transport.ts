/** How the server is reached: address, TLS and proxy, decided once for HTTP requests and the WebSocket. */
import * as http from 'node:http';
import * as https from 'node:https';
import type { SecureContextOptions } from 'node:tls';
import { type ClientOptions, WebSocket } from 'ws';
import { MAX_BODY_BYTES, STREAMS_SOCKET_PATH } from '../../protocol/constants';
import { type Clock, LONGEST_TIMEOUT } from '../common/clock';
import type { Secrets } from '../identity/secrets';

/** What `tls.connect` takes, as Node-RED's tls-config node fills it in. */
export interface TlsOptions extends SecureContextOptions {
  readonly rejectUnauthorized?: boolean | undefined;
  readonly servername?: string | undefined;
  readonly ALPNProtocols?: string[] | undefined;
}

export interface TransportOptions {
  /** `http:` or `https:`; its path is a prefix of every path. */
  readonly url: URL;
  readonly tls: TlsOptions;
  readonly proxy: URL | undefined;
  /** Instead of TLS options and proxy, for both. The caller closes it. */
  readonly agent: http.Agent | undefined;
  readonly connectTimeout: number;
  readonly clock: Clock;
  readonly secrets: Secrets;
}

/** Options of ws that its types do not know yet. */
interface SocketLimits {
  readonly closeTimeout: number;
  readonly maxFragments: number;
  readonly maxPendingAutoPongs: number;
}

export interface RequestLine {
  readonly method: string;
  /** From the root of the server, below the address's own prefix. */
  readonly path: string;
  readonly headers: http.OutgoingHttpHeaders;
}

/** Requests out at once, and sockets kept for the next ones. */
export const MAX_SOCKETS = 16;

// A delivery holds one message, and a message came in over a body of this size; the rest is for the frame around it.
const MAX_DELIVERY_BYTES = MAX_BODY_BYTES + 65_536;

// By itself, ws ends a connection that breaks no rule: for 16,384 pieces of a message, or 60 pings read at once, as they are
// by a client that was held for half an hour. Memory has a bound by these all the same.
const MAX_PIECES = 262_144;
const MAX_PINGS = 65_536;

export class Transport {
  /** The other side, as `boiler-house:8080`: for sentences. */
  readonly where: string;
  readonly #url: URL;
  readonly #prefix: string;
  readonly #secure: boolean;
  readonly #tls: TlsOptions;
  /** Node takes an IPv6 address without the brackets that a URL needs. */
  readonly #host: string;
  readonly #port: string;
  readonly #requestAgent: http.Agent;
  /** None: a socket of its own. A pool's idle socket may be dead already, and an upgrade cannot be sent twice. */
  readonly #socketAgent: http.Agent | undefined;
  readonly #ownAgents: readonly http.Agent[];

  constructor({ url, tls, proxy, agent, connectTimeout, clock, secrets }: TransportOptions) {
    this.#url = url;
    this.#secure = url.protocol === 'https:';
    this.#prefix = url.pathname.replace(/\/+$/, '');
    this.#tls = tls;
    this.#port = url.port || (this.#secure ? '443' : '80');
    this.where = `${url.hostname}:${this.#port}`;
    let requestAgent: http.Agent;
    const tunnel = { clock, timeout: connectTimeout, secure: this.#secure, secrets };
    if (agent !== undefined) {
      requestAgent = agent;
      this.#socketAgent = agent;
      this.#ownAgents = [];
    } else if (proxy !== undefined) {
      // Loaded with the first proxy: every start of Node-RED would wait for it, also where there is none.
      const { TunnelAgent } = require('./tunnel') as typeof import('./tunnel');
      requestAgent = new TunnelAgent(proxy, { ...tunnel, keep: MAX_SOCKETS });
      this.#socketAgent = new TunnelAgent(proxy, { ...tunnel, keep: 0 });
      this.#ownAgents = [requestAgent, this.#socketAgent];
    } else {
      const pool = { keepAlive: true, maxFreeSockets: MAX_SOCKETS };
      requestAgent = this.#secure ? new https.Agent({ ...tls, ...pool }) : new http.Agent(pool);
      this.#ownAgents = [requestAgent];
    }
    this.#requestAgent = requestAgent;
    this.#host = url.hostname.replace(/^\[|\]$/g, '');
  }

  /** A request that has not been ended yet. Redirects are never followed: Node does not, and nor do we. */
  request({ method, path, headers }: RequestLine): http.ClientRequest {
    // Each by name: to copy them from an object together with TLS options is felt with each small message.
    const options = {
      host: this.#host,
      port: this.#port,
      agent: this.#requestAgent,
      method,
      headers,
      path: this.#prefix + path,
    };
    return this.#secure ? https.request({ ...this.#tls, ...options }) : http.request(options);
  }

  openSocket(): WebSocket {
    const url = new URL(this.#url);
    url.protocol = this.#secure ? 'wss:' : 'ws:';
    url.pathname = this.#prefix + STREAMS_SOCKET_PATH;
    const options: ClientOptions & SocketLimits = {
      ...(this.#secure && this.#tls),
      ...(this.#socketAgent !== undefined && { agent: this.#socketAgent }),
      // On by default in ws, and with a server that agrees receiving becomes many times slower.
      perMessageDeflate: false,
      maxPayload: MAX_DELIVERY_BYTES,
      followRedirects: false,
      // The connection knows how long it may take: ws would cut off what is still on its way after 30 s.
      closeTimeout: LONGEST_TIMEOUT,
      maxFragments: MAX_PIECES,
      maxPendingAutoPongs: MAX_PINGS,
    };
    return new WebSocket(url, options);
  }

  close(): void {
    for (const agent of this.#ownAgents) agent.destroy();
  }
}
