// A reporter for Vitest: what one lane comes to, with the errors of hooks and of what nobody waited for, which its own JSON leaves out.
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';

const messagesOf = (errors) => errors.map(({ stack, message }) => stack || message).join('\n');

const failure = (title, errors) => ({ title, message: messagesOf(errors) });

function failuresIn(module) {
  const file = relative('.', module.moduleId);
  const suites = [...module.children.allSuites()].map((suite) => ({
    name: suite.fullName,
    errors: suite.errors(),
  }));
  const tests = [...module.children.allTests('failed')].map((test) => ({
    name: test.fullName,
    errors: test.result().errors ?? [],
  }));
  return [
    ...(module.errors().length > 0 ? [failure(file, module.errors())] : []),
    ...suites
      .filter(({ errors }) => errors.length > 0)
      .concat(tests)
      .map(({ name, errors }) => failure(`${file} › ${name}`, errors)),
  ];
}

/** Written to the file that LANE_REPORT names. */
export default class LaneReporter {
  onTestRunEnd(modules, unhandled) {
    const count = (state) => modules.flatMap(({ children }) => [...children.allTests(state)]).length;
    const failures = modules.flatMap(failuresIn);
    if (unhandled.length > 0) failures.push(failure('outside the tests', unhandled));
    const counts = { passed: count('passed'), failed: failures.length, skipped: count('skipped') };
    writeFileSync(process.env.LANE_REPORT, JSON.stringify({ counts, failures }));
  }
}
