// The main process as a page sees it: checks requests by the real schemas, records them, answers as told.
import { expect, type Page } from '@playwright/test';
import * as v from 'valibot';
import {
  type Outcome,
  type RequestInput,
  type RequestName,
  type RequestOutput,
  requests,
} from '../../../ipc/contract/contract.ts';
import type { EventName, Events } from '../../../ipc/contract/events.ts';
import type { WindowRole } from '../../../ipc/contract/request.ts';
import { answerPageLoad } from '../../../main/shell/windows/answer-page-load.ts';
import { type PageFile, pageUrl, readPageFiles } from '../../../main/shell/windows/page-files.ts';
import { builtPagesDir } from '../build-pages.ts';
import { installBridge } from './page-bridge.ts';
import { drawn } from './pass-time.ts';

type Answer<N extends RequestName> = (input: RequestInput<N>) => RequestOutput<N> | Promise<RequestOutput<N>>;
export type Answers = { [N in RequestName]?: Answer<N> };
type Recorded = { [N in RequestName]: { readonly name: N; readonly input: RequestInput<N> } }[RequestName];

/** Thrown by an answer to have the request fail with that message. */
export class Failure extends Error {}

function unpack(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unpack);
  if (typeof value !== 'object' || value === null) return value;
  if ('bytes' in value && Array.isArray(value.bytes) && Object.keys(value).length === 1)
    return Uint8Array.from(value.bytes as number[]);
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, unpack(field)]));
}

export class FakeMain {
  /** All requests so far, oldest first. */
  readonly requests: Recorded[] = [];
  /** What the page did against its content security policy, and what it threw. */
  readonly faults: string[] = [];
  readonly page: Page;
  readonly #role: WindowRole;
  readonly #answers: Answers;
  #unanswered = 0;
  /** Chromium knows no `app:` outside of Electron: the same files under an https address. */
  readonly #origin: string;

  constructor(page: Page, role: WindowRole, answers: Answers) {
    this.page = page;
    this.#role = role;
    this.#answers = answers;
    this.#origin = `https://${role}.invalid`;
  }

  /** Opens the page, and resolves when it shows the answer to its first request. */
  async open(): Promise<void> {
    const files = readPageFiles(`${builtPagesDir}/renderer`);
    await this.page.route('**/*', async (route) => {
      await route.fulfill(await this.#serve(files, route.request().url()));
    });
    this.page.on('pageerror', (error) => this.faults.push(String(error)));
    this.page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.faults.push(message.text());
    });
    await this.page.exposeFunction('sallyportRequest', (name: RequestName, input: unknown) =>
      this.#answer(name, input),
    );
    await this.page.addInitScript(installBridge);
    await this.page.goto(`${this.#origin}/index.html`);
    // Time that passes and events that come before that answer change nothing.
    await expect(this.page.getByRole('heading', { level: 1 })).toHaveText(/^(?!One moment…)/);
    await drawn(this.page);
  }

  /** Resolves when all that the page has asked for is answered and drawn. */
  async settled(): Promise<void> {
    await expect
      .poll(async () => {
        // What was clicked just now asks first.
        await drawn(this.page);
        return this.#unanswered;
      })
      .toBe(0);
    await drawn(this.page);
  }

  /** Sends an event to the page. */
  async emit<N extends EventName>(name: N, payload: Events[N]): Promise<void> {
    await this.page.evaluate(
      ([event, data]) =>
        (window as unknown as { sallyportEmit(n: unknown, p: unknown): void }).sallyportEmit(event, data),
      [name, payload] as const,
    );
  }

  /** The inputs of all requests with that name. */
  inputsOf<N extends RequestName>(name: N): RequestInput<N>[] {
    return this.requests
      .filter((request) => request.name === name)
      .map(({ input }) => input as RequestInput<N>);
  }

  async #serve(files: ReadonlyMap<string, PageFile>, url: string) {
    const address = url.replace(this.#origin, new URL('.', pageUrl(this.#role)).href.replace(/\/$/, ''));
    const response = answerPageLoad(files, { method: 'GET', url: address });
    const body = Buffer.from(await response.arrayBuffer());
    return { status: response.status, headers: Object.fromEntries(response.headers), body };
  }

  async #answer<N extends RequestName>(name: N, packed: unknown): Promise<Outcome<RequestOutput<N>>> {
    const { input: schema, role } = requests[name];
    const input = unpack(packed) as RequestInput<N>;
    // A request that the real main process would refuse is a fault of the page, not an answer.
    if (role !== this.#role || !v.is(schema, input)) {
      this.faults.push(`the contract refuses ${name}`);
      return { ok: false, code: 'invalid', message: 'The contract refuses this.' };
    }
    this.requests.push({ name, input } as Recorded);
    const answer = this.#answers[name] as Answer<N> | undefined;
    if (answer === undefined) {
      this.faults.push(`the test has no answer to ${name}`);
      return { ok: false, code: 'failed', message: 'No answer.' };
    }
    this.#unanswered++;
    try {
      return { ok: true, value: await answer(input) };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return { ok: false, code: 'failed', message: error.message };
    } finally {
      this.#unanswered--;
    }
  }
}
