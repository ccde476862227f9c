import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isLastingPlace } from '../../../../main/set-up/programs/lasting-place.ts';
import { InventedHome } from '../invented-home.ts';

describe.skipIf(process.platform === 'win32')(
  'a place for a socket that programs are told of for good',
  () => {
    it('is in the folder of the person, also where the socket’s own folder is not made yet', () => {
      using person = new InventedHome();
      expect(isLastingPlace(person, person.path('agent.sock'))).toBe(true);
      expect(isLastingPlace(person, person.path('run/sallyport/agent.sock'))).toBe(true);
    });

    it.each(['/', '/tmp'])('is not in /tmp because the person’s folder is said to be %s', (home) => {
      expect(isLastingPlace({ home }, '/tmp/sallyport-1000/agent.sock')).toBe(false);
    });

    it('is not in a folder of the person that others may write to', () => {
      using person = new InventedHome();
      mkdirSync(person.path('shared/own'), { recursive: true });
      chmodSync(person.path('shared'), 0o1777);
      expect(isLastingPlace(person, person.path('shared/own/agent.sock'))).toBe(false);
      expect(isLastingPlace(person, person.path('shared/missing/agent.sock'))).toBe(false);
    });

    it('is not where a link in the folder of the person leads to /tmp', () => {
      using person = new InventedHome();
      using elsewhere = new InventedHome();
      symlinkSync(elsewhere.home, person.path('run'));
      expect(isLastingPlace(person, person.path('run/agent.sock'))).toBe(false);
      expect(isLastingPlace(person, person.path('run/missing/agent.sock'))).toBe(false);
    });

    it('is not where a link leads nowhere yet', () => {
      using person = new InventedHome();
      symlinkSync('/tmp/sallyport-nobody-made-this', person.path('run'));
      expect(isLastingPlace(person, person.path('run/agent.sock'))).toBe(false);
    });

    it('is in the folder of the person that is reached by a link', () => {
      using person = new InventedHome();
      mkdirSync(person.path('real'));
      symlinkSync('real', person.path('home'));
      expect(isLastingPlace({ home: person.path('home') }, person.path('home/run/agent.sock'))).toBe(true);
    });
  },
);
