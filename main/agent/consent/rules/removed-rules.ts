// Rules that were removed lately, so that a removal can be undone: each with the place that it had.
import type { Policy } from './policy.ts';

type Rules = Policy['rules'];

interface RemovedRule {
  readonly rule: Rules[number];
  /** The ids of the rules before it and after it. */
  readonly before: ReadonlySet<string>;
  readonly after: ReadonlySet<string>;
}

const maxRemembered = 16;

export class RemovedRules {
  /** The latest last. */
  #removed: RemovedRule[] = [];

  /** Remembers the rule at that place of the list, which is to be taken out of it. */
  remember(rules: Rules, place: number): void {
    const rule = rules[place];
    if (rule === undefined) return;
    const ids = rules.map(({ id }) => id);
    this.forget(rule.id);
    this.#removed.push({ rule, before: new Set(ids.slice(0, place)), after: new Set(ids.slice(place + 1)) });
    this.#removed = this.#removed.slice(-maxRemembered);
  }

  /**
   * The list with that rule at its old place again. Undefined when it was not removed lately, or when a rule has its id.
   * SECURITY: the first rule that matches decides, so it never comes back before one that it was behind.
   */
  putBack(id: string, rules: Rules): Rules | undefined {
    const removed = this.#removed.find(({ rule }) => rule.id === id);
    if (removed === undefined || rules.some((rule) => rule.id === id)) return undefined;
    const behind = rules.findLastIndex((rule) => removed.before.has(rule.id));
    const ahead = rules.findIndex((rule) => removed.after.has(rule.id));
    const place = behind >= 0 ? behind + 1 : ahead >= 0 ? ahead : rules.length;
    return rules.toSpliced(place, 0, removed.rule);
  }

  forget(id: string): void {
    this.#removed = this.#removed.filter(({ rule }) => rule.id !== id);
  }
}
