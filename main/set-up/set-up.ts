// Setting programs up: looked at, shown, made, tested, taken back. One for command, window, doctor and uninstaller.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { LookedFor, MadeChange, ProgramState, ShownChange } from '../../ipc/contract/set-up.ts';
import type { SelfTest } from '../../ipc/contract/use-with.ts';
import { UntrustedPlaceError } from '../../ipc/posix/files/trusted-place.ts';
import { asTheyCome } from '../basics/as-they-come.ts';
import { BoundedMap } from '../basics/bounded-map.ts';
import { OneAtATime } from '../basics/one-at-a-time.ts';
import { withinLimit } from '../basics/waiting.ts';
import { ChangeError } from './changes/change-error.ts';
import { applyChange, type Change, showChange, showUndo, undoChange } from './changes/change-kinds.ts';
import type { Surroundings } from './changes/surroundings.ts';
import type { Program, ProgramGroup, ProgramLook } from './programs/program.ts';
import type { MadeEntry, SetUpRecord } from './set-up-record.ts';

export interface SetUpOptions {
  readonly programs: readonly Program[];
  readonly groups?: readonly ProgramGroup[];
  readonly around: Surroundings;
  readonly record: SetUpRecord;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** How long one program may take to be looked at. */
  readonly lookLimitMs?: number;
}

/** Above what is waited for a program that is run. */
const defaultLookLimitMs = 12_000;
/** So long the order in which programs are shown is kept for one that takes its time. */
const orderMs = 1000;

/** What came of taking a change back; `note` is a sentence where there was nothing to take back any more. */
export interface Undone {
  readonly id: string;
  readonly shown: ShownChange;
  readonly note?: string;
}

const newToken = () => randomBytes(32).toString('hex');

/** What a token stands for: the changes, and what was made before, which gives way to them. */
const digestOf = (changes: readonly Change[], before: readonly MadeEntry[]) =>
  createHash('sha256')
    .update(JSON.stringify([changes, before.map(({ id }) => id)]))
    .digest('hex');

/** More than all programs have while a page is looked at. */
const maxShown = 256;

/** Of errors that are for the person; others are thrown on. */
function problemIn(error: unknown): { readonly problem: string; readonly byHand: readonly string[] } {
  if (error instanceof ChangeError) return { problem: error.message, byHand: error.byHand };
  if (error instanceof UntrustedPlaceError) return { problem: error.message, byHand: [] };
  throw error;
}

export class SetUp {
  readonly #options: SetUpOptions;
  /** Two clicks don't make the same change twice. */
  readonly #turns = new OneAtATime();
  /** What was given out to be shown, by tokens that nobody can make up. */
  readonly #shown = new BoundedMap<string, { readonly program: string; readonly digest: string }>(maxShown);

  constructor(options: SetUpOptions) {
    this.#options = options;
  }

  /** What can be looked at, in the order in which it is shown; known at once. Throws where the list of changes can't be read. */
  lookedFor(): readonly LookedFor[] {
    this.#options.record.load();
    return [...this.#options.programs, ...this.#groups()].map(({ id, title }) => ({ id, title }));
  }

  /**
   * How one of those stands, or each of a group. Changes nothing, and ends in time whatever hangs. Rejects with ChangeError where
   * there is none of that id, and where the list of changes can't be read.
   */
  async lookInto(id: string): Promise<readonly ProgramState[]> {
    const group = this.#groups().find((one) => one.id === id);
    const programs = group ? await group.find(this.#options.around) : [await this.#find(id)];
    return await Promise.all(programs.map((program) => this.#stateOf(program)));
  }

  /** How all stand, as they come: one that hangs holds up no other. Rejects as `lookInto` does. */
  async *look(): AsyncGenerator<ProgramState, void, undefined> {
    const looks = this.lookedFor().map(({ id }) => this.lookInto(id));
    for await (const states of asTheyCome(looks, orderMs)) yield* states;
  }

  /** The same of one. Rejects with ChangeError where there is none of that id. */
  async lookAt(id: string): Promise<ProgramState> {
    return await this.#stateOf(await this.#find(id));
  }

  /** Never rejects for what the person can see to: that is in the answer. */
  async test(id: string): Promise<SelfTest> {
    try {
      return await (await this.#find(id)).test(this.#options.around);
    } catch (error: unknown) {
      return { isWorking: false, message: problemIn(error).problem };
    }
  }

  /**
   * Makes the changes that `token` names, all or none, and once. Rejects with ChangeError, UntrustedPlaceError or the
   * system's error. SECURITY: a token is of one look at one program, and what would be changed by now may be something
   * else than the person has seen; then nothing is.
   */
  apply(id: string, token: string): Promise<void> {
    const shown = this.#shown.get(token);
    this.#shown.delete(token);
    return this.#alone(async () => {
      const { changes = [] } = await this.#changesOf(await this.#find(id));
      const isAsShown = shown?.program === id && shown.digest === digestOf(changes, this.#entriesOf(id));
      if (changes.length === 0 || !isAsShown)
        throw new ChangeError(
          'What would be changed is not what you were shown any more. Look again, then decide.',
        );
      const made: string[] = [];
      try {
        for (const change of await this.#afterUndoing(id, changes)) made.push(await this.#make(id, change));
      } catch (error: unknown) {
        for (const entry of this.#entriesOf(id).filter((one) => made.includes(one.id)))
          await this.#undo(entry);
        throw error;
      }
    });
  }

  /** Takes one change back, and forgets it. Rejects as `apply` does; then it is remembered still. */
  undo(madeId: string): Promise<Undone> {
    return this.#alone(async () => {
      const entry = this.#options.record.load().find((one) => one.id === madeId);
      if (entry === undefined) throw new ChangeError('This change was taken back already.');
      return await this.#undo(entry);
    });
  }

  /** What was made and not taken back, the newest first: the order to take it back in. */
  async made(): Promise<readonly (MadeChange & { readonly program: string })[]> {
    const entries = this.#options.record.load().toReversed();
    return await Promise.all(
      entries.map(async (entry) => ({ ...(await this.#madeView(entry)), program: entry.program })),
    );
  }

  /**
   * While nobody else of ours changes anything: two that take turns with each step would each take back, or not remember,
   * what the other has made.
   */
  #alone<T>(action: () => Promise<T>): Promise<T> {
    return this.#turns.run(() => this.#options.record.alone(action));
  }

  /** Takes back what was made for the program earlier; the same changes, as they are to be made then. */
  async #afterUndoing(id: string, changes: readonly Change[]): Promise<readonly Change[]> {
    const entries = this.#entriesOf(id);
    if (entries.length === 0) return changes;
    for (const entry of entries) await this.#undo(entry);
    const { changes: again = [] } = await this.#changesOf(await this.#find(id));
    const added = async (of: readonly Change[]) =>
      JSON.stringify(
        await Promise.all(
          of.map(async (change) => {
            const shown = await showChange(change, this.#options.around);
            return shown.map(({ place, added: lines }) => [place, lines]);
          }),
        ),
      );
    if ((await added(again)) === (await added(changes))) return again;
    throw new ChangeError('What was set up before is taken back. Look again, then decide on the new change.');
  }

  #groups(): readonly ProgramGroup[] {
    const { groups = [], around } = this.#options;
    return groups.filter((group) => group.isHere(around));
  }

  async #find(id: string): Promise<Program> {
    const isOne = (one: Program) => one.id === id;
    const program =
      this.#options.programs.find(isOne) ??
      (await Promise.all(this.#groups().map((group) => group.find(this.#options.around)))).flat().find(isOne);
    if (program === undefined) throw new ChangeError('Sallyport does not set up such a program here.');
    return program;
  }

  #entriesOf(program: string): readonly MadeEntry[] {
    return this.#options.record.load().filter((entry) => entry.program === program);
  }

  get #lookLimitMs(): number {
    return this.#options.lookLimitMs ?? defaultLookLimitMs;
  }

  #tooSlow({ title }: Program): string {
    return `${title} didn’t answer within ${this.#lookLimitMs / 1000} seconds: a program of it hangs. Look again later.`;
  }

  async #changesOf(program: Program): Promise<ProgramLook> {
    return await withinLimit(program.look(this.#options.around), this.#lookLimitMs, () => {
      throw new ChangeError(this.#tooSlow(program));
    });
  }

  async #stateOf(program: Program): Promise<ProgramState> {
    return await withinLimit(this.#lookedAt(program), this.#lookLimitMs, () => {
      const problem = this.#tooSlow(program);
      const entries = this.#entriesOf(program.id);
      return {
        id: program.id,
        title: program.title,
        status: 'blocked' as const,
        sentence: problem,
        notes: [],
        changes: [],
        // Of nothing.
        token: newToken(),
        made: entries.map(({ id, at }) => ({ id, at, undo: { problem, byHand: [] } })),
      };
    });
  }

  async #lookedAt(program: Program): Promise<ProgramState> {
    const { around } = this.#options;
    const look = await program
      .look(around)
      .catch((error: unknown): ProgramLook => ({ status: 'blocked', sentence: problemIn(error).problem }));
    const changes = look.changes ?? [];
    const before = this.#entriesOf(program.id);
    const token = newToken();
    if (changes.length > 0)
      this.#shown.set(token, { program: program.id, digest: digestOf(changes, before) });
    return {
      id: program.id,
      title: program.title,
      status: look.status,
      sentence: look.sentence,
      ...(look.where !== undefined && { where: look.where }),
      notes: look.notes ?? [],
      changes: (await Promise.all(changes.map((change) => showChange(change, around)))).flat(),
      token,
      made: await Promise.all(before.map((entry) => this.#madeView(entry))),
    };
  }

  async #madeView({ id, at, change }: MadeEntry): Promise<MadeChange> {
    try {
      return { id, at, undo: await showUndo(change, this.#options.around) };
    } catch (error: unknown) {
      return { id, at, undo: problemIn(error) };
    }
  }

  /** Remembered before it is made: a crash in between leaves what can be taken back. Resolves with its id. */
  async #make(program: string, change: Change): Promise<string> {
    const { record, around, now = Date.now } = this.#options;
    const entry: MadeEntry = { id: randomUUID(), program, at: now(), change };
    await record.change((made) => [...made, entry]);
    const kept = await applyChange(change, around).catch(async (error: unknown) => {
      await record.change((made) => made.filter((one) => one.id !== entry.id));
      throw error;
    });
    await record.change((made) => made.map((one) => (one.id === entry.id ? { ...one, change: kept } : one)));
    return entry.id;
  }

  async #undo({ id, change }: MadeEntry): Promise<Undone> {
    const { record, around } = this.#options;
    const shown = await showUndo(change, around);
    const { note } = await undoChange(change, around);
    await record.change((made) => made.filter((one) => one.id !== id));
    return { id, shown, ...(note !== undefined && { note }) };
  }
}
