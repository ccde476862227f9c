// Types of lane-reports.mjs for the tests.
export interface LaneReport {
  readonly counts: { readonly passed: number; readonly failed: number; readonly skipped: number };
  readonly failures: readonly { readonly title: string; readonly message: string }[];
  /** Why it was skipped. */
  readonly reason?: string;
}
/** Of a run that ended with `status` and wrote its report to `path`. */
export function readVitest(status: number | null, path: string): LaneReport;
