/** Requests to Node-RED's admin API, as its editor sends them. */

export interface AdminAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test fails where it is not as expected
  readonly body: any;
  readonly text: string;
}

export class AdminApi {
  readonly #url: string;
  readonly #token: string | undefined;

  /** @param url the editor's, with a slash at its end. */
  constructor(url: string, token?: string) {
    this.#url = url;
    this.#token = token;
  }

  /** As one of the users in `adminAuth`. */
  static async logIn(url: string, username: string, password: string): Promise<AdminApi> {
    const body = { client_id: 'node-red-admin', grant_type: 'password', scope: '', username, password };
    const { body: reply } = await new AdminApi(url).post('auth/token', body);
    return new AdminApi(url, reply.access_token);
  }

  get(path: string): Promise<AdminAnswer> {
    return this.#request('GET', path);
  }

  post(path: string, body: object = {}): Promise<AdminAnswer> {
    return this.#request('POST', path, body);
  }

  delete(path: string): Promise<AdminAnswer> {
    return this.#request('DELETE', path);
  }

  async #request(method: string, path: string, body?: object): Promise<AdminAnswer> {
    const response = await fetch(new URL(path, this.#url), {
      method,
      headers: {
        'content-type': 'application/json',
        ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: parse(text), text };
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
