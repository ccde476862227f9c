// Once a run of the `peers` project: the tree with the newest clients and servers.
import type { TestProject } from 'vitest/node';
import { debianTree } from '../../../scripts/debian-tree.mjs';
import type {} from '../../interop/support/peers-tree.ts';

export function setup(project: TestProject): void {
  project.provide('peersTree', debianTree('peers'));
}
