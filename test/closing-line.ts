/** Turns a finished vitest run into one last line, `N passed, N failed, N skipped`, that scripts and CI can read. */
import type { Reporter, TestModule } from 'vitest/node';

const count = (modules: readonly TestModule[], state: 'passed' | 'failed' | 'skipped'): number =>
  modules.reduce((sum, module) => sum + [...module.children.allTests(state)].length, 0);

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const unloaded = modules.filter(
      (module) => module.state() === 'failed' && [...module.children.allTests()].length === 0,
    ).length;
    const failed = count(modules, 'failed') + unloaded + errors.length;
    console.log(`${count(modules, 'passed')} passed, ${failed} failed, ${count(modules, 'skipped')} skipped`);
  }
}
