import { describe } from '@jest/globals';
import { testExample } from './run-example.js';

describe('the example of one board with Claude Desktop', () => {
  testExample('one-board-claude-desktop', 'Switches the power mode from 25W to 15W', [
    { file: 'run.mjs', words: "'The power mode is 15W, without a reboot.'", instead: "'The power mode is 7W.'" },
    { file: 'run.mjs', words: 'yes = true', instead: 'yes = false' },
    { file: 'claude-desktop-config.json', words: '"args"', instead: '"arguments"' },
    { file: 'fleet.yaml', words: 'name: orin', instead: 'name: nano' },
  ]);
});
