/** The API on a laptop: HTTP on the loopback address, for programs that hold a token; changes one at a time, then what they cause. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type ApiContent, MAX_BODY_BYTES } from '../functions/api/stage.ts';
import { YaguraError } from '../functions/core/error.ts';
import { answerPage } from '../functions/decide/page.ts';
import { tokenMember } from './api-token.ts';
import { pageMember, signIn, signInPage } from './page-session.ts';
import type { LocalState } from './ports.ts';
import { settle } from './response.ts';
import { drainBus, LOCAL_STAGES } from './stages.ts';
import { lockState } from './state-lock.ts';

export interface ApiServerOptions {
  state: LocalState;
  key: Uint8Array;
  content: ApiContent;
  /** 0 takes whichever is free. */
  port: number;
  onFault: (error: unknown, requestId: string) => void;
}

export interface ApiServer {
  /** `http://127.0.0.1:8484` */
  origin: string;
  close(): Promise<void>;
}

/** @throws YaguraError Conflict where the port is taken */
export async function startApi(options: ApiServerOptions): Promise<ApiServer> {
  const writing = oneAtATime();
  let origin = '';
  const server = createServer((request, response) => {
    serve(request, response, { ...options, origin, writing }).catch((error: unknown) => {
      options.onFault(error, '');
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  await listening(server, options.port);
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : options.port}`;
  return {
    origin,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new YaguraError('Conflict', `cannot listen on port ${port}: ${error.message}`, {
          problems: [{ at: '--port', what: String(port), fix: 'name another, or 0 for whichever is free' }],
        }),
      ),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
}

type Serving = ApiServerOptions & { origin: string; writing: <T>(work: () => Promise<T>) => Promise<T> };

async function serve(request: IncomingMessage, response: ServerResponse, serving: Serving): Promise<void> {
  const { state, key, content, origin, onFault } = serving;
  if (!isOurs(request, origin)) return refuse(response, 403, 'this is a service for programs on this machine');
  const body = await bodyOf(request);
  const { method = 'GET', url = '/' } = request;
  if (!url.startsWith('/')) return refuse(response, 400, 'a path is needed');
  const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  const asked = new Request(new URL(origin + url), {
    method,
    headers,
    ...(method === 'GET' || method === 'HEAD' ? {} : { body }),
  });
  const nowMs = state.clock.nowMs();
  if (asked.url.startsWith(`${origin}/approvals/`)) return await servePage(asked, response, serving);
  const caller = await tokenMember(request.headers.authorization, { key, nowMs });
  const ask = (): Promise<Response> => LOCAL_STAGES.api(asked, { caller, ports: state, content, onFault });
  const answer = method === 'GET' || caller === undefined ? await ask() : await serving.writing(() => changing(state, ask));
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(Buffer.from(await answer.arrayBuffer()));
}

/** Pages of approvals: a browser is known by the token that its person signed in with. */
async function servePage(asked: Request, response: ServerResponse, { state, key, onFault, writing }: Serving): Promise<void> {
  const nowMs = state.clock.nowMs();
  const signedIn = await signIn(asked, { key, nowMs });
  const caller = await pageMember(asked, { key, nowMs });
  const ask = (): Promise<Response> => answerPage(asked, { caller, ports: state, onFault });
  const settled = async (): Promise<Response> => {
    const answer = await ask();
    await settle(state);
    return answer;
  };
  const changes = asked.method === 'POST' && caller !== undefined;
  const answer = signedIn ?? (changes ? await writing(() => changing(state, settled)) : await ask());
  const shown = answer.status === 401 ? signInPage(asked) : answer;
  response.writeHead(shown.status, Object.fromEntries(shown.headers));
  response.end(Buffer.from(await shown.arrayBuffer()));
}

/** A web page that was lured here has a name of its own in Host, or an Origin. @see DNS rebinding */
function isOurs({ headers }: IncomingMessage, origin: string): boolean {
  const { port } = new URL(origin);
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  return (
    hosts.includes(headers.host ?? '') &&
    (headers.origin === undefined || hosts.includes(headers.origin.replace(/^http:\/\//, '')))
  );
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', connection: 'close' });
  response.end(JSON.stringify({ error: { code: 'Refused', message, problems: [], requestId: '' } }));
}

/** A little more than the API takes: it is the API that says that it is too much. */
async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  for await (const piece of request) {
    if (sizeBytes <= MAX_BODY_BYTES) pieces.push(Buffer.from(piece));
    sizeBytes += Buffer.byteLength(piece);
    if (sizeBytes > 16 * MAX_BODY_BYTES) break;
  }
  return Buffer.concat(pieces);
}

/** Under the writer's lock, and with everything that the change causes: the lake, the outbox of messages. */
async function changing(state: LocalState, ask: () => Promise<Response>): Promise<Response> {
  let release: () => void;
  try {
    release = lockState(state.dir);
  } catch (error) {
    if (!(error instanceof YaguraError) || error.code !== 'Conflict') throw error;
    const body = {
      error: { code: 'Unavailable', message: 'Another process writes to this state just now', problems: [], requestId: '' },
    };
    return Response.json(body, { status: 503, headers: { 'retry-after': '1' } });
  }
  try {
    const answer = await ask();
    await drainBus(state);
    return answer;
  } finally {
    release();
  }
}

function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };
}
