// Begins a rule with what one entry of the activity was about.
import type { ActivityView } from '../../../ipc/contract/activity.ts';
import type { RuleAction } from '../../../ipc/contract/policy.ts';
import { foreignText } from '../../../text/foreign-text.ts';
import { openDialog } from '../store/window-store.ts';

/** A host that is not proved can't be what allows, so such a rule asks to begin with. */
function suggestedAction({ answer, whereTo, conditions }: ActivityView): RuleAction {
  if (answer === 'denied') return 'deny';
  const mayAllow = conditions?.destination === undefined || whereTo.trust === 'verified';
  return answer === 'allowed' && mayAllow ? 'allow' : 'ask';
}

export function MakeRuleButton({ entry }: { readonly entry: ActivityView }) {
  const { conditions } = entry;
  if (conditions === undefined) return null;
  return (
    <button
      type="button"
      className="button bare"
      aria-label={`Make a rule from this: ${foreignText(entry.who.text, 60)}, ${foreignText(entry.whatFor.text, 60)}`}
      onClick={() =>
        openDialog({ kind: 'add-rule', suggested: { action: suggestedAction(entry), conditions } })
      }
    >
      Make a rule…
    </button>
  );
}
