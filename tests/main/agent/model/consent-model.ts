// Who may sign what, as a person would expect it: a few sets and rules, written without a look at how the agent does it.
// Keys, certificates, files, hosts, programs and sessions are small numbers here.
import type { KeepUnlocked } from '../../../../main/agent/ports/approver.ts';

/** An identity: the plain key (no certificate) or one of its certificates. */
export interface IdentityName {
  readonly key: number;
  readonly certificate: number | undefined;
}

/** One permitted step of restrict-destination; without `from` it starts at the agent's machine. */
export interface Step {
  readonly from?: number;
  readonly to: number;
  /** Left out: any. */
  readonly user?: string;
}

export interface Wishes {
  readonly confirm: boolean;
  readonly lifetimeMs?: number;
  readonly steps?: readonly Step[];
}

/** What is known of an encrypted file: only the true ones open, each by a passphrase of its own. */
export interface Form {
  readonly file: string;
  /** Never added from this machine. */
  fromElsewhere: boolean;
  opened: boolean;
}

export interface Identity {
  readonly name: IdentityName;
  comment: string;
  cameInClear: boolean;
  /** Never added from this machine. */
  fromElsewhere: boolean;
  /** The files that it came with. */
  readonly forms: Set<Form>;
  /** Those of them that have been opened since. */
  readonly opened: Set<Form>;
  confirm: boolean;
  steps: readonly Step[] | undefined;
  endMs: number;
  askEachUse: boolean;
  personalEndMs: number;
}

/** A private key: whether it is there in clear, until when, and in which files. */
export interface Group {
  clear: boolean;
  clearUntilMs: number;
  /** Opened for one use of those who were shown; left out: for all. */
  onlyFor?: Set<SignRequest> | undefined;
  forms: Form[];
}

export interface Binding {
  readonly host: number;
  readonly session: number;
  readonly forwarded: boolean;
}

export interface Connection {
  readonly program: number;
  readonly mayPrompt: boolean;
  readonly bindings: Binding[];
  bindFailed: boolean;
  hasLeft: boolean;
}

export type Purpose =
  | { readonly kind: 'login'; readonly user: string; readonly session: number; readonly host?: number }
  | { readonly kind: 'sshsig'; readonly namespace: string; readonly hash: number }
  | { readonly kind: 'unknown'; readonly byte: number };

export interface SignRequest {
  readonly name: IdentityName;
  readonly connection: Connection;
  readonly purpose: Purpose;
  /** The question that it puts, and to what; an answer holds while that is so. */
  question: Question;
  about: {
    readonly identity?: Identity;
    readonly policy: Policy;
    readonly confirms: boolean;
    readonly asks: boolean;
  };
  timesAsked: number;
  /** The person has said yes to just that. */
  isGranted: boolean;
  /** It came while the person's own lock held, which has held since. */
  waitsForUnlock: boolean;
  /** It was locked since it came, by whomever. */
  isSealed: boolean;
}

export type Level = 'never' | 'forwarded' | 'new' | 'always';
export type RuleName = 'allow git signatures' | 'ask for root' | 'deny forwarded';

export const nameOf = ({ key, certificate }: IdentityName) => `${key}${certificate ?? ''}`;
/** A file of this machine shows nothing of another that has a copy of it. */
export const isProved = ({ cameInClear, opened, fromElsewhere }: Identity) =>
  cameInClear || [...opened].some((form) => form.fromElsewhere || !fromElsewhere);
/** What another machine adds and does not prove asks nothing of what came from this one. */
const binds = (other: Identity, elsewhere: boolean) => elsewhere || !other.fromElsewhere || isProved(other);
const endOf = ({ endMs, personalEndMs }: Identity) => Math.min(endMs, personalEndMs);
const fromElsewhere = ({ bindings, bindFailed }: Connection) => bindings.length > 0 || bindFailed;
const isForwarded = ({ bindings }: Connection) => bindings.some(({ forwarded }) => forwarded);

export interface Policy {
  readonly level: Level;
  readonly rules: readonly RuleName[];
}

type Asked = Pick<SignRequest, 'name' | 'connection' | 'purpose'>;

/**
 * 0: needs no person. 0.5: asked for what is new. 1: for what comes from elsewhere. 2: by the person's wish. 3: by a
 * client's.
 */
export type Question = 'deny' | 0 | 0.5 | 1 | 2 | 3;

export class ConsentModel {
  nowMs = 0;
  lockedBy: string | undefined;
  paused = false;
  policy: Policy = { level: 'never', rules: [] };
  identities = new Map<string, Identity>();
  readonly groups = new Map<number, Group>();
  readonly #refusedMs = new Map<number | 'elsewhere', number>();
  /** Who was refused as it stayed locked, since the last unlock. */
  readonly #leftLocked = new Set<number | 'elsewhere'>();
  /** How many requests have come from elsewhere since then. */
  #lockedFromElsewhere = 0;
  remembered: { readonly kind: string; readonly question: number; readonly untilMs: number }[] = [];

  get isLocked(): boolean {
    return this.lockedBy !== undefined || this.paused;
  }

  /** Whether the person may be asked to unlock it: what a program has locked is for its passphrase alone. */
  get asksForUnlock(): boolean {
    return this.paused && this.lockedBy === undefined;
  }

  find(name: IdentityName): Identity | undefined {
    return this.identities.get(nameOf(name));
  }

  group(key: number): Group {
    const group = this.groups.get(key) ?? { clear: false, clearUntilMs: Number.POSITIVE_INFINITY, forms: [] };
    this.groups.set(key, group);
    return group;
  }

  sharing({ key }: IdentityName): Identity[] {
    return [...this.identities.values()].filter(({ name }) => name.key === key);
  }

  // What holds for an identity now.

  /** Other identities whose limits hold for it, as it may have come by a file, which proves nothing. */
  #others(identity: Identity): Identity[] {
    if (identity.cameInClear) return [];
    return this.sharing(identity.name).filter((other) => other !== identity);
  }

  /** A machine that has the key counts for itself, but is not free of what this one has asked for. */
  #confirmsHere({ name, fromElsewhere: elsewhere }: Identity): boolean {
    return elsewhere && this.sharing(name).some((other) => !other.fromElsewhere && other.confirm);
  }

  confirms = (identity: Identity): boolean => {
    const others = this.#others(identity).filter((other) => binds(other, identity.fromElsewhere));
    return this.#confirmsHere(identity) || [identity, ...others].some(({ confirm }) => confirm);
  };

  asksEachUse = (identity: Identity): boolean => {
    const others = identity.fromElsewhere ? this.sharing(identity.name) : this.#others(identity);
    return [identity, ...others].some(({ askEachUse }) => askEachUse);
  };

  restrictions(identity: Identity): (readonly Step[])[] {
    const others = this.#others(identity).filter(
      (other) =>
        binds(other, identity.fromElsewhere) &&
        ([...other.forms].some((form) => identity.forms.has(form)) ||
          (!isProved(identity) && isProved(other))),
    );
    return [...new Set([identity, ...others].flatMap(({ steps }) => (steps ? [steps] : [])))];
  }

  // What a connection may see and use.

  isPermitted(identity: Identity, { bindings, bindFailed }: Connection): boolean {
    return this.restrictions(identity).every((steps) => !bindFailed && pathIsPermitted(steps, bindings));
  }

  needsPerson(identity: Identity): boolean {
    return this.confirms(identity) || this.asksEachUse(identity) || !this.group(identity.name.key).clear;
  }

  isVisible(identity: Identity, connection: Connection): boolean {
    return (connection.mayPrompt || !this.needsPerson(identity)) && this.isPermitted(identity, connection);
  }

  visible(connection: Connection): Identity[] {
    return this.permitted(connection).filter((identity) => this.isVisible(identity, connection));
  }

  /** What the destinations of keys let the connection change; who may not ask does not see all of it. */
  permitted(connection: Connection): Identity[] {
    return this.isLocked ? [] : this.#unlockedPermitted(connection);
  }

  #unlockedPermitted(connection: Connection): Identity[] {
    return [...this.identities.values()].filter((identity) => this.isPermitted(identity, connection));
  }

  /** Whether each login that the connection may ask for now is denied, whoever the user is. */
  #deniesLogins(connection: Connection): boolean {
    const decides = this.policy.rules.find((rule) => rule !== 'allow git signatures');
    if (decides !== 'deny forwarded' || boundHost(connection) === undefined) return false;
    return isForwarded(connection) || connection.bindFailed;
  }

  /** What a list shows: also while the person may be asked to unlock, to who may ask. */
  listed(connection: Connection): Identity[] {
    if (this.#deniesLogins(connection)) return [];
    if (!this.asksForUnlock || !connection.mayPrompt) return this.visible(connection);
    return this.#unlockedPermitted(connection).filter((identity) => this.isVisible(identity, connection));
  }

  /** Whether the destinations of the key allow this very signature. */
  mayGo(identity: Identity, { connection, purpose }: SignRequest): boolean {
    const restrictions = this.restrictions(identity);
    if (restrictions.length === 0) return true;
    const last = connection.bindings.at(-1);
    if (connection.bindFailed || last === undefined || last.forwarded || purpose.kind !== 'login')
      return false;
    if (purpose.session !== last.session || (purpose.host !== undefined && purpose.host !== last.host))
      return false;
    if (purpose.host === undefined && connection.bindings.length > 1) return false;
    return restrictions.every((steps) => pathIsPermitted(steps, connection.bindings, purpose.user));
  }

  /** What the person is to be asked for a request; undefined: the key is not there. */
  #questionOf({ name, connection, purpose }: Asked): Question {
    const identity = this.find(name);
    if (identity === undefined) return 'deny';
    const { level, rules } = this.policy;
    const forwarded = isForwarded(connection);
    const problem = contradiction(connection, purpose);
    const inDoubt = problem || connection.bindFailed;
    const rule = rules.find((candidate) => {
      if (candidate === 'deny forwarded') return forwarded || inDoubt;
      if (candidate === 'ask for root') return purpose.kind === 'login' && purpose.user === 'root';
      return purpose.kind === 'sshsig' && purpose.namespace === 'git' && !forwarded && !inDoubt;
    });
    if (rule === 'deny forwarded') return 'deny';
    if (problem || this.confirms(identity)) return 3;
    if (rule !== undefined) return rule === 'ask for root' ? 2 : 0;
    if (this.asksEachUse(identity) || level === 'always') return 2;
    if (level === 'never') return 0;
    if (forwarded || inDoubt) return 1;
    return level === 'new' ? 0.5 : 0;
  }

  #aboutOf({ name }: Asked): SignRequest['about'] {
    const identity = this.find(name);
    const limits = identity && {
      identity,
      confirms: this.confirms(identity),
      asks: this.asksEachUse(identity),
    };
    return { policy: this.policy, confirms: false, asks: false, ...limits };
  }

  /** Whether an answer to what was asked holds: the same key, the same policy, and no wish to be asked that is new. */
  #holds(request: SignRequest): boolean {
    const [then, now] = [request.about, this.#aboutOf(request)];
    if (then.identity !== now.identity || then.policy !== now.policy) return false;
    return (then.confirms || !now.confirms) && (then.asks || !now.asks);
  }

  /** A request comes; what was remembered answers it. */
  ask(asked: Asked): SignRequest {
    const about = this.#aboutOf(asked);
    const request: SignRequest = {
      ...asked,
      about,
      question: 'deny',
      timesAsked: 0,
      isGranted: false,
      waitsForUnlock: this.asksForUnlock,
      isSealed: false,
    };
    this.#askAnew(request);
    if (request.waitsForUnlock && this.#sourceOf(request) === 'elsewhere') this.#lockedFromElsewhere++;
    return request;
  }

  #askAnew(request: SignRequest): void {
    request.question = this.#questionOf(request);
    request.about = this.#aboutOf(request);
    request.timesAsked++;
    request.isGranted = this.#remembers(request);
  }

  /** The person must answer it, or type a passphrase for it. */
  mustWait(request: SignRequest): boolean {
    const { name, question, isGranted } = request;
    const { clear, onlyFor } = this.group(name.key);
    return (Number(question) > 0 && !isGranted) || !clear || (onlyFor !== undefined && !onlyFor.has(request));
  }

  /** What waits for nothing any more, but for something else than is asked by now, is asked anew. */
  review(request: SignRequest): void {
    if (request.waitsForUnlock) return;
    if (this.mustWait(request) || this.#holds(request)) return;
    this.#askAnew(request);
    // One use of the key was for what was shown.
    this.group(request.name.key).onlyFor?.delete(request);
  }

  /** Why a signature that leaves now must not; undefined when it must. */
  whyNot(request: SignRequest): string | undefined {
    const { name, connection, question, isGranted, timesAsked } = request;
    const identity = this.find(name);
    const { clear, onlyFor } = this.group(name.key);
    if (this.isLocked) return 'while locked';
    if (request.isSealed) return 'though it was locked since the request came';
    if (connection.hasLeft) return 'for a client that has left';
    if (identity === undefined) return 'with a key that is not there';
    if (!onlyFor && !this.sharing(name).some(isProved)) return 'though nobody has proved to have the key';
    if (!clear) return 'with a key that nobody has opened';
    if (onlyFor && !onlyFor.has(request)) return 'with a key that was opened for others';
    if (!this.mayGo(identity, request)) return 'against the destinations of the key';
    if (!connection.mayPrompt && this.needsPerson(identity)) return 'for who may not ask';
    if (question === 'deny') return 'against a rule';
    if (question > 0 && !isGranted) return `unasked: ${question}`;
    return timesAsked > 3 ? 'though what it asks for kept changing' : undefined;
  }

  /** Whether the person may be asked about it at all. */
  mayAsk(request: SignRequest): boolean {
    const { name, connection, question } = request;
    const identity = this.find(name);
    if (this.isLocked && !this.asksForUnlock) return false;
    if (identity === undefined || question === 'deny' || !connection.mayPrompt) return false;
    return this.mayGo(identity, request);
  }

  // Quiet.

  /** Programs here are told apart; SECURITY: what comes from elsewhere silences none of them. */
  #sourceOf({ connection, purpose }: Asked): number | 'elsewhere' {
    const isInDoubt = connection.bindFailed || contradiction(connection, purpose);
    return isForwarded(connection) || isInDoubt ? 'elsewhere' : connection.program;
  }

  /** It waited, and got a "no", or nobody waits for it any more. */
  noteRefused(request: SignRequest): void {
    this.#refusedMs.set(this.#sourceOf(request), this.nowMs);
    if (request.waitsForUnlock) this.#leftLocked.add(this.#sourceOf(request));
  }

  /** The person unlocks it: what waited for that, and was not locked again meanwhile, is judged as if it came now. */
  goOn(waiting: readonly SignRequest[]): void {
    this.paused = false;
    this.#leftLocked.clear();
    this.#lockedFromElsewhere = 0;
    if (this.isLocked) return;
    for (const request of waiting) {
      if (!request.waitsForUnlock) continue;
      request.waitsForUnlock = false;
      request.timesAsked = 0;
      this.#askAnew(request);
    }
  }

  /** The person locks it; `waiting` are all requests. What is locked already is locked no more by that. */
  pause(waiting: readonly SignRequest[]): void {
    if (!this.paused) for (const request of waiting) request.isSealed = true;
    this.paused = true;
    this.seal();
  }

  /** Whether the person may be spared the question: others of the same source were refused, or wait. */
  maySuppress(request: SignRequest, waiting: readonly SignRequest[]): boolean {
    const source = this.#sourceOf(request);
    if (this.asksForUnlock && source === 'elsewhere' && this.#lockedFromElsewhere > 4) return true;
    if (this.asksForUnlock && this.#leftLocked.has(source)) return true;
    const isQuiet = this.nowMs < (this.#refusedMs.get(source) ?? Number.NEGATIVE_INFINITY) + 60_000;
    return isQuiet || waiting.filter((other) => this.#sourceOf(other) === source).length >= 3;
  }

  // Answers.

  #kindOf({ name, connection, purpose }: Asked): string {
    const subject =
      purpose.kind === 'login'
        ? [purpose.user, destination(connection, purpose) ?? `${boundHost(connection)}, it says`]
        : purpose.kind === 'sshsig' && purpose.namespace;
    const path = connection.bindings.filter(({ forwarded }) => forwarded).map((binding) => binding.host);
    return JSON.stringify([nameOf(name), connection.program, purpose.kind, subject, path]);
  }

  /** Whether a "yes" says anything about another request of its kind. */
  mayRemember({ connection, purpose }: Asked): boolean {
    if (connection.bindFailed || contradiction(connection, purpose) || purpose.kind === 'unknown')
      return false;
    return (
      !isForwarded(connection) || purpose.kind === 'sshsig' || destination(connection, purpose) !== undefined
    );
  }

  /** Whether a plain "yes" is meant for all of its kind until the agent is locked: it is known what kind that is. */
  isForTheKind(request: SignRequest): boolean {
    const { connection, purpose, question } = request;
    const isToldWhere =
      purpose.kind === 'sshsig' ||
      (purpose.kind === 'login' && destination(connection, purpose) !== undefined);
    return question === 0.5 && isToldWhere && this.mayRemember(request);
  }

  /** What a passphrase allows that is typed where the request was shown first all the time. */
  alsoAllowed(first: SignRequest | undefined): 'this-use' | 'until-locked' | undefined {
    if (first === undefined || first.question !== 0.5 || first.isGranted) return undefined;
    return this.isForTheKind(first) ? 'until-locked' : 'this-use';
  }

  #remembers(request: SignRequest): boolean {
    const kind = this.#kindOf(request);
    return (
      this.mayRemember(request) &&
      this.remembered.some(
        (answer) =>
          answer.kind === kind && answer.question >= Number(request.question) && this.nowMs < answer.untilMs,
      )
    );
  }

  /** The person says yes to requests that one prompt shows, and perhaps for a time; `waiting` are all requests. */
  allow(
    shown: readonly SignRequest[],
    rememberMs: number | undefined,
    waiting: readonly SignRequest[],
  ): void {
    const isOneThing = new Set(shown.map(({ purpose }) => JSON.stringify(purpose))).size === 1;
    for (const request of shown) {
      // SECURITY: one yes signs many things only where they are asked about for coming from elsewhere.
      request.isGranted = isOneThing || request.question === 1;
      if (rememberMs === undefined || !this.mayRemember(request)) continue;
      this.#remember(request, rememberMs);
    }
    for (const request of waiting) request.isGranted ||= this.#remembers(request);
  }

  #remember(request: SignRequest, forMs: number): void {
    const kind = this.#kindOf(request);
    this.remembered = this.remembered.filter((answer) => answer.kind !== kind);
    this.remembered.push({ kind, question: Number(request.question), untilMs: this.nowMs + forMs });
  }

  /** Whether the passphrase that was typed does not allow it: it is asked about on its own. */
  #isStillNew = ({ question, isGranted }: SignRequest) => question === 0.5 && !isGranted;

  /**
   * The person types the passphrase of a file, if it is still there; `waiting` were shown when they did, and `first` was
   * so before all others from the beginning. `all` are all requests.
   */
  open(
    key: number,
    file: string,
    keep: KeepUnlocked,
    { waiting, first, all }: Record<'waiting' | 'all', readonly SignRequest[]> & { first?: SignRequest },
  ): void {
    const group = this.group(key);
    const form = group.forms.find((candidate) => candidate.file === file);
    if (form === undefined) return;
    form.opened = true;
    for (const identity of this.sharing({ key, certificate: undefined }))
      if (identity.forms.has(form)) identity.opened.add(form);
    group.clear = true;
    // Where it proves nothing, the passphrase was for what the person was shown, and the key is gone after it.
    const allowed = this.alsoAllowed(first);
    if (first && allowed) first.isGranted = true;
    const isForAll = keep.kind !== 'once' && this.sharing({ key, certificate: undefined }).some(isProved);
    group.onlyFor = isForAll ? undefined : new Set(waiting.filter((request) => !this.#isStillNew(request)));
    if (first && allowed === 'until-locked' && keep.kind !== 'once')
      this.#remember(first, Number.POSITIVE_INFINITY);
    for (const request of all) request.isGranted ||= this.#remembers(request);
    group.clearUntilMs =
      keep.kind === 'until-locked'
        ? Number.POSITIVE_INFINITY
        : this.nowMs + (keep.kind === 'for' ? keep.seconds * 1000 : 0);
  }

  // Adding and removing.

  #put(name: IdentityName, comment: string, elsewhere: boolean): Identity {
    const others = this.sharing(name);
    const present = this.find(name) ?? {
      name,
      comment,
      cameInClear: false,
      fromElsewhere: elsewhere,
      forms: new Set<Form>(),
      opened: new Set<Form>(),
      confirm: false,
      steps: undefined,
      endMs: Number.POSITIVE_INFINITY,
      askEachUse: others.some(({ askEachUse }) => askEachUse),
      personalEndMs: Math.min(Number.POSITIVE_INFINITY, ...others.map(({ personalEndMs }) => personalEndMs)),
    };
    present.fromElsewhere &&= elsewhere;
    this.identities.set(nameOf(name), present);
    return present;
  }

  #endOf({ lifetimeMs = Number.POSITIVE_INFINITY }: Wishes): number {
    return this.nowMs + lifetimeMs;
  }

  /** Whether the agent takes it. */
  addClear(name: IdentityName, comment: string, wishes: Wishes, connection: Connection): boolean {
    const present = this.find(name);
    if (this.isLocked || (present && !this.isPermitted(present, connection))) return false;
    const { confirm, steps } = wishes;
    const elsewhere = fromElsewhere(connection);
    const isHeldByFile = this.group(name.key).forms.some((form) => !form.fromElsewhere);
    const isLooser = (here: Identity) =>
      isHeldByFile ||
      (this.confirms(here) && !confirm) ||
      this.restrictions(here).length > 0 ||
      this.#endOf(wishes) > here.endMs;
    if (elsewhere && this.sharing(name).some((other) => !other.fromElsewhere && isLooser(other)))
      return false;
    const isNamedHere = elsewhere && present !== undefined && !present.fromElsewhere;
    Object.assign(this.#put(name, comment, elsewhere), {
      comment: isNamedHere ? present.comment : comment,
      cameInClear: true,
      confirm,
      steps,
      endMs: this.#endOf(wishes),
    });
    Object.assign(this.group(name.key), {
      clear: true,
      clearUntilMs: Number.POSITIVE_INFINITY,
      onlyFor: undefined,
    });
    return true;
  }

  /** Whether the agent takes it: a file only tightens, and gets at no key that its adder may not see. */
  addEncrypted(
    name: IdentityName,
    comment: string,
    file: string,
    wishes: Wishes,
    connection: Connection,
  ): boolean {
    const group = this.group(name.key);
    const elsewhere = fromElsewhere(connection);
    const otherForms = group.forms.filter((form) => form.file !== file);
    if (this.isLocked || !this.sharing(name).every((identity) => this.isPermitted(identity, connection)))
      return false;
    if (otherForms.length >= 4) return false;
    if (elsewhere && otherForms.filter((form) => form.fromElsewhere).length >= 2) return false;
    const present = this.find(name);
    const asks = wishes.confirm || wishes.steps || wishes.lifetimeMs !== undefined;
    if (present && !present.fromElsewhere && elsewhere && asks) return false;
    const others = this.sharing(name).filter(
      (other) =>
        binds(other, elsewhere) && (isProved(other) || [...other.forms].some((form) => form.file === file)),
    );
    const isBound = present && binds(present, elsewhere);
    let { confirm, steps } = wishes;
    let endMs = this.#endOf(wishes);
    for (const other of isBound ? [present] : others) {
      // Two lists can't both be kept.
      // The same again asks for nothing more.
      if (steps && other.steps && JSON.stringify(steps) !== JSON.stringify(other.steps)) return false;
      steps = other.steps ?? steps;
      confirm ||= other.confirm;
      endMs = Math.min(endMs, other.endMs);
    }
    const identity = this.#put(name, comment, elsewhere);
    Object.assign(identity, { confirm, steps, endMs });
    if (!isBound) {
      identity.comment = comment;
      identity.forms.clear();
      identity.opened.clear();
    }
    const form = group.forms.find((kept) => kept.file === file) ?? {
      file,
      fromElsewhere: elsewhere,
      opened: false,
    };
    form.fromElsewhere &&= elsewhere;
    identity.forms.add(form);
    group.forms = [form, ...otherForms];
    return true;
  }

  remove(name: IdentityName): void {
    this.identities.delete(nameOf(name));
    this.remembered = this.remembered.filter(({ kind }) => JSON.parse(kind)[0] !== nameOf(name));
    this.settle();
  }

  /** Drops what the clock or a removal leaves without an owner. */
  settle(): void {
    for (const [id, identity] of this.identities) {
      if (endOf(identity) > this.nowMs) continue;
      // What was lent for a time is not left in clear for the others; who proved nothing elsewhere has lent nothing.
      if (binds(identity, false)) this.reencrypt(identity.name.key);
      this.identities.delete(id);
      this.remembered = this.remembered.filter(({ kind }) => JSON.parse(kind)[0] !== id);
    }
    for (const [key, group] of this.groups) {
      const left = this.sharing({ key, certificate: undefined });
      const cameInClear = left.some((identity) => identity.cameInClear);
      group.forms = group.forms.filter(
        (form) => left.some(({ forms }) => forms.has(form)) || (form.opened && cameInClear),
      );
      if (group.clearUntilMs <= this.nowMs || !left.some(isProved)) group.clear = false;
    }
  }

  /** Drops the key in clear where it can be had back. Answers whether it could be. */
  reencrypt(key: number): boolean {
    const group = this.group(key);
    if (!group.clear) return group.forms.length > 0;
    if (!group.forms.some(({ opened }) => opened)) return false;
    group.clear = false;
    return true;
  }

  /** Locked or paused: nothing that was allowed or opened holds. */
  seal(): void {
    this.remembered = [];
    for (const key of this.groups.keys()) this.reencrypt(key);
  }

  /** Whether the agent takes the session-bind; `isTrue` is that the host has signed the session. */
  bind(connection: Connection, binding: Binding, isTrue: boolean): boolean {
    const { bindings } = connection;
    const isSame = ({ host, session, forwarded }: Binding) =>
      host === binding.host && session === binding.session && forwarded === binding.forwarded;
    if (isTrue && bindings.some(isSame) && bindings.every(({ forwarded }) => forwarded)) return true;
    const isTaken =
      isTrue &&
      bindings.every(({ forwarded, session }) => forwarded && session !== binding.session) &&
      bindings.length < 16;
    if (isTaken) bindings.push(binding);
    else connection.bindFailed = true;
    return isTaken;
  }
}

/** OpenSSH's reading: each hop of the path is a permitted step; what forwards sees the keys that go on from it. */
export function pathIsPermitted(steps: readonly Step[], path: readonly Binding[], login?: string): boolean {
  let from: number | undefined;
  for (const [index, { host, forwarded }] of path.entries()) {
    if (index < path.length - 1 && !forwarded) return false;
    const user = index === path.length - 1 ? login : undefined;
    const isStep = (step: Step) =>
      step.from === from &&
      step.to === host &&
      (user === undefined || step.user === undefined || step.user === user);
    if (!steps.some(isStep)) return false;
    from = host;
  }
  const last = path.at(-1);
  return !last?.forwarded || steps.some((step) => step.from === last.host);
}

/** Whether the login is for another session or host than the one that the connection was bound to. */
function contradiction({ bindings }: Connection, purpose: Purpose): boolean {
  const bound = bindings.find(({ forwarded }) => !forwarded);
  if (purpose.kind !== 'login' || bound === undefined) return false;
  return bound.session !== purpose.session || (purpose.host !== undefined && bound.host !== purpose.host);
}

const boundHost = ({ bindings }: Connection) => bindings.find(({ forwarded }) => !forwarded)?.host;

/** The host that a login is proved to go to; who forwards proves nothing but by what is signed. */
function destination(connection: Connection, purpose: Purpose & { kind: 'login' }): number | undefined {
  return isForwarded(connection) ? purpose.host : (boundHost(connection) ?? purpose.host);
}
