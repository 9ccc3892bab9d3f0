import { describe } from '@jest/globals';
import { testExample } from './run-example.js';

describe('the example of a fleet behind a bastion', () => {
  testExample('fleet-behind-a-bastion', 'line-03: Switches the power mode from 40W to 15W and reboots at once', [
    { file: 'run.mjs', words: "'line-[01-02]'", instead: "'line-[01-03]'" },
    { file: 'fleet.yaml', words: 'role: inference', instead: 'role: camera' },
    { file: 'bastion.mjs', words: "login.username === 'ada'", instead: "login.username === 'eve'" },
  ]);
});
