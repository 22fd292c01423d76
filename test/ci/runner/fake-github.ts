import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Comment {
  readonly id: number;
  readonly author: string;
  body: string;
}

export interface PullRequest {
  readonly number: number;
  readonly head: string;
  readonly base: string;
  title: string;
  body: string;
}

export interface FakeGithub {
  readonly url: string;
  readonly comments: Comment[];
  readonly pullRequests: PullRequest[];
  /** As the API lists them. */
  readonly artifacts: object[];
  /** `METHOD path`, without queries, of every request that changes something. */
  readonly writes: string[];
  /** Audiences that identity tokens were asked for. */
  readonly audiences: string[];
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** What a token of the imitated runner may do, and whose it is: `job:contents=read` or `app:pull-requests=write`. */
interface Caller {
  readonly login: string;
  may(scope: string, access: 'read' | 'write'): boolean;
}

const refused: Answer = { status: 403, body: { message: 'Resource not accessible by integration' } };
const absent: Answer = { status: 404, body: { message: 'Not Found' } };

/** As much of GitHub's REST API as the action calls, on loopback; pages are as long as the caller asks. */
export async function startFakeGithub(): Promise<FakeGithub> {
  const world = new World();
  const server = createServer((request, response) => {
    const respond = async (): Promise<void> => {
      const { status, body } = world.answer(request, await readBody(request));
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    void respond();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return Object.assign(world, {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise<void>((done) => server.close(() => done())),
  });
}

async function readBody(request: IncomingMessage): Promise<Readonly<Record<string, string>>> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? {} : (JSON.parse(text) as Record<string, string>);
}

class World {
  readonly comments: Comment[] = [];
  readonly pullRequests: PullRequest[] = [];
  readonly artifacts: object[] = [];
  readonly writes: string[] = [];
  readonly audiences: string[] = [];
  #nextId = 1000;

  answer(request: IncomingMessage, body: Readonly<Record<string, string>>): Answer {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://127.0.0.1');
    const method = request.method ?? '';
    const bearer = (request.headers.authorization ?? '').replace(/^(?:Bearer|token) /, '');
    if (pathname === '/identity') return this.#identity(bearer, searchParams);
    const caller = callerOf(bearer);
    if (caller === null) return { status: 401, body: { message: 'Bad credentials' } };
    if (method !== 'GET') this.writes.push(`${method} ${pathname}`);
    const path = pathname.replace('/repos/acme/fleet', '');
    const [, first = '', second = '', third = ''] = path.split('/');
    switch (`${method} ${first} ${/^\d+$/.test(second) ? 'N' : second} ${/^\d+$/.test(third) ? 'N' : third}`) {
      case 'GET issues N comments':
        return this.#page(this.comments.map(commentJson), searchParams);
      case 'POST issues N comments':
        if (!caller.may('pull-requests', 'write')) return refused;
        this.comments.push({ id: this.#nextId++, author: caller.login, body: body['body'] ?? '' });
        return { status: 201, body: {} };
      case 'PATCH issues comments N':
        return this.#edit(
          caller,
          this.comments.find(({ id }) => String(id) === third),
          body,
        );
      case 'GET actions artifacts ':
        if (!caller.may('actions', 'read')) return refused;
        return { status: 200, body: { artifacts: this.artifacts } };
      case 'GET pulls  ':
        return this.#page(this.#openPulls(searchParams), searchParams);
      case 'POST pulls  ':
        return this.#open(caller, body);
      case 'PATCH pulls N ':
        return this.#edit(
          caller,
          this.pullRequests.find(({ number }) => String(number) === second),
          body,
        );
      default:
        return absent;
    }
  }

  #identity(bearer: string, query: URLSearchParams): Answer {
    if (bearer !== 'ask-for-identity') return refused;
    this.audiences.push(query.get('audience') ?? '');
    return { status: 200, body: { value: 'identity-token-canary' } };
  }

  #page(items: readonly object[], query: URLSearchParams): Answer {
    const size = Number(query.get('per_page') ?? 30);
    const page = Number(query.get('page') ?? 1);
    return { status: 200, body: items.slice((page - 1) * size, page * size) };
  }

  #openPulls(query: URLSearchParams): readonly object[] {
    const found = this.pullRequests.filter(({ head, base }) => {
      return query.get('head') === `acme:${head}` && query.get('base') === base;
    });
    return found.map(pullJson);
  }

  #open(caller: Caller, { title = '', body = '', head = '', base = '' }: Readonly<Record<string, string>>): Answer {
    if (!caller.may('pull-requests', 'write')) return refused;
    const made: PullRequest = { number: this.#nextId++, title, body, head, base };
    this.pullRequests.push(made);
    return { status: 201, body: pullJson(made) };
  }

  #edit(caller: Caller, thing: Comment | PullRequest | undefined, body: Readonly<Record<string, string>>): Answer {
    if (thing === undefined) return absent;
    if (!caller.may('pull-requests', 'write')) return refused;
    Object.assign(thing, body);
    return { status: 200, body: {} };
  }
}

function callerOf(bearer: string): Caller | null {
  const [kind, given] = bearer.split(':');
  if (given === undefined) return null;
  const scopes = new Map(
    given.split(',').map((one): [string, string] => [one.split('=')[0] ?? '', one.split('=')[1] ?? '']),
  );
  return {
    login: kind === 'job' ? 'github-actions[bot]' : 'acme-images[bot]',
    may: (scope, access) => scopes.get(scope) === 'write' || (access === 'read' && scopes.get(scope) === 'read'),
  };
}

function commentJson({ id, author, body }: Comment): object {
  return { id, body, user: { login: author, type: author.endsWith('[bot]') ? 'Bot' : 'User' } };
}

function pullJson({ number, title, body, head, base }: PullRequest): object {
  return {
    number,
    title,
    body,
    head: { ref: head },
    base: { ref: base },
    html_url: `https://github.example/pull/${number}`,
  };
}
