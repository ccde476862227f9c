// What the search finds in the window’s state: keys, rules, settings, doors, places and sections.
import type { ActivityView } from '../../../ipc/contract/activity.ts';
import type { KeysState, Section } from '../../../ipc/contract/program.ts';
import { insideQuotes } from '../../../text/foreign-text.ts';
import { ruleSentence, unreadableSentence } from '../../../text/rules/policy-words.ts';
import { searchActivity } from '../activity/refresh-activity.ts';
import { keyMatches } from '../key-list/key-matches.ts';
import { settingNames } from '../settings/setting-names.ts';
import { showSection, useWindowStore } from '../store/window-store.ts';

export interface Found {
  readonly id: string;
  /** Maybe in words of others. */
  readonly title: string;
  readonly detail?: string;
  /** Shows it. */
  readonly go: () => void;
}

export interface FoundGroup {
  readonly name: string;
  readonly found: readonly Found[];
  /** How many there are beyond these. */
  readonly more: number;
}

const maxPerGroup = 5;

const group = (name: string, all: readonly Found[]): FoundGroup[] =>
  all.length === 0
    ? []
    : [{ name, found: all.slice(0, maxPerGroup), more: Math.max(0, all.length - maxPerGroup) }];

/** Shows the section, and brings the element with those words, or with that id, into view. */
function goTo(section: Section, find: () => Element | null | undefined): void {
  showSection(section);
  // It is drawn by then; the keyboard is at the heading of the section.
  requestAnimationFrame(() => requestAnimationFrame(() => find()?.scrollIntoView({ block: 'center' })));
}

const withWords = (words: string) =>
  [...document.querySelectorAll('main label, main h2, main h3')].find(
    (element) => element.textContent?.trim() === words,
  );

function rulesIn({ policy, keys }: KeysState): Found[] {
  const commentOf = (fingerprint: string) =>
    keys.find((key) => key.fingerprint === fingerprint)?.comment || fingerprint;
  return policy.rules.map((rule, index) => ({
    id: `rule-${index}`,
    title:
      rule.action === 'unreadable'
        ? unreadableSentence(rule.problem)
        : ruleSentence(rule)
            .map((piece) =>
              typeof piece === 'string'
                ? piece
                : `“${insideQuotes(piece.of === 'key' ? commentOf(piece.text) : piece.text, 120)}”`,
            )
            .join(''),
    detail: `Rule ${index + 1}`,
    go: () => goTo('rules', () => document.querySelector(`main ol.cards > li:nth-child(${index + 1})`)),
  }));
}

const keysIn = ({ keys }: KeysState, text: string): Found[] =>
  keys
    .filter((key) => keyMatches(key, text))
    .map(({ id, comment, fingerprint, kind }) => ({
      id: `key-${id}`,
      title: comment === '' ? fingerprint : comment,
      detail: kind,
      go() {
        showSection('keys');
        useWindowStore.setState({
          selection: { ids: [id], leadId: id, anchorId: id },
          filter: '',
          areDetailsOpen: true,
        });
      },
    }));

const settingsIn = (): Found[] =>
  settingNames.map((name) => ({
    id: `setting-${name}`,
    title: name,
    go: () => goTo('settings', () => withWords(name)),
  }));

const doorsIn = ({ doors }: KeysState): Found[] =>
  doors.map(({ name, title, address }) => ({
    id: `door-${name}`,
    title,
    ...(address !== undefined && { detail: address }),
    go: () => goTo('doors', () => withWords(title)),
  }));

const placesIn = ({ stores }: KeysState): Found[] =>
  stores.map(({ id, title, address }) => ({
    id: `place-${id}`,
    title,
    detail: address,
    go: () => goTo('places', () => withWords(title)),
  }));

export const activityGroup = (entries: readonly ActivityView[], text: string): FoundGroup[] =>
  group(
    'Activity',
    entries.map(({ id, who, whatFor, whereTo }) => ({
      id: `activity-${id}`,
      title: `${who.text}: ${whatFor.text}`,
      detail: whereTo.text,
      go() {
        searchActivity({ search: text, only: {} });
        showSection('activity');
      },
    })),
  );

/** All but the activity, which the main process searches. Nothing is found of an empty text. */
export function findEverything(
  main: KeysState,
  sections: Readonly<Record<Section, { readonly title: string }>>,
  text: string,
): FoundGroup[] {
  const needle = text.trim().toLowerCase();
  if (needle === '') return [];
  const matching = (all: readonly Found[]) =>
    all.filter(({ title, detail = '' }) => `${title} ${detail}`.toLowerCase().includes(needle));
  const places = (Object.entries(sections) as [Section, { readonly title: string }][]).map(
    ([section, { title }]) => ({ id: `section-${section}`, title, go: () => showSection(section) }),
  );
  return [
    ...group('Keys', keysIn(main, text)),
    ...group('Rules', matching(rulesIn(main))),
    ...group('Doors', matching(doorsIn(main))),
    ...group('Other places', matching(placesIn(main))),
    ...group('Settings', matching(settingsIn())),
    ...group('Pages', matching(places)),
  ];
}
