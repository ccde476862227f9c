// The ways in that there are, and trying one again.
import * as v from 'valibot';
import type { DoorReport } from '../../main/agent/ports/host.ts';
import { doorName } from './fields.ts';
import { fromKeys, typed } from './request.ts';

export type DoorView = DoorReport;

export const doorRequests = {
  'doors.retry': fromKeys(v.strictObject({ name: doorName })).gives<DoorView>(),
};

export const doorEvents = {
  'doors.changed': typed<readonly DoorView[]>(),
};
