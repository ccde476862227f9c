// The section "Rules": what is allowed, asked about or denied, in the order in which it counts.
import { useEffect } from 'react';
import type { PolicyView, RuleView } from '../../../ipc/contract/policy.ts';
import { askLevelWords, neverCountsSentence } from '../../../text/rules/policy-words.ts';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Badge } from '../controls/badge.tsx';
import { EmptySection } from '../controls/empty-section.tsx';
import { InfoBar } from '../controls/info-bar.tsx';
import { ask } from '../store/ask.ts';
import { tell } from '../store/messages.ts';
import { openDialog, useWindowStore } from '../store/window-store.ts';
import { actionLooks, RuleSentence } from './rule-sentence.tsx';
import './rules.css';

/** Asking makes the core look at the file, which may have been edited by hand; what it finds comes as an event, too. */
async function loadPolicy(): Promise<void> {
  const policy = await ask('policy.get', {});
  if (policy !== undefined)
    useWindowStore.setState(({ main }) => (main === undefined ? {} : { main: { ...main, policy } }));
}

interface RuleProps {
  readonly rule: RuleView;
  readonly number: number;
  readonly isLast: boolean;
}

async function move(id: string, toNumber: number): Promise<void> {
  const done = await ask('policy.moveRule', { id, toIndex: toNumber - 1 });
  if (done !== undefined) tell(`The rule is number ${toNumber} now.`);
}

/** Earlier rules count first, so that their order is worth a button. */
function MoveButtons({ rule, number, isLast }: RuleProps) {
  return (
    <>
      <button
        type="button"
        className="button icon-only"
        aria-label={`Move rule ${number} up`}
        title="Let it count earlier"
        disabled={number === 1}
        onClick={() => void move(rule.id, number - 1)}
      >
        <Icon name="up" />
      </button>
      <button
        type="button"
        className="button icon-only"
        aria-label={`Move rule ${number} down`}
        title="Let it count later"
        disabled={isLast}
        onClick={() => void move(rule.id, number + 1)}
      >
        <Icon name="down" />
      </button>
    </>
  );
}

function Rule(props: RuleProps) {
  const { rule, number } = props;
  return (
    <li className="card card-row">
      <Badge look={actionLooks[rule.action]} className="rule-action" />
      <div className="card-words">
        <p className="rule-sentence">
          <span className="quiet">{number}.</span> <RuleSentence rule={rule} />
        </p>
        {rule.action !== 'unreadable' && rule.coveredBy !== undefined && (
          <span className="small rule-never">
            <Icon name="warning" />
            {neverCountsSentence(String(rule.coveredBy))}
          </span>
        )}
        {/* Reasons of the activity and of prompts name the rule: a place in the list may be another's by then. */}
        <span className="small quiet">
          Called <ForeignText text={rule.id} maxCharacters={64} className="mono" /> in reasons
        </span>
      </div>
      <div className="toolbar">
        <MoveButtons {...props} />
        {rule.action !== 'unreadable' && (
          <button
            type="button"
            className="button"
            aria-label={`Edit rule ${number}`}
            onClick={() => openDialog({ kind: 'edit-rule', id: rule.id })}
          >
            Edit…
          </button>
        )}
        <button
          type="button"
          className="button"
          aria-label={`Remove rule ${number}`}
          onClick={() => openDialog({ kind: 'remove-rule', id: rule.id })}
        >
          Remove…
        </button>
      </div>
    </li>
  );
}

function AddButton() {
  return (
    <button type="button" className="button" onClick={() => openDialog({ kind: 'add-rule' })}>
      <Icon name="add" />
      Add rule…
    </button>
  );
}

function Rules({ policy: { rules, defaultLevel } }: { readonly policy: PolicyView }) {
  const last = `Where no rule holds, the key’s own choice counts, else that of all keys. Ask before use: ${askLevelWords[defaultLevel].toLowerCase()}.`;
  if (rules.length === 0)
    return (
      <EmptySection icon="rule" title="No rules">
        <p>A rule allows, asks about or denies uses of keys by program, host, purpose and origin. {last}</p>
        <AddButton />
      </EmptySection>
    );
  const numbered = rules.map((rule, index) => {
    // A file edited by hand may have an id twice; a rule that moves keeps its key, and with it the keyboard.
    const sameBefore = rules.slice(0, index).filter(({ id }) => id === rule.id).length;
    const isLast = index === rules.length - 1;
    return { key: `${rule.id} ${sameBefore}`, rule, number: index + 1, isLast };
  });
  return (
    <div className="cards">
      <p className="quiet">
        The first rule whose conditions all hold decides. {last} Programs are told apart by where their files
        lie: a convenience, not a boundary.
      </p>
      <div className="toolbar">
        <AddButton />
      </div>
      <ol className="cards">
        {numbered.map(({ key, ...rule }) => (
          <Rule key={key} {...rule} />
        ))}
      </ol>
    </div>
  );
}

export function RulesSection() {
  const policy = useWindowStore((state) => state.main?.policy);
  useEffect(() => {
    void loadPolicy();
  }, []);
  if (policy === undefined) return null;
  return (
    <>
      {policy.defaultLevel === 'unreadable' && (
        <div className="rules-trouble">
          <InfoBar severity="warning">
            What is stored in rules.json is not understood, so every use that no rule decides is asked about.
            Correct the file, or move it away and choose anew when to be asked.
          </InfoBar>
        </div>
      )}
      <Rules policy={policy} />
    </>
  );
}
