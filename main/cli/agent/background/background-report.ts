// What the process that stays tells the one that started it, over Node's IPC channel.
import * as v from 'valibot';

const reportSchema = v.variant('kind', [
  v.object({ kind: v.literal('complaint'), line: v.string() }),
  v.object({ kind: v.literal('listening'), socketPath: v.optional(v.string()), pid: v.number() }),
]);

export type BackgroundReport = v.InferOutput<typeof reportSchema>;

/** Both ends are this program, but a message is only taken for what it shows to be. */
export function readBackgroundReport(message: unknown): BackgroundReport | undefined {
  const { success, output } = v.safeParse(reportSchema, message);
  return success ? output : undefined;
}

/** Sends to the parent, while there is one that listens. Resolves with whether it has been sent. */
export function reportToParent(report: BackgroundReport): Promise<boolean> {
  return new Promise((resolve) => {
    if (process.send && process.connected) process.send(report, (error: Error | null) => resolve(!error));
    else resolve(false);
  });
}
