// What the key window asks about the past: activity, remembered approvals, missed requests.
import type { SaveDialogOptions } from 'electron';
import type { activityRequests } from '../../../ipc/contract/activity.ts';
import type { ConsentAdministration } from '../../agent/consent/consent-administration.ts';
import { explainChosenFileError } from '../../stored/explain-file-error.ts';
import { writeFileAtomically } from '../../stored/write-file-atomically.ts';
import { isWanted } from '../views/activity-filter.ts';
import { activityView, approvalView, missedView } from '../views/activity-views.ts';
import { choosePlace } from '../windows/choose-files.ts';
import type { KeyWindow } from '../windows/key-window.ts';
import type { HandlersOf } from './answer-request.ts';
import { RequestFailure } from './request-failure.ts';

const exportDialog: SaveDialogOptions = {
  title: 'Export the activity',
  defaultPath: 'sallyport-activity.jsonl',
  filters: [{ name: 'JSON lines', extensions: ['jsonl'] }],
};

const gone = () => new RequestFailure('This entry is not there any more.');

export function activityHandlers(
  consent: ConsentAdministration,
  window: KeyWindow,
): HandlersOf<typeof activityRequests> {
  const { activity, approvals, missed } = consent;
  return {
    'activity.list': ({ search, limit, only }) =>
      only === undefined
        ? activity.list(search, limit).map(activityView)
        : activity
            .list(search)
            .map(activityView)
            .filter((entry) => isWanted(entry, only, Date.now()))
            .slice(0, limit),
    async 'activity.export'() {
      const path = await choosePlace(window, exportDialog);
      if (path === undefined) return { kind: 'cancelled' };
      try {
        await writeFileAtomically(path, activity.export());
        return { kind: 'saved', path };
      } catch (error: unknown) {
        return { kind: 'failed', message: explainChosenFileError(error) };
      }
    },
    'approvals.list': () => approvals.list().map(approvalView),
    'approvals.revoke'({ id }) {
      if (!approvals.revoke(id)) throw gone();
      return null;
    },
    'approvals.revokeAll'() {
      approvals.clear();
      return null;
    },
    'missed.list': () => missed.list().map(missedView),
    'missed.allowNextTime'({ id }) {
      if (!missed.allowNextTime(id)) throw gone();
      return null;
    },
    'missed.dismiss'({ id }) {
      if (!missed.dismiss(id)) throw gone();
      return null;
    },
  };
}
