// "Use with…": what other programs are to be told, and whether they get through.
import * as v from 'valibot';
import { snippetNames } from '../../text/program-names.ts';
import { wholeNumber } from './fields.ts';
import { fromKeys } from './request.ts';

export interface SnippetStep {
  /** What to do with the text, as a sentence. */
  readonly explanation: string;
  readonly text: string;
}

export interface Snippet {
  readonly title: string;
  readonly steps: readonly SnippetStep[];
  /** Present when the door that this needs is not open: a sentence with the way out. */
  readonly problem?: string;
}

export interface SelfTest {
  readonly isWorking: boolean;
  /** What was tried and what came of it, as a sentence. */
  readonly message: string;
}

/** Which of "use with…". */
const snippetKind = v.picklist(Object.keys(snippetNames) as (keyof typeof snippetNames)[]);
export type SnippetKind = v.InferOutput<typeof snippetKind>;

const oneSnippet = v.strictObject({ kind: snippetKind });

export const useWithRequests = {
  'snippets.get': fromKeys(oneSnippet).gives<Snippet>(),
  /** The main process has put that step on the clipboard. */
  'snippets.copy': fromKeys(v.strictObject({ kind: snippetKind, step: wholeNumber(0, 16) })).gives<null>(),
  'snippets.test': fromKeys(oneSnippet).gives<SelfTest>(),
};
